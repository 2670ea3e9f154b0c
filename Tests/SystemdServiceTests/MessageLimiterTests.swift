// Repeated trouble becomes one line, and nothing of it goes uncounted.

import Logging
import SystemdService
import Testing

@Suite("Message limiter", .timeLimit(.minutes(20)))
struct MessageLimiterTests {
  /// A logger whose lines are kept, and a clock that stands still unless it is moved.
  private final class Desk: Sendable {
    let written = Locked<[LogEvent]>([])
    let time = Locked(Duration.seconds(1_000))
    let limiter: MessageLimiter

    init() { limiter = MessageLimiter { [time] in time.withLock { $0 } } }

    func logger() -> Logger {
      Logger(label: "test") { _ in LimitedLogHandler(Keeper(written: self.written), limiter: self.limiter) }
    }

    func pass(_ duration: Duration) { time.withLock { $0 += duration } }

    /// The lines written since the last call.
    func take() -> [LogEvent] {
      written.withLock { events in
        defer { events = [] }
        return events
      }
    }
  }

  private struct Keeper: LogHandler {
    let written: Locked<[LogEvent]>
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { written.withLock { $0.append(event) } }
  }

  private let desk = Desk()

  @Test("ten thousand bad files make ten lines and a summary with their number, the kind's id and the last of them")
  func flood() throws {
    let logger = desk.logger()
    for number in 1...10_000 {
      logger.report(.fileRejected, "file \(number) is bad", metadata: ["file": "/data/\(number).npy"])
    }
    #expect(desk.take().map { "\($0.message)" } == (1...10).map { "file \($0) is bad" })
    desk.pass(.seconds(59))
    desk.limiter.summarise()
    #expect(desk.take().isEmpty)
    desk.pass(.seconds(1))
    desk.limiter.summarise()
    let lines = desk.take()
    #expect(lines.count == 1)
    let summary = try #require(lines.first)
    #expect("\(summary.message)" == "… and 9990 more like this in 60 s, the last: file 10000 is bad")
    #expect(summary.level == .warning)
    #expect(summary.metadata?["message_id"] == "\(ServiceMessage.fileRejected.rawValue)")
    #expect(summary.metadata?["more"] == "9990")
    #expect(summary.metadata?["kind"] == "file_rejected")
    #expect(summary.metadata?["file"] == "/data/10000.npy")
    #expect(summary.file.hasSuffix("MessageLimiterTests.swift"))
    #expect(desk.limiter.counts == [.fileRejected: 10_000])
    #expect(desk.limiter.summedUp == 9_990)
    // The next one begins a minute of its own.
    logger.report(.fileRejected, "another")
    #expect(desk.take().map { "\($0.message)" } == ["another"])
    desk.pass(.seconds(60))
    desk.limiter.summarise()
    #expect(desk.take().isEmpty)
  }

  @Test("a message after the minute brings the summary of the minute before it, without anybody asking")
  func laterMessage() {
    let logger = desk.logger()
    for number in 1...12 { logger.report(.databaseTrouble, "trouble \(number)") }
    _ = desk.take()
    desk.pass(.seconds(75))
    logger.report(.databaseTrouble, "trouble 13")
    #expect(
      desk.take().map { "\($0.message)" } == ["… and 2 more like this in 75 s, the last: trouble 12", "trouble 13"])
  }

  @Test("kinds are counted apart; critical messages and those without a kind always pass")
  func kinds() {
    let logger = desk.logger()
    for number in 1...20 {
      logger.report(.fileRejected, "a")
      logger.report(.folderAbsent, "b")
      logger.report(.workerStalled, "c")
      logger.info("scan \(number)")
    }
    let lines = desk.take().map { "\($0.message)" }
    #expect(lines.count { $0 == "a" } == 10 && lines.count { $0 == "b" } == 10)
    #expect(lines.count { $0 == "c" } == 20 && lines.count { $0.hasPrefix("scan") } == 20)
  }

  @Test("the end of the program writes what was held back")
  func flush() {
    let logger = desk.logger()
    for _ in 1...15 { logger.report(.databaseTrouble, "x") }
    _ = desk.take()
    desk.pass(.seconds(2))
    desk.limiter.flush()
    #expect(desk.take().map { "\($0.message)" } == ["… and 5 more like this in 2 s, the last: x"])
    desk.limiter.flush()
    #expect(desk.take().isEmpty)
  }

  @Test("the last error is kept, warnings are not")
  func lastError() {
    let logger = desk.logger()
    logger.report(.databaseTrouble, "first")
    let first = desk.limiter.lastError
    logger.report(.databaseTrouble, "first")
    #expect(first?.kind == .databaseTrouble && first?.text == "first")
    #expect(desk.limiter.lastError != first)
    logger.report(.fileRejected, "a warning")
    #expect(desk.limiter.lastError?.text == "first")
  }

  @Test("kinds have names of lower-case words")
  func names() {
    #expect(ServiceMessage.stateDiskFull.name == "state_disk_full")
    for kind in ServiceMessage.allCases { #expect(kind.name.wholeMatch(of: #/[a-z]+(_[a-z]+)*/#) != nil) }
  }
}
