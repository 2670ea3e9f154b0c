// The events that one page is sent: health, and what has changed since it last heard.

import Foundation
import StrictJSON
import TargetStore

/// Server-sent events of one page. Each wake-up is compared with the page's own cursor, so nothing is lost when a page is
/// slow, sleeps or loses its connection: the next event names everything since.
struct EventStream: Sendable {
  let store: ConsoleStore
  let wakeUps: AsyncStream<Void>

  /// - Parameter since: what the page knows already; nil when it begins.
  func pieces(since: EventCursor?) -> AsyncStream<[UInt8]> {
    // Unstructured on purpose: it ends when the connection lets go of the stream.
    let (pieces, continuation) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .unbounded)
    let task = Task {
      var cursor = since
      // How long a browser waits before it tries again, ms.
      continuation.yield(Array("retry: 2000\n\n".utf8))
      for await _ in wakeUps {
        let text = await events(&cursor)
        if case .terminated = continuation.yield(Array(text.utf8)) { break }
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return pieces
  }

  private func events(_ cursor: inout EventCursor?) async -> String {
    do throws(TargetStoreError) {
      let known = cursor
      let news = try await store.read { reader throws(TargetStoreError) in try News(reader, since: known) }
      cursor = news.cursor
      var text = Self.event("health", HealthAnswers.json(news.health, now: Date()), id: nil)
      if let change = news.json { text += Self.event("change", change, id: news.cursor) }
      return text
    } catch {
      return Self.event("health", HealthAnswers.json(without: error, now: Date()), id: nil)
    }
  }

  private static func event(_ name: String, _ data: JSONValue, id: EventCursor?) -> String {
    (id.map { "id: \($0.text)\n" } ?? "") + "event: \(name)\ndata: \(data.text)\n\n"
  }
}

/// What is new for somebody who knows of everything up to a cursor.
private struct News: Sendable {
  let health: ConsoleHealth
  let cursor: EventCursor
  /// Nil when nothing is.
  let json: JSONValue?

  init(_ reader: TargetStoreReader, since known: EventCursor?) throws(TargetStoreError) {
    health = try ConsoleHealth(reader)
    cursor = EventCursor(scan: health.pulse.newestScan, event: health.pulse.lastEvent)
    guard let known, known.scan <= cursor.scan, known.event <= cursor.event else {
      // It begins, or the database is another one than before: everything is new.
      json = ["newest_scan": .int(cursor.scan), "targets": [], "everything": true]
      return
    }
    guard known != cursor else {
      json = nil
      return
    }
    let changes = try reader.changes(since: known.event)
    json = [
      "newest_scan": .int(cursor.scan), "targets": JSONValue(changes.targets), "everything": .bool(!changes.isComplete),
    ]
  }
}
