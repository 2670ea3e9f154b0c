// Whether the database still stands under its name: an open file can be moved or deleted under its writer.

/// The database, its log and their shared memory as the writer opened them. SQLite itself does not look in WAL mode:
/// commits would go into a file that nobody sees any more, or past the locks of whoever opens the new one.
struct DatabaseIdentity: Sendable {
  private struct Inode: Equatable, Sendable {
    let device, number: UInt64

    init?(_ path: String) {
      guard let stamp = StateFolder.stamp(of: path) else { return nil }
      (device, number) = (stamp.device, stamp.inode)
    }
  }

  private let files: [(path: String, inode: Inode?)]

  /// - Parameter folder: with its database open.
  init(_ folder: StateFolder) {
    files = ["", "-wal", "-shm"].map { folder.databasePath + $0 }.map { ($0, Inode($0)) }
  }

  /// - Throws: `moved`, which passes when the files are put back.
  func check() throws(TargetStoreError) {
    guard let lost = files.first(where: { Inode($0.path) != $0.inode }) else { return }
    throw TargetStoreError(
      .moved,
      "\(lost.path) was moved, deleted or replaced while in use. Nothing is stored: put it back, or restart eelscoutd to "
        + "work with what stands there now (a database from elsewhere needs the old -wal and -shm moved away first).")
  }
}
