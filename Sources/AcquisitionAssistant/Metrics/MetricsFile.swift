// A metrics file that is always whole: written beside its place, then moved there.

import Glibc
import SystemPackage

package enum MetricsFile {
  /// The textfile collector runs as another user, and reads *.prom only.
  private static let mode: mode_t = 0o644

  /// Replaces the file at `path`. It is not flushed to the disk: after a power failure nobody wants it.
  package static func write(_ text: String, to path: FilePath) throws(Errno) {
    guard let name = path.lastComponent?.string else { throw .isDirectory }
    let draft = path.removingLastComponent().appending(".\(name).part")
    // What an earlier run left there is not reused: it could be a link.
    _ = draft.withPlatformString { unlink($0) }
    do {
      let file = try FileDescriptor.open(
        draft, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
        permissions: FilePermissions(rawValue: mode))
      try file.closeAfter {
        // The permissions at creation are cut by the mask of the process.
        try check(fchmod(file.rawValue, mode))
        try file.writeAll(Array(text.utf8))
      }
      try check(draft.withPlatformString { from in path.withPlatformString { rename(from, $0) } })
    } catch {
      _ = draft.withPlatformString { unlink($0) }
      throw error as? Errno ?? .ioError
    }
  }

  private static func check(_ result: Int32) throws(Errno) {
    if result != 0 { throw Errno(rawValue: errno) }
  }
}
