// A temporary folder with everything a daemon needs: a session folder, a state directory, a model.

import Foundation
import MicroscopeFiles
import Microscopy
import SystemPackage

/// A folder of its own for each test, removed when the value goes.
public final class Workplace: Sendable {
  public let root: FilePath

  public init() throws {
    root = FilePath(FileManager.default.temporaryDirectory.path).appending("eelscout-\(UUID().uuidString)")
    for folder in [root, session] {
      try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    }
    try TinyModel.write(to: model.string)
  }

  deinit { try? FileManager.default.removeItem(atPath: root.string) }

  public var session: FilePath { root.appending("session") }
  public var state: FilePath { root.appending("state") }
  public var model: FilePath { root.appending("model.safetensors") }

  /// Writes a scan into the session folder as instruments do: the sidecar with the calibration, then the array.
  @discardableResult
  public func deliver(_ scan: Scan, as name: String, sidecar: Bool = true) throws -> FilePath {
    let path = session.appending(name)
    if sidecar { try NionSidecarWriter.write(scan, title: name, beside: path) }
    try NPYWriter.write(scan.image.values, shape: [scan.image.rows, scan.image.columns], to: path)
    return path
  }

  /// Writes any bytes below the root, making folders on the way.
  @discardableResult
  public func write(_ bytes: [UInt8], to name: String) throws -> FilePath {
    let path = root.appending(name)
    try FileManager.default.createDirectory(
      atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path.string))
    return path
  }

  @discardableResult
  public func write(_ text: String, to name: String) throws -> FilePath { try write(Array(text.utf8), to: name) }
}

/// Asks until the answer is yes, or the deadline is over: for what other processes and threads do in their own time.
public func eventually(
  within limit: Duration = .seconds(300), _ holds: () async throws -> Bool
) async rethrows -> Bool {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if try await holds() { return true }
    try? await Task.sleep(for: .milliseconds(50))
  }
  return try await holds()
}
