// Whether there may be something new, without opening anything.

/// The database's files as the file system shows them: equal stamps, same contents.
public struct DatabaseStamp: Hashable, Sendable {
  let files: [FileStamp?]
}

extension TargetStoreReader {
  /// What it is at this moment: two looks at inodes, cheap enough to ask several times a second.
  public var stamp: DatabaseStamp {
    DatabaseStamp(files: [folder.databasePath, folder.logPath].map(StateFolder.stamp(of:)))
  }
}
