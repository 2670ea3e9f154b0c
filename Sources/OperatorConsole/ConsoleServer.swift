// The console from its options to its end.

import FlyingSocks
import Foundation
import SystemdService
import UnixSignals

/// What the console is started with.
public struct ConsoleSettings: Sendable {
  /// The daemon's state directory.
  public var state: String
  /// Where to listen, such as `127.0.0.1:8770`; of no meaning where the service manager hands sockets over.
  public var listen: String
  /// A file with the token that a browser must show; needed for any address but loopback.
  public var tokenFile: String?
  /// Names that the console goes by, beside `localhost`, this machine's name and IP addresses.
  public var names: [String]

  public init(state: String, listen: String = "127.0.0.1:8770", tokenFile: String? = nil, names: [String] = []) {
    self.state = state
    self.listen = listen
    self.tokenFile = tokenFile
    self.names = names
  }
}

/// The operator console: one page over the daemon's database.
public struct ConsoleServer: Sendable {
  private let listener: Listener
  /// Where it listens, such as `127.0.0.1:8770`.
  public let addresses: [String]

  /// Checks the settings and begins to listen; nothing is answered before `run`.
  /// - Parameter say: takes one line for the log.
  /// - Throws: `ConsoleError`.
  public init(
    _ settings: ConsoleSettings, say: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(ConsoleError) {
    try self.init(settings, limits: ServingLimits(), say: say)
  }

  package init(
    _ settings: ConsoleSettings, limits: ServingLimits, say: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(ConsoleError) {
    let token = try settings.tokenFile.map { file throws(ConsoleError) in try AccessToken(file: file) }
    var sockets = PassedSockets.take().map { Socket(file: .init(rawValue: $0)) }
    if sockets.isEmpty {
      let address = try ListenAddress(settings.listen)
      try Self.check(address, token)
      sockets = [try address.listen()]
    }
    var addresses: [String] = []
    for socket in sockets {
      guard let address = ListenAddress(socket) else {
        throw ConsoleError(.configuration, "the service manager handed over a socket that is bound to no IP address")
      }
      try Self.check(address, token)
      addresses.append("\(address)")
    }
    self.addresses = addresses
    let store = ConsoleStore(directory: settings.state)
    let router = Router(
      store: store, watch: Watch(store, limits: limits), host: HostGuard(names: settings.names), token: token,
      wrongTokens: WrongTokens(delay: limits.wrongTokenDelay, say: say))
    listener = Listener(sockets: sockets, limits: limits) { await router.answer($0) }
  }

  /// Whoever can reach it from elsewhere must show a token.
  private static func check(_ address: ListenAddress, _ token: AccessToken?) throws(ConsoleError) {
    guard !address.isLoopback, token == nil else { return }
    throw ConsoleError(
      .configuration,
      "\(address) can be reached from other machines: give a token by --token-file, or listen on 127.0.0.1 and come "
        + "through ssh -L 8770:127.0.0.1:8770")
  }

  /// Serves until SIGTERM or SIGINT, or until the task is cancelled.
  public func run() async throws {
    let notifier = ServiceNotifier()
    try await withThrowingTaskGroup(of: Void.self) { group in
      let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
      group.addTask { for await _ in signals { return } }
      group.addTask { try await serve() }
      notifier.ready(status: "the page is at http://\(addresses.joined(separator: ", http://"))/")
      defer { group.cancelAll() }
      try await group.next()
    }
    notifier.stopping(status: "asked to stop")
  }

  /// Serves until the task is cancelled.
  package func serve() async throws { try await listener.run() }
}
