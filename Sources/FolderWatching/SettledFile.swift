// A file that nobody has changed for its quiet time.

import SystemPackage

/// A regular file below a watched folder, unchanged for its quiet time.
public struct SettledFile: Hashable, Sendable {
  public let path: FilePath
  /// The watched folder it was found in, as it stands in the options.
  public let root: FilePath
  public let identity: FileIdentity
  /// Rises with every arrival: the order in which this version (or, while it was still changing, its first bytes) was
  /// seen. Independent of every clock.
  public let arrival: UInt64

  public init(path: FilePath, root: FilePath, identity: FileIdentity, arrival: UInt64) {
    self.path = path
    self.root = root
    self.identity = identity
    self.arrival = arrival
  }

  /// Opens exactly this version for reading, following no symbolic link below the watched folder. The caller closes
  /// the descriptor, and compares `FileIdentity(of:)` once more after the last byte.
  /// - Throws: `FileUnavailable`, which says whether the file went, changed, or can't be opened.
  public func openForReading() throws(FileUnavailable) -> FileDescriptor {
    var below = path
    guard below.removePrefix(root) else {
      throw FileUnavailable(.unreadable, path, "it does not lie below the watched folder \(root)")
    }
    do {
      let descriptor = try SystemCalls.openFile(root: root, below: below.components.map { EntryName($0) })
      if let now = try? FileIdentity(of: descriptor), now == identity { return descriptor }
      try? descriptor.close()
    } catch .noSuchFileOrDirectory {
      throw FileUnavailable(.gone, path, "it was removed or renamed after it had settled")
    } catch {
      throw FileUnavailable(.unreadable, path, "it can't be opened for reading: \(error)")
    }
    throw FileUnavailable(.changed, path, "it changed after it had settled; it settles again by itself")
  }
}

/// Why a settled file could not be opened.
public struct FileUnavailable: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    /// Removed or renamed: nothing to do.
    case gone
    /// Another version stands there: it will be handed out when it has settled.
    case changed
    /// Permissions or the disk: worth another try later.
    case unreadable
  }

  public let code: Code
  public let path: FilePath
  public let reason: String

  init(_ code: Code, _ path: FilePath, _ reason: String) {
    self.code = code
    self.path = path
    self.reason = reason
  }

  public var description: String { "\(path): \(reason)" }
}
