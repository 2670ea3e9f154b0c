// Feeds the service manager's watchdog, but only while every loop proves that it gets on.

import Synchronization

/// Feeds the watchdog only while every registered loop proves progress: a timer alone would go on pinging for a
/// service whose worker hangs.
public actor WatchdogFeeder {
  private struct Loop {
    let name: String
    let token: ProgressToken
    let answers: (@Sendable () async -> Bool)?
    var turnsSeen: UInt64
  }

  private var loops: [Loop] = []
  private let ping: @Sendable () -> Void

  /// - Parameter ping: what proves the life of the service, such as `ServiceNotifier.alive`.
  public init(ping: @escaping @Sendable () -> Void) { self.ping = ping }

  /// Registers a loop that must prove progress at least once every half watchdog interval.
  /// - Parameter answers: asked when the loop made no turn; true when it is idle and still answers. An answer that never
  ///   comes is no answer: the watchdog runs out.
  public func register(_ name: String, answers: (@Sendable () async -> Bool)? = nil) -> ProgressToken {
    let token = ProgressToken()
    // A loop that has just been registered gets one period to make its first turn.
    token.proveProgress()
    loops.append(Loop(name: name, token: token, answers: answers, turnsSeen: 0))
    return token
  }

  /// A loop that has come to its end has nothing more to prove.
  public func remove(_ token: ProgressToken) { loops.removeAll { $0.token === token } }

  /// Pings if every loop proved progress since the last call.
  /// - Returns: the names of the loops that did not; empty when the watchdog was fed.
  public func feedIfProgressProven() async -> [String] {
    var silent: [Loop] = []
    for index in loops.indices {
      let turns = loops[index].token.turns
      if turns == loops[index].turnsSeen { silent.append(loops[index]) }
      loops[index].turnsSeen = turns
    }
    var stalled: [String] = []
    for loop in silent {
      if let answers = loop.answers, await answers() { continue }
      stalled.append(loop.name)
    }
    if stalled.isEmpty { ping() }
    return stalled
  }

  /// Feeds twice in each interval until the task is cancelled.
  /// - Parameters:
  ///   - interval: the service manager's, from `ServiceNotifier.watchdogInterval()`.
  ///   - onStall: told the names of the loops whenever that list changes to a list that is not empty.
  public func run<C: Clock>(
    interval: Duration, clock: C = ContinuousClock(), onStall: @Sendable ([String]) -> Void
  ) async where C.Duration == Duration {
    var reported: [String] = []
    while !Task.isCancelled {
      let stalled = await feedIfProgressProven()
      if stalled != reported, !stalled.isEmpty { onStall(stalled) }
      reported = stalled
      guard (try? await clock.sleep(for: interval / 2)) != nil else { return }
    }
  }
}

/// One loop's proof that it gets on.
public final class ProgressToken: Sendable {
  private let counter = Atomic<UInt64>(0)

  init() {}

  /// Called by the loop at each turn, and between the steps of long work.
  public func proveProgress() { counter.wrappingAdd(1, ordering: .relaxed) }

  var turns: UInt64 { counter.load(ordering: .relaxed) }
}
