// The schema's identity and its migrations.

internal import GRDB

/// What marks a database as ours, and how it is brought up to date.
package enum Schema {
  /// `PRAGMA application_id`: "EELS" in ASCII.
  static let applicationID: Int32 = 0x4545_4C53

  /// `PRAGMA user_version` of the schema this program writes.
  static let version: Int32 = 4

  /// The first one in which operators claim, for which the database's mode was widened.
  static let firstWithClaims: Int32 = 3

  /// Each migration is one transaction and sets `user_version`, so a database always says which one it has reached.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(sql: tablesOfVersion1)
      try database.execute(sql: eventsOfVersion1)
      try database.execute(sql: viewsOfVersion1)
      try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = 1")
    }
    migrator.registerMigration("2") { database in
      try database.execute(sql: tablesOfVersion2)
      try database.execute(sql: "PRAGMA user_version = 2")
    }
    migrator.registerMigration("3") { database in
      try database.execute(sql: claimsOfVersion3)
      try database.execute(sql: upkeepOfVersion3)
      try database.execute(sql: viewsOfVersion3)
      try database.execute(sql: "PRAGMA user_version = 3")
    }
    migrator.registerMigration("4") { database in
      try database.execute(sql: picturesOfVersion4)
      try database.execute(sql: viewsOfVersion4)
      try database.execute(sql: "PRAGMA user_version = 4")
    }
    return migrator
  }

  /// Makes a database as an earlier version of the program made it, by the text of that version.
  package static func make(_ version: Int32, at path: String) throws {
    try migrator.migrate(DatabaseQueue(path: path), upTo: "\(version)")
  }

  /// Refuses a database that is not ours or not of a version that can be worked with.
  ///
  /// A database without tables and without identity passes: it is one whose creation was interrupted.
  static func check(_ database: Database, at path: String) throws {
    let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let version = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    if application == 0, version == 0, try isEmpty(database) { return }
    guard application == applicationID else {
      throw TargetStoreError(
        .foreignDatabase,
        "\(path) belongs to another program (application_id \(application), not \(applicationID)); it was left as it "
          + "is. Point the state directory elsewhere, or move that file away.")
    }
    guard version <= Self.version else {
      throw TargetStoreError(
        .laterSchema,
        "\(path) was written by a later version of EELScout (schema \(version); this one knows up to \(Self.version)); "
          + "it was left as it is. Install that version again, or point the state directory elsewhere.")
    }
  }

  /// Whether nothing has been put into the database yet.
  static func isEmpty(_ database: Database) throws -> Bool {
    try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0
  }
}
