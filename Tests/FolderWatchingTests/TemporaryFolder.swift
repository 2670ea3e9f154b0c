// A folder of its own for a test, with the things a microscope's computer does in it.

import Foundation
import Glibc
import SystemPackage

/// A folder that is removed with everything in it when the last reference goes.
final class TemporaryFolder: Sendable {
  let path: FilePath

  init() throws {
    let made = FileManager.default.temporaryDirectory.appendingPathComponent("eelscout-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
    path = FilePath(made.resolvingSymlinksInPath().path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path.string) }

  func callAsFunction(_ name: String) -> FilePath { path.appending(name) }

  @discardableResult
  func write(_ text: String, to name: String) throws -> FilePath { try write(text, to: self(name)) }

  @discardableResult
  func write(_ text: String, to path: FilePath, appending: Bool = false) throws -> FilePath {
    let file = try FileDescriptor.open(
      path, .writeOnly, options: appending ? [.append] : [.create, .truncate], permissions: [.ownerReadWrite])
    try file.closeAfter { _ = try file.writeAll(text.utf8) }
    return path
  }

  func makeDirectories(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: self(name).string, withIntermediateDirectories: true)
  }

  func rename(_ old: FilePath, to renamed: FilePath) throws {
    try FileManager.default.moveItem(atPath: old.string, toPath: renamed.string)
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: self(name).string) }

  func link(_ name: String, to target: FilePath) throws {
    try FileManager.default.createSymbolicLink(atPath: self(name).string, withDestinationPath: target.string)
  }
}
