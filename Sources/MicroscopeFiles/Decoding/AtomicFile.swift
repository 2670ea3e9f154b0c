// Files that appear whole: written under a hidden name, flushed to the disk, then renamed.

import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Whole files or none.
public enum AtomicFile {
  /// Writes a text to `path`, replacing a file that was there.
  /// - Throws: `unwritable`, also where something else than a file stands there.
  public static func write(_ text: String, to path: FilePath) throws(MicroscopeFileError) {
    var kind = stat()
    if path.withPlatformString({ stat($0, &kind) }) == 0, kind.st_mode & S_IFMT != S_IFREG {
      throw MicroscopeFileError(.unwritable, path, "is no regular file: name a file")
    }
    var outcome: Result<Void, MicroscopeFileError> = .success(())
    Array(text.utf8).withUnsafeBytes { bytes in
      outcome = Result { () throws(MicroscopeFileError) in try write([bytes], to: path) }
    }
    try outcome.get()
  }

  /// Writes `parts` one after another to `path`, replacing what was there.
  ///
  /// Until the rename nothing of the name is to be seen, so a watcher never meets half a file.
  static func write(_ parts: [UnsafeRawBufferPointer], to path: FilePath) throws(MicroscopeFileError) {
    guard path.lastComponent != nil else { throw MicroscopeFileError(.unwritable, path, "names no file") }
    let token = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let temporary = path.removingLastComponent().appending(".eelscout-\(token).tmp")
    do {
      let descriptor = try FileDescriptor.open(
        temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      do {
        try descriptor.closeAfter {
          for part in parts { try descriptor.writeAll(part) }
          if fsync(descriptor.rawValue) != 0 { throw Errno(rawValue: errno) }
        }
        try replace(path, by: temporary)
      } catch {
        _ = temporary.withPlatformString { unlink($0) }
        throw error
      }
    } catch {
      throw MicroscopeFileError(
        .unwritable, path, "cannot be written (\(error)): check the folder, its permissions and the free space",
        errno: error as? Errno)
    }
  }

  private static func replace(_ path: FilePath, by temporary: FilePath) throws {
    let result = temporary.withPlatformString { from in path.withPlatformString { rename(from, $0) } }
    if result != 0 { throw Errno(rawValue: errno) }
  }
}
