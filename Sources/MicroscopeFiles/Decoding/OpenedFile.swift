// A regular file read through one descriptor in bounded pieces: never mapped, never followed through a link.

import SystemPackage

/// Bytes that can be read at any place, a file's or a buffer's.
protocol ByteSource {
  var count: Int { get }
  /// Exactly `count` bytes at `offset`; the range is checked before anything is allocated.
  func bytes(at offset: Int, count: Int) throws(DecodeFailure) -> [UInt8]
}

extension ByteSource {
  func check(_ offset: Int, _ wanted: Int) throws(DecodeFailure) {
    guard offset >= 0, wanted >= 0, offset <= count, wanted <= count - offset else {
      throw .incomplete(
        "\(wanted) bytes are needed at byte \(offset), but only \(count) are there: still being written, or cut short")
    }
  }
}

extension [UInt8]: ByteSource {
  func bytes(at offset: Int, count wanted: Int) throws(DecodeFailure) -> [UInt8] {
    try check(offset, wanted)
    return Array(self[offset..<offset + wanted])
  }
}

/// An open regular file; any number of threads may read it.
final class OpenedFile: ByteSource, Sendable {
  let path: FilePath
  let count: Int
  private let descriptor: FileDescriptor
  private let state: State

  /// What tells one state of a file from the next; access time is not part of it, since reading changes it.
  private struct State: Equatable, Sendable {
    var device: UInt64
    var inode: UInt64
    var size: Int64
    var modified: [Int]
    var changed: [Int]

    init(_ stat: Stat) {
      device = UInt64(truncatingIfNeeded: stat.rawValue.st_dev)
      inode = UInt64(truncatingIfNeeded: stat.rawValue.st_ino)
      size = stat.size
      modified = [stat.st_mtim.tv_sec, stat.st_mtim.tv_nsec]
      changed = [stat.st_ctim.tv_sec, stat.st_ctim.tv_nsec]
    }
  }

  /// How opening ended.
  enum Outcome {
    case opened(OpenedFile)
    /// Not a regular file: a link, directory, FIFO, socket or device, with the reason.
    case refused(String)
  }

  private init(path: FilePath, descriptor: FileDescriptor, stat: Stat) {
    self.path = path
    self.descriptor = descriptor
    self.state = State(stat)
    self.count = Int(stat.size)
  }

  deinit { try? descriptor.close() }

  /// Opens read-only, without waiting for a FIFO's writer and without following a link in the last component.
  static func open(_ path: FilePath) throws(MicroscopeFileError) -> Outcome {
    do {
      let descriptor = try FileDescriptor.open(
        path, .readOnly, options: [.nonBlocking, .noFollow, .closeOnExec])
      do {
        let stat = try descriptor.stat()
        guard stat.type == .regular else {
          try descriptor.close()
          return .refused(refusal(stat.type))
        }
        return .opened(OpenedFile(path: path, descriptor: descriptor, stat: stat))
      } catch {
        try? descriptor.close()
        throw error
      }
    } catch Errno.tooManySymbolicLinkLevels {
      return .refused("a symbolic link: links are not followed; put the file itself into the folder")
    } catch Errno.noSuchAddressOrDevice {
      return .refused("a socket or a device without a driver: only regular files are read")
    } catch let error as Errno where error == .noSuchFileOrDirectory || error == .notDirectory {
      throw MicroscopeFileError(.noSuchFile, path, "no such file", errno: error)
    } catch let error as Errno {
      throw MicroscopeFileError(
        .unreadable, path, "cannot be opened (\(error)): check its permissions and the mount", errno: error)
    } catch {
      throw MicroscopeFileError(.unreadable, path, "cannot be opened (\(error))")
    }
  }

  private static func refusal(_ type: FileType) -> String {
    switch type {
    case .directory: "a folder: only regular files are read"
    case .fifo: "a FIFO: only regular files are read"
    case .socket: "a socket: only regular files are read"
    default: "a device or another special file: only regular files are read"
    }
  }

  func bytes(at offset: Int, count wanted: Int) throws(DecodeFailure) -> [UInt8] {
    try check(offset, wanted)
    guard wanted > 0 else { return [] }
    var failure: DecodeFailure?
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      do {
        while filled < wanted {
          let target = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<wanted])
          let count = try descriptor.read(fromAbsoluteOffset: Int64(offset + filled), into: target)
          guard count > 0 else {
            failure = .incomplete("it became shorter while it was read")
            return
          }
          filled += count
        }
      } catch {
        failure = .incomplete("reading at byte \(offset + filled) failed (\(error)): check the disk or the mount")
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// A name under which a C library can open the very file that was checked, whatever happens to its path.
  var descriptorPath: String { "/proc/self/fd/\(descriptor.rawValue)" }

  /// Whether the file is still what it was when it was opened.
  var isUnchanged: Bool { (try? descriptor.stat()).map(State.init) == state }
}
