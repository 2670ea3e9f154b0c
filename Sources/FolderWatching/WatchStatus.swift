// What the watcher tells observers: the state of each folder, what waits and why, what happened.

import SystemPackage

/// How a watched folder is being followed.
public enum FolderState: Hashable, Sendable {
  /// The kernel announces changes; a periodic listing makes sure.
  case watching
  /// Only the periodic listing finds changes, for the reason given.
  case polling(reason: String)
  /// Not there, or not to be listed, for the reason given; it is looked for until it is back.
  case absent(reason: String)
}

public struct FolderStatus: Hashable, Sendable {
  public let path: FilePath
  public let state: FolderState
}

/// A file that is not handed out yet.
public struct WaitingFile: Hashable, Sendable {
  public enum Reason: Hashable, Sendable {
    /// It has no bytes.
    case empty
    /// It changed less than its quiet time ago.
    case changing
    /// The consumer asked to see it again later.
    case postponed
  }

  public let path: FilePath
  /// How long it has been waiting, since it was first seen or last handed out.
  public let waitingFor: Duration
  public let reason: Reason
}

/// What is no file to read: never opened, never handed out.
public struct SpecialFile: Hashable, Sendable {
  public enum Kind: Hashable, Sendable { case symbolicLink, fifo, socket, device }

  public let path: FilePath
  public let kind: Kind

  public init(path: FilePath, kind: Kind) {
    self.path = path
    self.kind = kind
  }
}

/// A place below a watched folder that can't be looked into; everything else goes on.
public struct FolderProblem: Hashable, Sendable {
  public let path: FilePath
  public let reason: String
}

/// The watcher at one moment.
public struct WatchStatus: Hashable, Sendable {
  /// More waiting or special files than this are counted or left out, not listed.
  public static let longestList = 100

  public let folders: [FolderStatus]
  /// Those that wait longest first, at most `longestList`.
  public let waiting: [WaitingFile]
  public let waitingCount: Int
  /// Settled files that nobody has taken yet.
  public let readyCount: Int
  public let problems: [FolderProblem]
  /// In the order of their paths, at most `longestList`.
  public let special: [SpecialFile]
}

/// Something an observer may want to say. Only the last `FolderWatcher.noticesKept` untaken ones are kept.
public enum FolderNotice: Hashable, Sendable {
  case folder(FolderStatus)
  /// A file is no longer there (removed, renamed, moved away).
  case gone(FilePath)
  case problem(FolderProblem)
  /// The kernel's queue ran over; everything is listed again.
  case overflow
}
