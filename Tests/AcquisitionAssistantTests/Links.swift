// Symbolic links for tests.

import Foundation
import SystemPackage

extension FilePath {
  static func link(at path: FilePath, to target: FilePath) throws {
    try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: target.string)
  }
}
