// The daemon from its options to its end.

import FolderWatching
import Foundation
import Logging
import ServiceLifecycle
import SystemPackage
import SystemdService
import TargetStore
import Triage
import UnixSignals

/// What the daemon is started with: configuration and environment, checked before anything else happens.
public struct AssistantProgram: Sendable {
  public static let version = "0.1.0"

  private let configuration: AssistantConfiguration
  private let state: FilePath
  private let rulesDirectory: FilePath
  private let modelFile: FilePath
  private let engine: TriageEngine
  private let arguments: [String]

  /// Loads and checks configuration, rules and model.
  /// - Parameter arguments: those of the command line, for a trial of one file in a process of its own.
  /// - Throws: `CommandError` of status `badConfiguration`, one line that says what, where and what is allowed.
  public init(
    _ configuration: AssistantConfiguration, environment: [String: String],
    arguments: [String] = [], resources: PackageResources = PackageResources()
  ) throws(CommandError) {
    self.arguments = arguments
    state = configuration.stateDirectory(environment: environment)
    try configuration.checkForDaemon(state: state)
    rulesDirectory = try configuration.rulesDirectory(resources)
    let rules = try RulesFolder(rulesDirectory).rules()
    modelFile = try configuration.modelFile(resources)
    engine = try TriageEngine(
      model: try ModelFile.load(modelFile), rules: rules, defaultPixelSizeNM: configuration.defaultPixelSizeNM,
      threads: configuration.threads)
    self.configuration = configuration
  }

  /// What would be worked with, for `--check-config`.
  public var summary: String {
    """
    configuration ok
      watched folders  \(configuration.folders.map(\.string).joined(separator: ", "))
      state            \(state)
      model            \(modelFile) (\(engine.model.id))
      rules            \(rulesDirectory) (\(engine.rules.identity))
      threads          \(configuration.threads)
      pixel size       \(configuration.defaultPixelSizeNM.map { "\($0) nm where a file states none" } ?? "as each file states")
    """
  }

  /// Does all work on one file and commits nothing: the daemon asks for it when a file is under suspicion.
  /// - Parameter base64: the bytes of its path.
  public static func tryFile(_ base64: String, _ configuration: AssistantConfiguration) async throws(CommandError) {
    try await FileTrial.attempt(base64, configuration)
  }

  /// Runs the service until SIGTERM or SIGINT.
  /// - Throws: `CommandError` when the database can't be opened or the folders can't be watched as configured.
  public func run(logger: Logger) async throws {
    let store = try await StoreOpening(state: state, notifier: ServiceNotifier(), logger: logger).open(
      DaemonRun(
        version: Self.version, modelID: engine.model.id, rulesSHA256: engine.rules.sha256,
        rulesRevision: engine.rules.identity))
    let service = try await AssistantService(
      configuration, engine: engine, store: store, trial: FileTrial(arguments: arguments), logger: logger)
    let reload = RulesReload(
      service: service, store: store, engine: engine, directory: rulesDirectory, notifier: ServiceNotifier(),
      logger: logger)
    // The group's own chatter about services says nothing to an operator.
    var quiet = logger
    quiet.logLevel = .error
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: reload), .init(service: service)], gracefulShutdownSignals: [.sigterm, .sigint],
        logger: quiet))
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
