// Loading a model so that every fault is one line with the file's name.

import Im2Spec
import SystemPackage

enum ModelFile {
  /// Reads and checks a bundle; its id is the beginning of the file's hash.
  static func load(_ path: FilePath) throws(CommandError) -> ModelBundle {
    do {
      return try ModelBundle(contentsOf: path.string)
    } catch {
      throw CommandError(error)
    }
  }
}
