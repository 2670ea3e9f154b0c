// The kernel's announcements of changes: one inotify descriptor.

import Glibc
import SystemPackage

/// One announcement: something happened to `name` in the directory behind `watch`, or to that directory itself.
struct InotifyEvent: Hashable, Sendable {
  let watch: Int32
  let mask: UInt32
  /// Nil when the directory itself is meant.
  let name: EntryName?

  var isOverflow: Bool { mask & UInt32(IN_Q_OVERFLOW) != 0 }
  /// The file system of the directory was unmounted.
  var isUnmount: Bool { mask & UInt32(IN_UNMOUNT) != 0 }
  /// The kernel has dropped the watch.
  var endsWatch: Bool { mask & UInt32(IN_IGNORED) != 0 }
  /// The directory itself went, moved, or changed its attributes.
  var concernsDirectoryItself: Bool { name == nil }
}

/// One inotify descriptor, closed when it goes out of scope.
final class Inotify {
  /// The kernel's buffer holds 16,384 events; one read takes about 2,000 of them.
  private static let bufferBytes = 65_536
  /// Fixed part of `struct inotify_event`: wd, mask, cookie, len.
  private static let headerBytes = 16
  private static let mask =
    UInt32(IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
    | UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB | IN_ONLYDIR | IN_EXCL_UNLINK)

  let descriptor: Int32

  init() throws(Errno) {
    descriptor = try SystemCalls.retrying { inotify_init1(Int32(O_NONBLOCK | O_CLOEXEC)) }
  }

  deinit { close(descriptor) }

  /// Watches exactly the opened directory, whatever stands under its path by now; the path is the way where /proc is
  /// not mounted.
  func watch(_ directory: borrowing OpenDirectory, path: FilePath) throws(Errno) -> Int32 {
    let link = "/proc/self/fd/\(directory.descriptor)"
    do throws(Errno) {
      return try SystemCalls.retrying { inotify_add_watch(descriptor, link, Self.mask) }
    } catch .noSuchFileOrDirectory {
      return try SystemCalls.retrying {
        path.withPlatformString { inotify_add_watch(descriptor, $0, Self.mask | UInt32(IN_DONT_FOLLOW)) }
      }
    }
  }

  /// A watch that the kernel has already dropped is no error.
  func remove(_ watch: Int32) { inotify_rm_watch(descriptor, watch) }

  /// Takes one buffer of announcements; empty when there are none.
  func read() -> [InotifyEvent] {
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.bufferBytes) { buffer, count in
      var taken: Int
      repeat { taken = Glibc.read(descriptor, buffer.baseAddress, buffer.count) } while taken < 0 && errno == EINTR
      count = max(0, taken)
    }
    return Self.events(in: bytes)
  }

  /// Takes apart a sequence of `struct inotify_event` (little-endian machines, as everything Swift runs on).
  private static func events(in bytes: [UInt8]) -> [InotifyEvent] {
    func word(at offset: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
    }
    var events: [InotifyEvent] = []
    var offset = 0
    while offset + headerBytes <= bytes.count {
      let nameStart = offset + headerBytes
      let nameBytes = Int(word(at: offset + 12))
      guard nameStart + nameBytes <= bytes.count else { break }
      let name = bytes[nameStart..<(nameStart + nameBytes)].prefix { $0 != 0 }.map { CChar(bitPattern: $0) }
      events.append(
        InotifyEvent(
          watch: Int32(bitPattern: word(at: offset)), mask: word(at: offset + 4),
          name: name.isEmpty ? nil : EntryName(name)))
      offset = nameStart + nameBytes
    }
    return events
  }
}
