// The daemon from its options to its end.

import FolderWatching
import Foundation
import Logging
import ServiceLifecycle
import SystemPackage
import SystemdService
import TargetStore
import UnixSignals

/// What the daemon is started with: configuration and environment, checked before anything else happens.
public struct AssistantProgram: Sendable {
  public static let version = "0.1.0"

  /// Configuration, rules and model as they were at the start.
  private let setup: AssistantSetup
  /// Reads and checks all of it anew.
  private let load: @Sendable () throws(CommandError) -> AssistantSetup
  private let arguments: [String]

  /// Loads and checks configuration, rules and model; a reload reads the same sources again.
  /// - Parameter arguments: those of the command line, for a trial of one file in a process of its own.
  /// - Throws: `CommandError` of status `badConfiguration`, one line that says what, where and what is allowed.
  public init(
    _ sources: ConfigurationSources, arguments: [String] = [], resources: PackageResources = PackageResources()
  ) throws(CommandError) {
    try self.init(environment: sources.environment, arguments: arguments, resources: resources) {
      () throws(CommandError) in try sources.load()
    }
  }

  /// With settings that come from nowhere else; rules and model are still read again by a reload.
  public init(
    _ configuration: AssistantConfiguration, environment: [String: String], arguments: [String] = [],
    resources: PackageResources = PackageResources()
  ) throws(CommandError) {
    try self.init(environment: environment, arguments: arguments, resources: resources) {
      () throws(CommandError) in LoadedConfiguration(configuration)
    }
  }

  private init(
    environment: [String: String], arguments: [String], resources: PackageResources,
    _ configuration: @escaping @Sendable () throws(CommandError) -> LoadedConfiguration
  ) throws(CommandError) {
    let load = { @Sendable () throws(CommandError) -> AssistantSetup in
      try AssistantSetup(try configuration(), environment: environment, resources: resources)
    }
    setup = try load()
    self.load = load
    self.arguments = arguments
  }

  /// What would be worked with and where each setting comes from, for `--check-config`.
  public var summary: String { setup.report }

  /// Variables of the environment that were probably meant as settings.
  public var doubtfulVariables: [DoubtfulVariable] { setup.loaded.doubtfulVariables }

  /// Does all work on one file and commits nothing: the daemon asks for it when a file is under suspicion.
  /// - Parameter base64: the bytes of its path.
  public static func tryFile(_ base64: String, _ configuration: AssistantConfiguration) async throws(CommandError) {
    try await FileTrial.attempt(base64, configuration)
  }

  /// Runs the service until SIGTERM or SIGINT.
  /// - Parameters:
  ///   - messages: the limiter of the logger's handlers.
  ///   - reloads: listened to since before this program was made.
  /// - Throws: `CommandError` when the database can't be opened or the folders can't be watched as configured.
  public func run(
    logger: Logger, messages: MessageLimiter = MessageLimiter(), reloads: ReloadRequests
  ) async throws {
    setup.loaded.warn(logger)
    let state = setup.state
    let store = try await StoreOpening(setup, notifier: ServiceNotifier(), logger: logger).open(setup.run)
    let service = try await AssistantService(
      setup, store: store, trial: FileTrial(arguments: arguments), messages: messages, logger: logger)
    let reload = Reload(reloads, service: service, start: setup, notifier: ServiceNotifier(), logger: logger) {
      [load] () throws(CommandError) in
      let setup = try load()
      // The database stays where it is, whatever is configured by now.
      try setup.loaded.checkForDaemon(state: state)
      return setup
    }
    // The group's own chatter about services says nothing to an operator.
    var quiet = logger
    quiet.logLevel = .error
    // Named, because a service without a name is called by its description, which holds the model in digits: 75 MB.
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: reload, serviceName: "reload"), .init(service: service, serviceName: "pipeline")],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
    try await group.run()
  }
}

extension FilePath {
  /// The path of these bytes; nil when they hold a NUL.
  init?(platformBytes bytes: [UInt8]) {
    guard !bytes.contains(0) else { return nil }
    self.init(platformString: bytes.map { CInterop.PlatformChar(bitPattern: $0) } + [0])
  }
}
