// Log events as single lines on standard error, for people.

import Logging

/// Writes one line an event: time with offset, level, message, `key=value`.
package struct StandardErrorLogHandler: LogHandler {
  package enum Style: Hashable, Sendable {
    /// With the local time and the level's name.
    case terminal
    /// With syslog's `<N>` in front: whoever reads the stream (sd-daemon(3)) has a clock of its own.
    case priorityPrefix
  }

  package var logLevel: Logger.Level
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?
  private let style: Style
  private let descriptor: Int32

  package init(level: Logger.Level, style: Style, descriptor: Int32 = 2) {
    logLevel = level
    self.style = style
    self.descriptor = descriptor
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    write(event, metadata: metadata.merged(with: metadataProvider, and: event.metadata))
  }

  /// One write a line, so that lines of several threads do not mix.
  func write(_ event: LogEvent, metadata: Logger.Metadata) {
    SystemdCalls.write(Array((line(for: event, metadata: metadata) + "\n").utf8), to: descriptor)
  }

  private func line(for event: LogEvent, metadata: Logger.Metadata) -> String {
    var words: [String]
    switch style {
    case .terminal: words = [SystemdCalls.localTime(), "\(event.level):", Self.printable(event.message.description)]
    case .priorityPrefix:
      words = ["<\(JournalEntry.priority(of: event.level))>\(Self.printable(event.message.description))"]
    }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where key != JournalEntry.messageIDKey {
      words.append("\(Self.printable(key))=\(Self.quoted(value.description))")
    }
    if let error = event.error { words.append("error=\(Self.quoted(String(describing: error)))") }
    return words.joined(separator: " ")
  }

  /// Control characters are written as escapes: a file's name must not forge a line or drive the terminal.
  private static func printable(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .format:
        shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      default: shown.append(scalar)
      }
    }
    return String(shown)
  }

  private static func quoted(_ text: String) -> String {
    let shown = printable(text)
    guard shown.isEmpty || shown.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else { return shown }
    return "\"" + shown.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"") + "\""
  }
}
