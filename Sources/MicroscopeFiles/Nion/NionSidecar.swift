// The JSON beside an NPY array, as Nion Swift's NPY export writes it: found, checked, read.

import StrictJSON
import SystemPackage

/// The sidecar of an NPY array: same stem, `.json`.
enum NionSidecar {
  enum Search {
    /// There is none, or a JSON file of another kind.
    case none
    /// It is there, but cannot be used yet; the reason.
    case unfinished(String)
    case found(NionDescription)
  }

  static func path(of array: FilePath) -> FilePath {
    var path = array
    path.extension = "json"
    return path
  }

  static func find(beside array: FilePath, limits: FileLimits) -> Search {
    guard array.extension?.lowercased() == "npy", let stem = array.stem, !stem.isEmpty else { return .none }
    let path = path(of: array)
    let name = path.lastComponent?.string ?? "its sidecar"
    do throws(MicroscopeFileError) {
      switch try OpenedFile.open(path) {
      case .refused(let reason): return .unfinished("its sidecar \(name) is \(reason)")
      case .opened(let file): return read(file, name: name, limits: limits)
      }
    } catch {
      // Where the array's name has the greatest length, no sidecar's name can exist.
      if error.code == .noSuchFile || error.errno == .fileNameTooLong { return .none }
      return .unfinished("its sidecar \(name) \(error.message)")
    }
  }

  private static func read(_ file: OpenedFile, name: String, limits: FileLimits) -> Search {
    guard file.count > 0 else { return .unfinished("its sidecar \(name) is still empty") }
    guard file.count <= limits.jsonBytes else { return .none }
    do {
      let bytes = try file.bytes(at: 0, count: file.count)
      let json = try JSONValue.parse(bytes, maximumDepth: limits.jsonDepth)
      guard file.isUnchanged else { return .unfinished("its sidecar \(name) changed while it was read") }
      let description = NionDescription(json: json)
      return description.isDataItem ? .found(description) : .none
    } catch let error as DecodeFailure {
      return .unfinished("its sidecar \(name): \(error.reason)")
    } catch {
      return .unfinished("its sidecar \(name) is \(error): still being written, or broken")
    }
  }
}
