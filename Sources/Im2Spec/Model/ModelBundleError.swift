// Why a model file was refused, and what to do.

/// A bundle that cannot be used; `description` is one line that names the file.
public struct ModelBundleError: Error, Equatable, CustomStringConvertible {
  public var path: String
  public var message: String
  public var description: String { "model \(path): \(message)" }

  init(path: String, _ message: String) {
    self.path = path
    self.message = message.hasPrefix("\(path): ") ? String(message.dropFirst(path.utf8.count + 2)) : message
  }
}
