// What SQLite does not do for us: files that are on the disk, names that change at once, space that is left.

import Glibc
import SystemPackage

enum SystemFiles {
  /// Waits until the file, or what a folder lists, is on the disk.
  static func sync(_ path: String) throws(TargetStoreError) {
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
      defer { try? file.close() }
      guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
    } catch {
      throw failure("sync", path, error)
    }
  }

  /// Gives a file another name in the same folder, replacing what has it, and makes that last.
  static func rename(_ path: String, to name: String) throws(TargetStoreError) {
    guard Glibc.rename(path, name) == 0 else { throw failure("rename", path, Errno(rawValue: errno)) }
    try sync(FilePath(name).removingLastComponent().string)
  }

  /// Removes a file; one that is not there is removed already.
  static func remove(_ path: String) throws(TargetStoreError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path, Errno(rawValue: errno)) }
  }

  /// Makes a folder where there is none.
  static func makeFolder(_ path: String) throws(TargetStoreError) {
    guard mkdir(path, StateFolder.folderMode) == 0 || errno == EEXIST else {
      throw failure("make the folder", path, Errno(rawValue: errno))
    }
  }

  /// Bytes that a user without privileges may still write in the file system of `path`; nil where that can't be found out.
  static func freeBytes(_ path: String) -> Int64? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int64(clamping: status.f_bavail) * Int64(clamping: status.f_frsize)
  }

  /// The names in a folder, sorted; none where it can't be listed.
  static func names(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  private static func failure(_ action: String, _ path: String, _ error: any Error) -> TargetStoreError {
    guard let error = error as? Errno else { return TargetStoreError(.other, "cannot \(action) \(path): \(error)") }
    return StateFolder.error(action, path, error)
  }
}
