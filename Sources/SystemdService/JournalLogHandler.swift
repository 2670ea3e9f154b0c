// Sends log events to the journal with all their fields.

import Logging

/// Sends log events to journald in its native protocol; an entry that journald does not take goes to standard error.
package struct JournalLogHandler: LogHandler {
  package var logLevel: Logger.Level
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?
  private let identifier: String
  private let fallback: StandardErrorLogHandler
  private let send: @Sendable ([[UInt8]]) -> Int32

  package init(
    identifier: String, level: Logger.Level, fallback: StandardErrorLogHandler,
    send: @escaping @Sendable ([[UInt8]]) -> Int32 = { JournalLogHandler.sendToJournal($0) }
  ) {
    self.identifier = identifier
    logLevel = level
    self.fallback = fallback
    self.send = send
  }

  /// Zero or a negative errno.
  package static func sendToJournal(_ fields: [[UInt8]]) -> Int32 { SystemdCalls.sendToJournal(fields) }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let merged = metadata.merged(with: metadataProvider, and: event.metadata)
    if send(JournalEntry(event, metadata: merged, identifier: identifier).fields) < 0 {
      fallback.write(event, metadata: merged)
    }
  }
}

extension Logger.Metadata {
  /// The handler's own, then the provider's, then the event's: the nearer wins.
  func merged(with provider: Logger.MetadataProvider?, and event: Logger.Metadata?) -> Logger.Metadata {
    var all = self
    if let provider { all.merge(provider.get()) { $1 } }
    if let event { all.merge(event) { $1 } }
    return all
  }
}
