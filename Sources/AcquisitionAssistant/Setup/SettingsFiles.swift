// TOML files as they lie in directories: listed by name, read whole, with faults that name them.

import Foundation
import SystemPackage
import SystemdService

enum SettingsFiles {
  /// Larger than any settings file; the parser's own limit is the same.
  private static let largestFile = 1 << 20

  static func exists(_ path: FilePath) -> Bool { (try? path.stat()) != nil }

  /// Names of a directory's `*.toml`, in their order; hidden ones are left out.
  static func names(in path: FilePath, kind: ServiceMessage) throws(CommandError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path.string)
        .filter { $0.hasSuffix(".toml") && !$0.hasPrefix(".") }.sorted()
    } catch {
      throw CommandError(.badConfiguration, "\(path): is no directory, or it can't be listed", kind: kind)
    }
  }

  static func text(of path: FilePath, kind: ServiceMessage) throws(CommandError) -> String {
    guard let found = try? path.stat(), found.type == .regular, found.size <= largestFile,
      let data = FileManager.default.contents(atPath: path.string)
    else {
      throw CommandError(
        .badConfiguration,
        "\(path): can't be read, is no regular file, or is larger than \(largestFile) bytes; check permissions",
        kind: kind)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw CommandError(.badConfiguration, "\(path): is not UTF-8 text; save it as plain UTF-8", kind: kind)
    }
    return text
  }
}
