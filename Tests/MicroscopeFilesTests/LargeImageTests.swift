// Images that stay in their file: the same scan as one in memory, and an error when the file is not what it was.

import Foundation
import MicroscopeFiles
import Microscopy
import SystemPackage
import Testing

@Suite("Images too large to be held")
struct LargeImageTests {
  /// An inspector that takes nothing into memory.
  private static let inspector: FileInspector = {
    var limits = FileLimits()
    limits.heldBytes = 0
    return FileInspector(limits: limits)
  }()

  @Test("are the same scans, of every format", arguments: FormatFixtures.ready.keys.sorted())
  func sameScan(name: String) throws {
    let scratch = try Scratch()
    // An image that stays in its file can only be read while the file is what it was.
    defer { withExtendedLifetime(scratch) {} }
    let path = try scratch.write(try #require(FormatFixtures.ready[name]), name)
    let held = try FileInspector().inspect(path, probes: [[3, 5]])
    let large = try Self.inspector.inspect(path, probes: [[3, 5]])
    #expect(large.verdict == .ready && large.contentSHA256 == held.contentSHA256, "\(large.reason)")
    #expect(large.signals.map(\.sum) == held.signals.map(\.sum))
    #expect(large.signals.map(\.probes) == held.signals.map(\.probes))
    let (scan, whole) = (try #require(large.scan), try #require(held.scan).held())
    #expect(try scan.held() == whole)
    #expect(
      try scan.image.piece(rows: 3..<9, columns: 5..<20) == whole.image.piece(rows: 3..<9, columns: 5..<20))
  }

  @Test(
    "take no memory where they lie in one piece", arguments: ["a.npy", "b.mrc", "a.dm3", "a.dm4", "a.tif", "b.tif"])
  func noMemory(name: String) throws {
    let scratch = try Scratch()
    defer { withExtendedLifetime(scratch) {} }
    let path = try scratch.write(try #require(FormatFixtures.ready[name]), name)
    #expect(try Self.inspector.inspect(path).scan?.image.heldBytes == 0)
    #expect(try FileInspector().inspect(path).scan?.image.heldBytes == 480 * 4)
  }

  @Test("cannot be read on once the file is not what it was")
  func changed() throws {
    let scratch = try Scratch()
    defer { withExtendedLifetime(scratch) {} }
    let path = try scratch.write(NPYBytes.ramp(), "a.npy")
    let image = try #require(try Self.inspector.inspect(path).scan).image
    #expect(try image.piece(rows: 0..<2, columns: 0..<20).values.count == 40)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path.string))
    try file.truncate(atOffset: 200)
    let error = #expect(throws: MicroscopeFileError.self) { try image.piece(rows: 0..<24, columns: 0..<20) }
    #expect(error?.code == .changed && error?.path == path)
    // Bytes that are still there belong to another version.
    #expect(throws: MicroscopeFileError.self) { try image.piece(rows: 0..<1, columns: 0..<20) }
  }
}
