// Settings that must fit together before the daemon may start.

import Foundation
import SystemPackage

extension AssistantConfiguration {
  /// What only the daemon needs: something to watch, and a state directory outside of it.
  func checkForDaemon(state: FilePath) throws(CommandError) {
    guard !folders.isEmpty else {
      throw CommandError(
        .badConfiguration,
        "watch.folders is empty; allowed is a list of absolute paths, in \(Self.standardFile) or by "
          + "--watch DIR", kind: .configurationBad)
    }
    let place = Self.resolved(state)
    for folder in folders where place.starts(with: Self.resolved(folder)) {
      throw CommandError(
        .badConfiguration,
        "state = \(state) lies inside the watched folder \(folder), where nothing may be written; allowed is a "
          + "directory outside every watched folder", kind: .configurationBad)
    }
  }

  /// The path with every link followed, as far as it exists.
  private static func resolved(_ path: FilePath) -> FilePath {
    var existing = path.lexicallyNormalized()
    var rest: [FilePath.Component] = []
    while (try? existing.stat()) == nil, let last = existing.lastComponent {
      rest.insert(last, at: 0)
      existing.removeLastComponent()
    }
    let real = URL(fileURLWithPath: existing.string).resolvingSymlinksInPath().path
    return FilePath(real).appending(rest)
  }
}

extension FilePath {
  /// The path made absolute by the working directory, without `.` and `..`.
  public var madeAbsolute: FilePath {
    isAbsolute
      ? lexicallyNormalized()
      : FilePath(FileManager.default.currentDirectoryPath).pushing(self).lexicallyNormalized()
  }
}
