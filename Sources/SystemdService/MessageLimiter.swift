// Repeated trouble is summed up: a thousand bad files make a dozen lines, and every one of them is counted.

import Logging
import Synchronization

/// An error as it was last logged.
public struct LoggedError: Hashable, Sendable {
  public let kind: ServiceMessage
  public let text: String
  /// How many there were before it.
  let number: Int
}

/// Lets the first messages of a kind through and counts the others of the same minute, which become one line.
///
/// Messages without a kind (which are information, never trouble) and critical ones always pass.
public final class MessageLimiter: Sendable {
  /// Messages of one kind that pass in full within a window.
  public static let inFull = 10
  /// How long a kind's messages are counted together.
  public static let window = Duration.seconds(60)

  fileprivate struct Window {
    let begin: Duration
    var passed = 0
    var held = 0
    /// The last one that was held back, and where it belongs.
    var last: (event: LogEvent, write: @Sendable (LogEvent) -> Void)?
  }

  fileprivate struct State {
    var windows: [ServiceMessage: Window] = [:]
    var counts: [ServiceMessage: Int] = [:]
    var summedUp = 0
    var refused = 0
    var lastError: LoggedError?
  }

  private let state = Mutex(State())
  private let now: @Sendable () -> Duration

  /// On the system's monotonic clock.
  public convenience init() { self.init { .microseconds(Int64(clamping: SystemdCalls.monotonicMicroseconds())) } }

  /// - Parameter now: a clock that only goes forward.
  public init(now: @escaping @Sendable () -> Duration) { self.now = now }

  /// Messages by kind since the start, those included that were only counted.
  public var counts: [ServiceMessage: Int] { state.withLock { $0.counts } }

  /// Messages that became part of a summary, or will.
  public var summedUp: Int { state.withLock { $0.summedUp } }

  /// Messages that the journal did not take.
  public var refused: Int { state.withLock { $0.refused } }

  /// The last message of level error or above that passed.
  public var lastError: LoggedError? { state.withLock { $0.lastError } }

  /// Writes the event, or holds it back and counts it.
  func log(_ event: LogEvent, _ write: @escaping @Sendable (LogEvent) -> Void) {
    guard let kind = event.kind else { return write(event) }
    let time = now()
    let (summary, isHeld) = state.withLock { state -> (Summary?, Bool) in
      state.counts[kind, default: 0] += 1
      let summary = state.close(kind, at: time, force: false)
      var window = state.windows[kind] ?? Window(begin: time)
      let isHeld = window.passed >= Self.inFull && event.level < .critical
      if isHeld {
        window.held += 1
        window.last = (event, write)
        state.summedUp += 1
      } else {
        window.passed += 1
        if event.level >= .error {
          state.lastError = LoggedError(
            kind: kind, text: event.message.description, number: state.counts[kind, default: 0])
        }
      }
      state.windows[kind] = window
      return (summary, isHeld)
    }
    summary?.write()
    if !isHeld { write(event) }
  }

  /// Writes the summaries whose minute is over.
  public func summarise() { close(force: false) }

  /// Writes all summaries: the program ends.
  public func flush() { close(force: true) }

  func noteRefusal() { state.withLock { $0.refused += 1 } }

  private func close(force: Bool) {
    let time = now()
    let summaries = state.withLock { state in
      state.windows.keys.sorted { $0.rawValue < $1.rawValue }.compactMap { state.close($0, at: time, force: force) }
    }
    for summary in summaries { summary.write() }
  }

  fileprivate struct Summary {
    let event: LogEvent
    let target: @Sendable (LogEvent) -> Void

    func write() { target(event) }
  }
}

extension MessageLimiter.State {
  /// Ends a kind's window when it is over; the line that it leaves, if any.
  mutating func close(_ kind: ServiceMessage, at time: Duration, force: Bool) -> MessageLimiter.Summary? {
    guard let window = windows[kind], force || time - window.begin >= MessageLimiter.window else { return nil }
    windows[kind] = nil
    guard let last = window.last else { return nil }
    var event = last.event
    let seconds = (time - window.begin).components.seconds
    event.message = "… and \(window.held) more like this in \(seconds) s, the last: \(last.event.message)"
    event.metadata = (event.metadata ?? [:]).merging(["more": "\(window.held)", "kind": "\(kind.name)"]) { $1 }
    return MessageLimiter.Summary(event: event, target: last.write)
  }
}

extension LogEvent {
  /// The kind that `Logger.report` gave it.
  fileprivate var kind: ServiceMessage? {
    metadata?[JournalEntry.messageIDKey].flatMap { ServiceMessage(rawValue: $0.description) }
  }
}
