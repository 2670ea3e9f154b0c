// A file as the store knows it: its path in bytes and the version that was looked at.

/// One version of one file, as the file system tells it: enough not to read the same bytes twice.
public struct FileStamp: Hashable, Sendable {
  public var device: UInt64
  public var inode: UInt64
  /// Bytes.
  public var size: Int64
  /// Modification time, nanoseconds since 1970.
  public var modifiedNS: Int64
  /// Change time, nanoseconds since 1970.
  public var changedNS: Int64

  public init(device: UInt64, inode: UInt64, size: Int64, modifiedNS: Int64, changedNS: Int64) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modifiedNS = modifiedNS
    self.changedNS = changedNS
  }
}

/// One version of a file at its path.
public struct FileRecord: Hashable, Sendable {
  /// The path as the file system has it; need not be UTF-8.
  public var path: [UInt8]
  public var stamp: FileStamp

  public init(path: [UInt8], stamp: FileStamp) {
    self.path = path
    self.stamp = stamp
  }
}

/// What a file that has not become a scan is waiting for, or why it never will.
public enum FileState: String, CaseIterable, Sendable {
  case waiting, incomplete, rejected, ignored, failed
}

/// The present state of a file that is not ready.
public struct FileStateRecord: Hashable, Sendable {
  public var path: [UInt8]
  public var state: FileState
  /// What it waits for, or what is wrong and what to do.
  public var reason: String
  /// UTC, ISO 8601 with milliseconds. Set by the store: the moment the file came into this state.
  public internal(set) var since: String

  public init(path: [UInt8], state: FileState, reason: String) {
    self.path = path
    self.state = state
    self.reason = reason
    since = ""
  }

  /// The path for people, with U+FFFD where it is not UTF-8.
  public var pathText: String { String(decoding: path, as: UTF8.self) }
}

/// What is already known about one version of a file.
public enum KnownFile: Hashable, Sendable {
  /// Its content is the scan of this hash.
  case scan(sha256: String)
  /// It was looked at and found not to be a scan.
  case failure(FileState, reason: String)
}
