// The state directory: where the database and the lock lie, and how they come to be.

import Glibc
import SystemPackage

/// The folder that holds the database.
struct StateFolder: Sendable {
  let path: String

  /// Group-readable and not for others: operators are in the group.
  private static let folderMode: mode_t = 0o750
  private static let fileMode: mode_t = 0o640

  init(_ path: String) {
    // SQLite takes a path that begins with "file:" for a URI; one that begins with "/" or "./" is safe.
    self.path = path.hasPrefix("/") ? path : "./" + path
  }

  var databasePath: String { path + "/eelscout.sqlite" }
  var lockPath: String { path + "/eelscoutd.lock" }

  /// Makes the folder and an empty database file where there is none; what exists keeps its mode.
  ///
  /// SQLite gives -wal and -shm the mode of the database. An existing database is never opened here: closing any
  /// descriptor of it would drop the POSIX locks of every other connection in this process.
  func prepare() throws(TargetStoreError) {
    if mkdir(path, Self.folderMode) == 0 {
      chmod(path, Self.folderMode)
    } else if errno != EEXIST {
      throw Self.error("make the state directory", path, Errno(rawValue: errno))
    }
    do {
      let file = try FileDescriptor.open(
        FilePath(databasePath), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: FilePermissions(rawValue: Self.fileMode))
      // Whatever the umask: the group must be able to read.
      fchmod(file.rawValue, Self.fileMode)
      try file.close()
    } catch .fileExists {
      return
    } catch let error as Errno {
      throw Self.error("make the database", databasePath, error)
    } catch {
      throw TargetStoreError(.other, "cannot make the database \(databasePath): \(error)", underlying: error)
    }
  }

  /// Opens the lock file, making it where needed.
  func openLockFile() throws(TargetStoreError) -> FileDescriptor {
    do {
      let file = try FileDescriptor.open(
        FilePath(lockPath), .readWrite, options: [.create, .closeOnExec],
        permissions: FilePermissions(rawValue: Self.fileMode))
      fchmod(file.rawValue, Self.fileMode)
      return file
    } catch let error as Errno {
      throw Self.error("open the lock file", lockPath, error)
    } catch {
      throw TargetStoreError(.other, "cannot open the lock file \(lockPath): \(error)", underlying: error)
    }
  }

  /// The size and modification time of a file in the folder; nil where there is none to be seen.
  static func stamp(of path: String) -> FileStamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return FileStamp(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
      modifiedNS: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
      changedNS: Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec))
  }

  private static func error(_ action: String, _ path: String, _ error: Errno) -> TargetStoreError {
    let (code, remedy): (TargetStoreError.Code, String) =
      switch error {
      case .noSpace, .diskQuotaExceeded: (.diskFull, "Free space on that file system.")
      case .ioError: (.inputOutput, "Look at the disk (`dmesg`).")
      case .permissionDenied, .notPermitted, .readOnlyFileSystem:
        (.noPermission, "Make the folder writable for the user that the daemon runs as.")
      default: (.other, "Check the state directory that is configured.")
      }
    return TargetStoreError(code, "cannot \(action) \(path): \(error). \(remedy)", underlying: error)
  }
}
