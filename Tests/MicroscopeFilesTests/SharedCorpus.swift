// The shared corpus of real and malformed files, and what is expected of each.

import Foundation
import StrictJSON
import SystemPackage

/// `corpus/expected.json` of the shared data; tests say loudly when it is absent.
enum SharedCorpus {
  static let folder: FilePath? = {
    let shared = ProcessInfo.processInfo.environment["EELSCOUT_SHARED"] ?? "../shared"
    let corpus = FilePath(shared).appending("corpus")
    guard FileManager.default.fileExists(atPath: corpus.appending("expected.json").string) else {
      print("SKIPPED: no corpus at \(corpus); set EELSCOUT_SHARED to the folder of shared data")
      return nil
    }
    return corpus
  }()

  private static let expected: JSONValue? = {
    guard let folder, let data = FileManager.default.contents(atPath: folder.appending("expected.json").string) else {
      return nil
    }
    return try? JSONValue.parse(data)
  }()

  private static func entries(_ list: String) -> [JSONValue] { expected?[list]?.array ?? [] }

  /// Valid files of every format.
  static let valid = byPath(entries("files"))
  /// Malformed ones that lie in the corpus by their own name.
  static let malformed = byPath(entries("malformed").filter { !isInArchive($0) })
  /// Files with awkward names, kept in `names.tar`, whatever their extension.
  static let names = (expected?["malformed"]?.array ?? []).filter(isInArchive)

  private static func byPath(_ entries: [JSONValue]) -> [String: JSONValue] {
    Dictionary(entries.map { ($0["path"]?.string ?? "", $0) }) { first, _ in first }
  }

  private static func isInArchive(_ entry: JSONValue) -> Bool { entry["path"]?.string?.contains("/names/") ?? false }

  /// The path of an entry below the corpus; its bytes where it is not UTF-8.
  static func path(_ entry: JSONValue) -> FilePath {
    if let text = entry["path_bytes_b64"]?.string, let bytes = Data(base64Encoded: text) {
      let characters = bytes.map { CChar(bitPattern: $0) } + [0]
      return characters.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { FilePath(platformString: $0) } ?? FilePath()
      }
    }
    return FilePath(entry["path"]?.string ?? "")
  }
}
