// A folder of its own for every test that writes files.

import Foundation
import SystemPackage

/// A temporary folder, removed with the value that holds it.
final class Scratch: Sendable {
  let folder: FilePath

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("eelscout-files-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = FilePath(url.path)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder.string) }

  func path(_ name: String) -> FilePath { folder.appending(name) }

  @discardableResult
  func write(_ bytes: [UInt8], _ name: String) throws -> FilePath {
    let path = path(name)
    try Data(bytes).write(to: URL(fileURLWithPath: path.string))
    return path
  }

  func read(_ name: String) throws -> [UInt8] { try Self.bytes(path(name)) }

  static func bytes(_ path: FilePath) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path.string)))
  }

  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.string).sorted()) ?? [] }
}
