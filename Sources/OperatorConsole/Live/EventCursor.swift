// Where a page stands in the history of the database: the id of its last event.

/// Newest scan and newest log entry that a page knows of. Written `12.340`, which browsers send back as Last-Event-ID.
struct EventCursor: Equatable, Sendable {
  var scan: Int
  var event: Int

  init(scan: Int, event: Int) { (self.scan, self.event) = (scan, event) }

  /// Nil for what no server wrote.
  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count <= 40, let scan = Int(parts[0]), let event = Int(parts[1]), scan >= 0,
      event >= 0
    else { return nil }
    self.init(scan: scan, event: event)
  }

  var text: String { "\(scan).\(event)" }
}
