// Files that belong together: an array and its sidecar, a series and its conditions.

import Foundation
import MicroscopeFiles
import SystemPackage

/// A file that says more about another one.
struct Companion: Hashable, Sendable {
  let name: String
  /// Whether it is wanted for the pixel size only.
  private let isForPixelSize: Bool

  /// What belongs to a file and is not there (yet).
  static func missing(beside path: FilePath) -> Companion? {
    guard let stem = path.stem else { return nil }
    let companion: Companion
    switch path.extension?.lowercased() {
    case "npy": companion = Companion(name: stem + ".json", isForPixelSize: true)
    case "ser":
      // `<stem>_<n>.ser` is the n-th object of `<stem>.emi`.
      guard let underscore = stem.lastIndex(of: "_"), Int(stem[stem.index(after: underscore)...]) != nil else {
        return nil
      }
      companion = Companion(name: stem[..<underscore] + ".emi", isForPixelSize: false)
    default: return nil
    }
    return isThere(path.removingLastComponent(), companion.name) ? nil : companion
  }

  func isNeeded(_ inspection: FileInspection) -> Bool {
    !isForPixelSize || inspection.scan?.frame.pixelSizeNM == nil
  }

  /// The files that a companion says more about.
  static func served(by path: FilePath) -> [FilePath] {
    guard let stem = path.stem else { return [] }
    switch path.extension?.lowercased() {
    case "json":
      var array = path
      array.extension = "npy"
      return [array]
    case "emi":
      let folder = path.removingLastComponent()
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
      return names.filter { $0.hasPrefix(stem + "_") && $0.lowercased().hasSuffix(".ser") }.sorted()
        .map { folder.appending($0) }
    default: return []
    }
  }

  private static func isThere(_ folder: FilePath, _ name: String) -> Bool {
    (try? folder.appending(name).stat(flags: .symlinkNoFollow)) != nil
  }
}
