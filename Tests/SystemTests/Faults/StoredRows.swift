// The rows of a database in words that any two runs over the same scans agree on.

import Foundation
import GRDB
import SystemPackage
import Testing

/// Whole tables as lines of text: without times, and with hashes in place of numbers of arrival.
struct StoredRows: Equatable {
  let lines: [String]

  private static let tables = [
    "scan", "scan_file", "file_state", "in_hand", "target", "target_spectrum", "target_event", "energy_axis",
  ]
  /// What tells one version of a file from another is the file system's.
  private static let fileSystems: Set<String> = ["device", "inode", "modified_ns", "changed_ns"]
  private static let clocks: Set<String> = ["at", "since", "latency_ms"]

  /// Reads all of it, and expects SQLite to find the database whole.
  init(_ state: FilePath, session: FilePath) throws {
    var settings = Configuration()
    settings.readonly = true
    let queue = try DatabaseQueue(path: state.appending("eelscout.sqlite").string, configuration: settings)
    lines = try queue.read { database in
      #expect(try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"])
      #expect(try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty)
      let scans = try Row.fetchAll(database, sql: "SELECT id, scan_sha256 FROM scan")
      let hashes = Dictionary(uniqueKeysWithValues: scans.map { ("\($0[0] as Int)", $0[1] as String) })
      let axes = try Row.fetchAll(database, sql: "SELECT id, hex(energies) FROM energy_axis")
      let energies = Dictionary(uniqueKeysWithValues: axes.map { ("\($0[0] as Int)", $0[1] as String) })
      return try Self.tables.flatMap { table in
        try Row.fetchAll(database, sql: "SELECT * FROM \(table)").map { row in
          let cells = row.compactMap { column, value -> String? in
            guard !Self.fileSystems.contains(column), !Self.clocks.contains(column), !column.hasSuffix("_at") else {
              return nil
            }
            let text = Self.text(value, session)
            switch column {
            case "id" where table == "target", "target": return "\(column)=\(Self.renamed(text, hashes))"
            case "id": return nil
            case "scan", "superseded_by": return "\(column)=\(hashes[text] ?? text)"
            case "energy_axis": return "\(column)=\(energies[text] ?? text)"
            default: return "\(column)=\(text)"
            }
          }
          return "\(table) \(cells.joined(separator: " "))"
        }
      }.sorted()
    }
  }

  /// Lines of one side only; empty when both hold the same.
  /// - Parameter table: left out.
  func difference(from other: StoredRows, except table: String? = nil) -> [String] {
    func compared(_ lines: [String]) -> [String] {
      lines.filter { line in !(table.map { line.hasPrefix($0 + " ") } ?? false) }
    }
    return compared(lines).difference(from: compared(other.lines)).map { change in
      switch change {
      case .insert(_, let line, _): "+ \(line.prefix(300))"
      case .remove(_, let line, _): "- \(line.prefix(300))"
      }
    }
  }

  /// Whether each scan that is here is here with all that belongs to it there.
  func isWholePart(of other: StoredRows) -> Bool {
    let (here, there) = (contents, other.contents)
    return here.allSatisfy { there[$0.key] == $0.value }
  }

  /// The rows of each scan, its targets and their spectra, by its hash.
  private var contents: [Substring: [String]] {
    let scans = lines.filter { $0.hasPrefix("scan ") || $0.hasPrefix("target") }
    return Dictionary(grouping: scans) { line in
      ["scan_sha256=", "target=", "id="].lazy.compactMap { line.firstRange(of: " " + $0) }.first
        .map { line[$0.upperBound...].prefix(64) } ?? ""
    }
  }

  /// A target is named by its scan and its rank.
  private static func renamed(_ target: String, _ hashes: [String: String]) -> String {
    let parts = target.split(separator: "-").map(String.init)
    guard parts.count == 2, let hash = hashes[parts[0]] else { return target }
    return "\(hash)-\(parts[1])"
  }

  private static func text(_ value: DatabaseValue, _ session: FilePath) -> String {
    switch value.storage {
    case .blob(let data):
      let path = String(data: data, encoding: .utf8).flatMap { $0.hasPrefix(session.string) ? $0 : nil }
      return path?.replacing(session.string, with: "") ?? data.base64EncodedString()
    case .string(let text): return text.replacing(session.string, with: "")
    default: return "\(value)"
    }
  }
}
