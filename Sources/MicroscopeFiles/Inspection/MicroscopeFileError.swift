// What goes wrong outside a file's content: it is not there, cannot be opened, cannot be written.

import SystemPackage

/// A file that could not be looked at or written at all; bad content is never an error but a verdict of the inspection.
public struct MicroscopeFileError: Error, Equatable, CustomStringConvertible {
  public enum Code: Equatable, Sendable {
    /// No file of this name.
    case noSuchFile
    /// It exists, but the system refuses to open or read it.
    case unreadable
    /// It could be read, but does not hold what the caller asked for.
    case unusable
    /// It is not what it was when it was opened.
    case changed
    /// It could not be written.
    case unwritable
  }

  public var code: Code
  public var path: FilePath
  /// What went wrong and what to do about it, without the path.
  public var message: String
  /// The system's reason; nil when the system did not complain.
  public var errno: Errno?

  init(_ code: Code, _ path: FilePath, _ message: String, errno: Errno? = nil) {
    self.code = code
    self.path = path
    self.message = message
    self.errno = errno
  }

  public var description: String { "\(path): \(message)" }
}
