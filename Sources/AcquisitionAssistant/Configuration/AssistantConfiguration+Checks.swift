// Settings that must fit together before the daemon may start.

import FolderWatching
import Foundation
import SystemPackage

extension LoadedConfiguration {
  /// What only the daemon needs: folders that can be watched, a state directory outside of them, names that are read.
  func checkForDaemon(state: FilePath) throws(CommandError) {
    guard !values.folders.isEmpty else {
      throw bad(
        "watch.folders",
        "is empty; allowed is a list of absolute paths, in \(AssistantConfiguration.standardFile) or by "
          + "--watch DIR")
    }
    do {
      _ = try WatchOptions.make(values).validated()
    } catch {
      throw bad("watch.folders", "holds \(error.folder.string.debugDescription), which \(error.reason)")
    }
    let place = state.resolved
    for folder in values.folders where place.starts(with: folder.resolved) {
      throw bad(
        "state",
        "= \(state) lies inside the watched folder \(folder), where nothing may be written; allowed is a "
          + "directory outside every watched folder")
    }
    for folder in values.folders where values.backups?.resolved.starts(with: folder.resolved) == true {
      throw bad("backup.directory", "lies inside the watched folder \(folder), where nothing may be written")
    }
    if let file = values.metricsTextfile {
      guard file.extension == "prom" else {
        throw bad("metrics.textfile", "= \(file) is read by nobody; allowed is a name that ends in .prom")
      }
      for folder in values.folders where file.resolved.starts(with: folder.resolved) {
        throw bad(
          "metrics.textfile", "= \(file) lies inside the watched folder \(folder), where nothing may be written")
      }
    }
  }

  /// A fault of a value, with its place where something set it.
  private func bad(_ key: String, _ message: String) -> CommandError {
    let place = origins[key].map { "\($0): " } ?? ""
    return CommandError(.badConfiguration, "\(place)\(key) \(message)", kind: .configurationBad)
  }
}

extension FilePath {
  /// The path with every link followed, as far as it exists.
  fileprivate var resolved: FilePath {
    var existing = lexicallyNormalized()
    var rest: [FilePath.Component] = []
    while (try? existing.stat()) == nil, let last = existing.lastComponent {
      rest.insert(last, at: 0)
      existing.removeLastComponent()
    }
    let real = URL(fileURLWithPath: existing.string).resolvingSymlinksInPath().path
    return FilePath(real).appending(rest)
  }

  /// The path made absolute by the working directory, without `.` and `..`.
  public var madeAbsolute: FilePath {
    isAbsolute
      ? lexicallyNormalized()
      : FilePath(FileManager.default.currentDirectoryPath).pushing(self).lexicallyNormalized()
  }
}
