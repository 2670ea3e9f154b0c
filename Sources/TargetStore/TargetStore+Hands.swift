// Files in hand: a mark that outlives the process, so that a file that ends it is found out.

internal import GRDB

extension TargetStore {
  /// Marks a file before it is decoded.
  ///
  /// The mark is committed, but not synced: it must outlive this process, not a power failure.
  /// - Returns: how many runs have ended uncleanly with exactly this version in hand.
  public func takeInHand(_ file: FileRecord) throws(TargetStoreError) -> Int {
    try writeUnsynced("mark a file in") { database in
      try Int.fetchOne(
        database,
        sql: """
          INSERT INTO in_hand (path, device, inode, size, changed_ns, is_open, unclean_ends)
          VALUES (:path, :device, :inode, :size, :changed, 1, 0)
          ON CONFLICT (path) DO UPDATE SET
            unclean_ends = CASE WHEN (device, inode, size, changed_ns)
              = (excluded.device, excluded.inode, excluded.size, excluded.changed_ns) THEN unclean_ends ELSE 0 END,
            device = excluded.device, inode = excluded.inode, size = excluded.size, changed_ns = excluded.changed_ns,
            is_open = 1
          RETURNING unclean_ends
          """,
        arguments: [
          "path": Blob.of(file.path), "device": Int64(bitPattern: file.stamp.device),
          "inode": Int64(bitPattern: file.stamp.inode), "size": file.stamp.size, "changed": file.stamp.changedNS,
        ]) ?? 0
    }
  }

  /// The file is not being worked on now, but what is held against it stays.
  public func putDown(_ file: FileRecord) throws(TargetStoreError) {
    try writeUnsynced("mark a file in") { database in
      let path = Blob.of(file.path)
      try database.execute(sql: "DELETE FROM in_hand WHERE path = ? AND unclean_ends = 0", arguments: [path])
      try database.execute(sql: "UPDATE in_hand SET is_open = 0 WHERE path = ?", arguments: [path])
    }
  }

  /// The work on a file ended well: nothing is held against it.
  public func letGo(_ file: FileRecord) throws(TargetStoreError) {
    try writeUnsynced("mark a file in") { database in
      try database.execute(sql: "DELETE FROM in_hand WHERE path = ?", arguments: [Blob.of(file.path)])
    }
  }

  /// The run is to end as asked: however it ends, nothing is held against the files in hand.
  public func letGoOfAll() throws(TargetStoreError) {
    try writeUnsynced("mark files in") { database in try database.execute(sql: "DELETE FROM in_hand WHERE is_open = 1")
    }
  }

  /// Holds against the files that were in hand that the last run ended without a word.
  static func countUncleanEnds(_ database: Database) throws {
    try database.execute(
      sql: "UPDATE in_hand SET unclean_ends = unclean_ends + 1, is_open = 0 WHERE is_open = 1")
  }

  /// One transaction (or statement) that the disk may learn of later, and every process at once.
  func writeUnsynced<T>(
    _ action: String, _ body: (Database) throws -> T
  ) throws(TargetStoreError) -> T {
    try TargetStoreError.wrapping(action, at: path) {
      try queue.writeWithoutTransaction { database in
        try identity.check()
        try database.execute(sql: "PRAGMA synchronous = NORMAL")
        let result = Result { try body(database) }
        try database.execute(sql: "PRAGMA synchronous = FULL")
        return try result.get()
      }
    }
  }
}
