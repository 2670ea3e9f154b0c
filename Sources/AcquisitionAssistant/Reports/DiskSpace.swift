// Space that is left on a file system.

import Foundation

enum DiskSpace {
  /// Bytes that a user without privileges may still write; nil where that can't be found out.
  static func freeBytes(_ path: String) -> Int64? {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
    return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
  }
}
