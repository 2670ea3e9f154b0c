// Every system call of this room, with one wrapper for errno and EINTR.

import CLinux
import Glibc
import SystemPackage

/// What stands under a name.
struct FileStatus: Sendable {
  enum Kind: Hashable, Sendable { case file, directory, special(SpecialFile.Kind) }
  let kind: Kind
  let identity: FileIdentity
  var directory: DirectoryIdentity { DirectoryIdentity(device: identity.device, inode: identity.inode) }
}

/// One directory, under whatever path.
struct DirectoryIdentity: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64
}

enum SystemCalls {
  /// Calls again while a signal interrupts; -1 becomes the error.
  static func retrying(_ call: () -> Int32) throws(Errno) -> Int32 {
    while true {
      let result = call()
      if result != -1 { return result }
      let failure = Errno(rawValue: errno)
      if failure != .interrupted { throw failure }
    }
  }

  static func status(ofDescriptor descriptor: Int32) throws(Errno) -> FileStatus {
    var found = stat()
    _ = try retrying { fstat(descriptor, &found) }
    return FileStatus(found)
  }

  /// Opens a file below a root for reading, following no symbolic link below the root and never blocking on a FIFO.
  static func openFile(root: FilePath, below: [EntryName]) throws(Errno) -> FileDescriptor {
    guard let name = below.last else { throw .isDirectory }
    let parent = try OpenDirectory(root: root, below: below.dropLast())
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    return FileDescriptor(
      rawValue: try retrying { openat(parent.descriptor, name.bytes, flags) })
  }
}

extension FileStatus {
  init(_ found: stat) {
    switch found.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .directory
    case S_IFLNK: kind = .special(.symbolicLink)
    case S_IFIFO: kind = .special(.fifo)
    case S_IFSOCK: kind = .special(.socket)
    default: kind = .special(.device)
    }
    identity = FileIdentity(
      device: UInt64(found.st_dev), inode: UInt64(found.st_ino), size: Int64(found.st_size),
      modifiedNS: Self.nanoseconds(found.st_mtim), changedNS: Self.nanoseconds(found.st_ctim))
  }

  /// Wraps for times beyond the year 2262, which only forged time stamps have.
  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}

/// An open directory, closed when it goes out of scope.
struct OpenDirectory: ~Copyable {
  let descriptor: Int32

  /// Opens the root (which may be a symbolic link) and then each component below without following links.
  init(root: FilePath, below: [EntryName]) throws(Errno) {
    let flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC
    var current = try SystemCalls.retrying { root.withPlatformString { open($0, flags) } }
    for name in below {
      let parent = current
      defer { close(parent) }
      current = try SystemCalls.retrying {
        openat(parent, name.bytes, flags | O_NOFOLLOW)
      }
    }
    descriptor = current
  }

  deinit { close(descriptor) }

  func status() throws(Errno) -> FileStatus { try SystemCalls.status(ofDescriptor: descriptor) }

  /// Nil when nothing stands under the name.
  func status(of name: EntryName) throws(Errno) -> FileStatus? {
    var found = stat()
    do throws(Errno) {
      _ = try SystemCalls.retrying {
        fstatat(descriptor, name.bytes, &found, AT_SYMLINK_NOFOLLOW)
      }
    } catch .noSuchFileOrDirectory {
      return nil
    }
    return FileStatus(found)
  }

  private static let itself = EntryName([CChar(UInt8(ascii: "."))])
  private static let parent = EntryName(Array(repeating: CChar(UInt8(ascii: ".")), count: 2))

  /// The names in it, at most `limit`; `isComplete` says whether there were no more.
  func names(limit: Int) throws(Errno) -> (names: [EntryName], isComplete: Bool) {
    let listed = try SystemCalls.retrying { openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard let stream = fdopendir(listed) else {
      let failure = Errno(rawValue: errno)
      close(listed)
      throw failure
    }
    defer { closedir(stream) }
    var names: [EntryName] = []
    while names.count < limit {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw Errno(rawValue: errno) }
        return (names, true)
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 256) {
          EntryName(UnsafeBufferPointer(start: $0, count: strlen($0)))
        }
      }
      if name != Self.itself, name != Self.parent { names.append(name) }
    }
    return (names, false)
  }

  /// The name of the file system if other machines can change it unseen by this kernel, otherwise nil.
  func remoteFileSystem() -> String? {
    var found = statfs()
    guard (try? SystemCalls.retrying { fstatfs(descriptor, &found) }) != nil else { return nil }
    return Self.remoteFileSystems[UInt32(truncatingIfNeeded: found.f_type)]
  }

  /// Magic numbers of linux/magic.h and of the file systems' own headers.
  private static let remoteFileSystems: [UInt32: String] = [
    0x6969: "NFS", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB2", 0x517B: "SMB", 0x6573_5546: "FUSE", 0x0102_1997: "9P",
    0x5346_414F: "AFS", 0x6B41_4653: "AFS", 0x00C3_6400: "Ceph", 0x7375_7245: "Coda", 0x786F_4256: "vboxsf",
    0xBACB_ACBC: "vmhgfs", 0x0BD0_0BD0: "Lustre",
  ]
}
