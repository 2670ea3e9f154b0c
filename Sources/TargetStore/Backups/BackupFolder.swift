// The folder of backups: their names tell when they were made, and how many are kept.

import Foundation

/// One backup: a whole database in one file.
public struct BackupFile: Hashable, Sendable {
  public let path: String
  /// UTC, as in the name: `20261126T025555Z`.
  public let madeAt: String
  /// The schema that the database had, where the backup was made before a migration; nil otherwise.
  public let schemaBeforeMigration: Int32?
  public let bytes: Int64

  /// The moment of the name; nil for a name made by hand that is none.
  public var date: Date? { BackupFolder.date(madeAt) }
}

/// Where backups lie.
public struct BackupFolder: Hashable, Sendable {
  public let path: String

  /// Backups from before a migration are few; they are counted apart.
  private static let migrationsKept = 3
  private static let prefix = "eelscout-"
  private static let suffix = ".sqlite"
  static let draftSuffix = ".part"

  public init(_ path: String) { self.path = path }

  /// The folder inside a state directory, where none is configured.
  public static func standard(inState directory: String) -> BackupFolder {
    BackupFolder(StateFolder(directory).path + "/backup")
  }

  /// Newest first, whatever the reason they were made for. Nothing is opened.
  public func files() -> [BackupFile] {
    SystemFiles.names(path).compactMap(file).sorted { ($0.madeAt, $0.path) > ($1.madeAt, $1.path) }
  }

  private func file(_ name: String) -> BackupFile? {
    guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.suffix) else { return nil }
    let parts = name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count).split(separator: "-")
    guard let moment = parts.first, moment.count == 16, parts.count <= 2, Self.date(String(moment)) != nil,
      let stamp = StateFolder.stamp(of: path + "/" + name)
    else { return nil }
    let schema = parts.dropFirst().first.flatMap { $0.hasPrefix("schema") ? Int32($0.dropFirst(6)) : nil }
    if parts.count == 2, schema == nil { return nil }
    return BackupFile(
      path: path + "/" + name, madeAt: String(moment), schemaBeforeMigration: schema, bytes: stamp.size)
  }

  /// The path of a backup made at a moment.
  func path(at moment: Date, schema: Int32?) -> String {
    let text = Timestamp.text(moment).prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    return "\(path)/\(Self.prefix)\(text)\(schema.map { "-schema\($0)" } ?? "")\(Self.suffix)"
  }

  static func date(_ text: String) -> Date? {
    let style = Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted)
    return try? style.parse(text)
  }

  /// Removes what is beyond the number kept, oldest first, and drafts that an interruption left.
  func tidy(keeping count: Int) {
    let all = files()
    let daily = all.filter { $0.schemaBeforeMigration == nil }
    let migrations = all.filter { $0.schemaBeforeMigration != nil }
    for file in daily.dropFirst(count) + migrations.dropFirst(Self.migrationsKept) {
      try? SystemFiles.remove(file.path)
    }
    removeDrafts()
  }

  func removeDrafts() {
    for name in SystemFiles.names(path)
    where name.hasPrefix(Self.prefix) && name.contains(Self.suffix + Self.draftSuffix) {
      try? SystemFiles.remove(path + "/" + name)
    }
  }
}
