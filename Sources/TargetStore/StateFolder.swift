// The state directory: where the database and the lock lie, and how they come to be.

import Glibc
import SystemPackage

/// The folder that holds the database.
struct StateFolder: Sendable {
  let path: String

  /// Operators are in the group. They may look into the folder, but not make, replace or delete anything in it.
  static let folderMode: mode_t = 0o750
  /// What only the daemon writes.
  static let fileMode: mode_t = 0o640
  /// Whoever claims a target writes into the database, while the daemon keeps its -wal and -shm open.
  static let databaseMode: mode_t = 0o660

  init(_ path: String) {
    // SQLite takes a path that begins with "file:" for a URI; one that begins with "/" or "./" is safe.
    self.path = path.hasPrefix("/") ? path : "./" + path
  }

  var databasePath: String { path + "/eelscout.sqlite" }
  var lockPath: String { path + "/eelscoutd.lock" }
  /// The database and the files that SQLite keeps beside it.
  var databaseFiles: [String] { [databasePath, logPath, databasePath + "-shm"] }
  var logPath: String { databasePath + "-wal" }

  /// Makes the folder and an empty database file where there is none; what exists keeps its mode.
  ///
  /// SQLite gives -wal and -shm the mode of the database. An existing database is never opened here: closing any
  /// descriptor of it would drop the POSIX locks of every other connection in this process.
  /// - Returns: whether there was no database file.
  func prepare() throws(TargetStoreError) -> Bool {
    if mkdir(path, Self.folderMode) == 0 {
      chmod(path, Self.folderMode)
    } else if errno != EEXIST {
      throw Self.error("make the state directory", path, Errno(rawValue: errno))
    }
    do {
      try Self.makeFile(databasePath, mode: Self.databaseMode)
      return true
    } catch  where StateFolder.stamp(of: databasePath) != nil {
      return false
    }
  }

  /// Makes an empty file of this mode, whatever the umask.
  /// - Parameter prepare: what else is to be done with it before it is closed.
  static func makeFile(
    _ path: String, mode: mode_t, prepare: (FileDescriptor) -> Void = { _ in }
  ) throws(TargetStoreError) {
    do {
      let file = try FileDescriptor.open(
        FilePath(path), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: FilePermissions(rawValue: mode))
      fchmod(file.rawValue, mode)
      prepare(file)
      try file.close()
    } catch let error as Errno {
      throw Self.error("make", path, error)
    } catch {
      throw TargetStoreError(.other, "cannot make \(path): \(error)", underlying: error)
    }
  }

  /// Opens the lock file, making it where needed.
  func openLockFile() throws(TargetStoreError) -> FileDescriptor {
    do {
      let file = try FileDescriptor.open(
        FilePath(lockPath), .readWrite, options: [.create, .closeOnExec],
        permissions: FilePermissions(rawValue: Self.fileMode))
      fchmod(file.rawValue, Self.fileMode)
      giveToOwner(file)
      return file
    } catch let error as Errno {
      throw Self.error("open the lock file", lockPath, error)
    } catch {
      throw TargetStoreError(.other, "cannot open the lock file \(lockPath): \(error)", underlying: error)
    }
  }

  /// What root makes in the folder belongs to whom the folder belongs to: the daemon must be able to use it.
  func giveToOwner(_ file: FileDescriptor) {
    var status = stat()
    guard geteuid() == 0, stat(path, &status) == 0 else { return }
    fchown(file.rawValue, status.st_uid, status.st_gid)
  }

  /// Lets the group claim in a database of a version that had no claims.
  func openToClaims() {
    for file in databaseFiles { chmod(file, Self.databaseMode) }
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

  static func error(_ action: String, _ path: String, _ error: Errno) -> TargetStoreError {
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
