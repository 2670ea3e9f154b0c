// What tells one version of a file from another without reading it.

import SystemPackage

/// One version of one file, as the file system tells it.
///
/// Only the change time is honest: writers set the modification time as they like, backwards too.
public struct FileIdentity: Hashable, Sendable {
  public let device: UInt64
  public let inode: UInt64
  /// Bytes.
  public let size: Int64
  /// Modification time, nanoseconds since 1970; any writer can set it.
  public let modifiedNS: Int64
  /// Change time, nanoseconds since 1970; set by the kernel.
  public let changedNS: Int64

  public init(device: UInt64, inode: UInt64, size: Int64, modifiedNS: Int64, changedNS: Int64) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modifiedNS = modifiedNS
    self.changedNS = changedNS
  }

  /// The version that stands behind an open descriptor. A reader compares it before and after reading: a difference
  /// means that the bytes belong to no one version.
  /// - Throws: `Errno` of `fstat`.
  public init(of descriptor: FileDescriptor) throws(Errno) {
    self = try SystemCalls.status(ofDescriptor: descriptor.rawValue).identity
  }
}
