// One daemon a state directory: an advisory lock on a file of its own.

import Glibc
import SystemPackage

/// Held as long as it lives. The kernel lets go of it when the process ends, however it ends.
///
/// An open-file-description lock (`fcntl(2)`, F_OFD_SETLK): unlike a POSIX lock it also keeps out a second holder in the
/// same process, and unlike `flock` it can be asked about without being taken.
final class StateLock: Sendable {
  /// `F_OFD_GETLK` and `F_OFD_SETLK` of Linux's fcntl.h, which hides them without _GNU_SOURCE.
  private static let queryCommand: CInt = 36
  private static let takeCommand: CInt = 37

  private let file: FileDescriptor

  /// Takes the lock.
  /// - Throws: `inUse` when another daemon has it.
  init(_ folder: StateFolder) throws(TargetStoreError) {
    file = try folder.openLockFile()
    guard Self.take(file) else {
      // The descriptor is closed by `deinit`, which runs here too: every stored property is set.
      let cause = Errno(rawValue: errno)
      guard cause == .resourceTemporarilyUnavailable || cause == .permissionDenied else {
        throw TargetStoreError(.other, "cannot lock \(folder.lockPath): \(cause)", underlying: cause)
      }
      throw TargetStoreError(
        .inUse,
        "another eelscoutd works on \(folder.path) (it holds \(folder.lockPath)). Stop it first, or give this one a "
          + "state directory of its own with --state.")
    }
  }

  deinit { try? file.close() }

  /// A child between fork and exec holds a copy of a released lock for a moment: wait that long, no longer.
  private static func take(_ file: FileDescriptor) -> Bool {
    for attempt in 0..<10 {
      if attempt > 0 { usleep(20_000) }
      var request = wholeFile
      if fcntl(file.rawValue, takeCommand, &request) == 0 { return true }
    }
    return false
  }

  /// Whether some process holds the lock; nil where that can't be found out. Takes nothing.
  static func isHeld(_ folder: StateFolder) -> Bool? {
    let file: FileDescriptor
    do {
      file = try FileDescriptor.open(FilePath(folder.lockPath), .readOnly, options: .closeOnExec)
    } catch {
      return (error as? Errno) == .noSuchFileOrDirectory ? false : nil
    }
    defer { try? file.close() }
    var request = wholeFile
    guard fcntl(file.rawValue, queryCommand, &request) == 0 else { return nil }
    return request.l_type != Int16(F_UNLCK)
  }

  private static var wholeFile: flock {
    var request = flock()
    request.l_type = Int16(F_WRLCK)
    request.l_whence = Int16(SEEK_SET)
    return request
  }
}
