// What a log event becomes: journal fields, lines on standard error, and which of the two.

import Foundation
import Glibc
import Logging
import Synchronization
import SystemdService
import Testing

@Suite("Logging", .timeLimit(.minutes(20)))
struct LoggingTests {
  private struct Failure: Error, CustomStringConvertible { let description = "it broke" }

  private func event(
    _ message: Logger.Message, level: Logger.Level = .warning, error: (any Error)? = nil
  ) -> LogEvent {
    LogEvent(
      level: level, message: message, error: error, metadata: nil, source: "Triage", file: "Triage/Scan.swift",
      function: "read()", line: 7)
  }

  private func fields(_ event: LogEvent, _ metadata: Logger.Metadata) -> [String] {
    JournalEntry(event, metadata: metadata, identifier: "eelscoutd").fields.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("an event becomes the journal's own fields and fields of our name space")
  func journalFields() {
    let metadata: Logger.Metadata = [
      "message_id": .string(ServiceMessage.fileRejected.rawValue), "path": "/data/a.npy",
      "size": .stringConvertible(42), "reasons": ["one", "two"], "scan": ["row-count": "5"],
    ]
    #expect(
      fields(event("a file was rejected", error: Failure()), metadata) == [
        "MESSAGE=a file was rejected", "PRIORITY=4", "SYSLOG_IDENTIFIER=eelscoutd", "CODE_FILE=Triage/Scan.swift",
        "CODE_LINE=7", "CODE_FUNC=read()", "LOGGER_SOURCE=Triage",
        "MESSAGE_ID=\(ServiceMessage.fileRejected.rawValue)", "EELSCOUT_PATH=/data/a.npy", "EELSCOUT_REASONS=one",
        "EELSCOUT_REASONS=two", "EELSCOUT_SCAN_ROW_COUNT=5", "EELSCOUT_SIZE=42", "EELSCOUT_ERROR=it broke",
      ])
  }

  @Test("a value keeps its line breaks and can't become a field; a name is made fit")
  func hostileFields() {
    let found = fields(event("two\nlines"), ["päth=\n": "a\nPRIORITY=0", "message_id": "not an id"])
    #expect(found.contains("MESSAGE=two\nlines"))
    #expect(found.contains("EELSCOUT_P_TH__=a\nPRIORITY=0"))
    #expect(found.contains("EELSCOUT_MESSAGE_ID=not an id"))
    let long = fields(event("x"), [String(repeating: "k", count: 200): "v"]).last ?? ""
    #expect(long == "EELSCOUT_" + String(repeating: "K", count: 55) + "=v")
  }

  @Test(
    "levels are syslog's", arguments: [(Logger.Level.trace, 7), (.info, 6), (.notice, 5), (.error, 3), (.critical, 2)])
  func priorities(level: Logger.Level, priority: Int) {
    #expect(fields(event("x", level: level), [:]).contains("PRIORITY=\(priority)"))
  }

  @Test("the nearest metadata win, and an entry that the journal does not take goes to standard error")
  func handler() throws {
    let sent = Locked<[[UInt8]]>([])
    let result = Atomic<Int32>(0)
    let line = try lines { descriptor in
      let fallback = StandardErrorLogHandler(level: .info, style: .priorityPrefix, descriptor: descriptor)
      var handler = JournalLogHandler(identifier: "eelscoutd", level: .info, fallback: fallback) { fields in
        sent.withLock { $0 = fields }
        return result.load(ordering: .relaxed)
      }
      handler.metadataProvider = Logger.MetadataProvider { ["a": "provider", "b": "provider"] }
      handler[metadataKey: "a"] = "handler"
      handler[metadataKey: "c"] = "handler"
      var logged = event("taken")
      logged.metadata = ["b": "event"]
      handler.log(event: logged)
      result.store(-EAGAIN, ordering: .relaxed)
      logged.message = "not taken"
      handler.log(event: logged)
    }
    let texts = sent.withLock { $0.map { String(decoding: $0, as: UTF8.self) } }
    #expect(texts.suffix(3) == ["EELSCOUT_A=provider", "EELSCOUT_B=event", "EELSCOUT_C=handler"])
    #expect(line == "<4>not taken a=provider b=event c=handler\n")
  }

  @Test("a line for people has local time with offset, level, message, and what goes with it")
  func terminalLine() throws {
    let line = try lines { descriptor in
      let handler = StandardErrorLogHandler(level: .info, style: .terminal, descriptor: descriptor)
      var logged = event("scan read")
      logged.metadata = ["path": "/data/my \"scan\".npy", "rows": "5", "message_id": "x"]
      handler.log(event: logged)
    }
    let pattern = #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d (.*)\n/#
    let rest = try #require(line.wholeMatch(of: pattern)).1
    #expect(rest == #"warning: scan read path="/data/my \"scan\".npy" rows=5"#)
    let stamp = try #require(line.split(separator: " ").first)
    let date = try Date(String(stamp), strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    #expect(abs(date.timeIntervalSinceNow) < 60)
  }

  @Test("a file's name can neither forge a line nor drive the terminal")
  func hostileLine() throws {
    let line = try lines { descriptor in
      let handler = StandardErrorLogHandler(level: .info, style: .priorityPrefix, descriptor: descriptor)
      var logged = event("a\n<0>b")
      logged.metadata = ["path": "\u{1B}[2J\u{202E}x"]
      handler.log(event: logged)
    }
    #expect(line == #"<4>a\u{a}<0>b path=\u{1b}[2J\u{202e}x"# + "\n")
  }

  @Test("the journal is chosen only when standard error is connected to it")
  func destinations() {
    func choose(_ stream: String?, _ own: String?, accepts: Bool) -> ServiceLogging.Destination {
      ServiceLogging.destination(journalStream: stream, standardError: own, journalAccepts: accepts)
    }
    #expect(choose("8:42", "8:42", accepts: true) == .journal)
    #expect(choose("8:42", "8:42", accepts: false) == .journalStream)
    #expect(choose("8:42", "8:43", accepts: true) == .standardError)
    #expect(choose(nil, "8:42", accepts: true) == .standardError)
    #expect(choose("8:42", nil, accepts: true) == .standardError)
  }

  @Test("a running journal stores what was sent, bytes and all")
  func journalRoundTrip() throws {
    guard access("/run/systemd/journal/socket", W_OK) == 0 else {
      print("SKIPPED: journal round trip: no systemd-journald is running here")
      return
    }
    let mark = UUID().uuidString
    let entry = JournalEntry(
      event("round\ntrip"), metadata: ["mark": .string(mark), "note": "a\nb\u{1}"], identifier: "eelscout-test")
    #expect(JournalLogHandler.sendToJournal(entry.fields) == 0)
    _ = try Tool.run("journalctl", ["--sync"])
    let found = try Tool.run("journalctl", ["-o", "json", "--all", "EELSCOUT_MARK=\(mark)"])
    guard !found.output.isEmpty else {
      print("SKIPPED: journal round trip: this user may not read the journal")
      return
    }
    let object = try #require(try JSONSerialization.jsonObject(with: Data(found.output.utf8)) as? [String: Any])
    #expect(object["MESSAGE"] as? String == "round\ntrip")
    #expect(object["EELSCOUT_NOTE"] as? [Int] == [97, 10, 98, 1])
    #expect(object["CODE_LINE"] as? String == "7")
  }

  /// What the body writes into the descriptor it is given.
  private func lines(_ body: (Int32) throws -> Void) throws -> String {
    let pipe = Pipe()
    try body(pipe.fileHandleForWriting.fileDescriptor)
    try pipe.fileHandleForWriting.close()
    return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
  }
}
