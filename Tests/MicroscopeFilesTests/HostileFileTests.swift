// Files cut short, damaged, or no files at all: never a crash, never taken before they are whole.

import Foundation
import MicroscopeFiles
import SeededRandom
import SystemPackage
import Testing

@Suite("Hostile and half-written files")
struct HostileFileTests {
  static let whole = FormatFixtures.ready

  @Test("are never taken while a byte is missing", arguments: whole.keys.sorted())
  func truncated(_ name: String) throws {
    let bytes = try #require(Self.whole[name])
    let scratch = try Scratch()
    let path = try scratch.write(bytes, name)
    #expect(try FileInspector().inspect(path).verdict == .ready)
    // Every length where headers are, every 37th in long files, every one near the end.
    for length in 0..<bytes.count where length < 300 || length % 37 == 0 || length > bytes.count - 40 {
      try scratch.write(Array(bytes[..<length]), name)
      let inspection = try FileInspector().inspect(path)
      #expect(inspection.verdict == .incomplete, "\(length) of \(bytes.count) bytes: \(inspection.reason)")
      #expect(inspection.scan == nil)
    }
  }

  @Test("are never taken while their end is still zeros", arguments: ["a.ndata", "a.ndata1", "a.dm3", "a.dm4"])
  func preallocated(_ name: String) throws {
    var bytes = try #require(Self.whole[name])
    for index in bytes.count / 4..<bytes.count { bytes[index] = 0 }
    let scratch = try Scratch()
    #expect(try FileInspector().inspect(try scratch.write(bytes, name)).verdict != .ready)
  }

  @Test("with random damage give a verdict", arguments: whole.keys.sorted())
  func damaged(_ name: String) throws {
    let bytes = try #require(Self.whole[name])
    let scratch = try Scratch()
    var random = SeededGenerator(seed: 20_261_122)
    // Most damage is done where the structure is, not in the pixels.
    let isAllStructure = ["dm3", "dm4"].contains(name.suffix(3)) || bytes.starts(with: [0x89, 0x48, 0x44, 0x46])
    let structure = isAllStructure ? bytes.count : min(bytes.count, 400)
    for round in 0..<300 {
      var damaged = bytes
      for _ in 0...(round % 4) {
        let fromEnd = round % 3 == 0
        let offset = Int.random(in: 0..<structure, using: &random)
        damaged[fromEnd ? bytes.count - 1 - offset : offset] = UInt8.random(in: 0...255, using: &random)
      }
      let inspection = try FileInspector().inspect(try scratch.write(damaged, name))
      #expect(!inspection.reason.isEmpty)
    }
  }

  @Test("that are no regular files are refused without being read")
  func notRegular() throws {
    let scratch = try Scratch()
    let file = try scratch.write(NPYBytes.ramp(), "real.npy")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("link.npy").string, withDestinationPath: file.string)
    #expect(mkfifo(scratch.path("fifo.npy").string, 0o600) == 0)
    try FileManager.default.createDirectory(
      atPath: scratch.path("folder.npy").string, withIntermediateDirectories: false)
    for (name, word) in [("link.npy", "link"), ("fifo.npy", "FIFO"), ("folder.npy", "folder")] {
      let inspection = try FileInspector().inspect(scratch.path(name))
      #expect(inspection.verdict == .rejected)
      #expect(inspection.reason.contains(word))
    }
    try FileManager.default.moveItem(atPath: scratch.path("fifo.npy").string, toPath: scratch.path("real.json").string)
    #expect(try FileInspector().inspect(file).verdict == .incomplete)
  }

  @Test("claiming headers of 4 GiB are refused before memory is taken")
  func hugeHeader() throws {
    let scratch = try Scratch()
    let bytes = [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF] + Array("{'descr'".utf8)
    let inspection = try FileInspector().inspect(try scratch.write(bytes, "a.npy"))
    #expect(inspection.verdict == .rejected)
    #expect(inspection.reason.contains("4294967295"))
  }

  @Test("that are sparse and huge are described by their header, not read")
  func sparse() throws {
    let scratch = try Scratch()
    let path = try scratch.write(NPYBytes.file(descr: "<f8", shape: "200000, 200000", data: []), "a.npy")
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path.string))
    try file.truncate(atOffset: 320_000_000_200)
    try file.close()
    let inspection = try FileInspector().inspect(path)
    #expect(inspection.verdict == .rejected)
    #expect(inspection.reason.contains("at most"))
  }

  @Test("that do not exist are errors, not verdicts")
  func missing() throws {
    let scratch = try Scratch()
    do throws(MicroscopeFileError) {
      _ = try FileInspector().inspect(scratch.path("none.npy"))
      Issue.record("a file that is not there was inspected")
    } catch {
      #expect(error.code == .noSuchFile)
      #expect(error.errno == .noSuchFileOrDirectory)
    }
  }

  @Test("that only have a promising name say what they are instead")
  func misnamed() throws {
    let scratch = try Scratch()
    let page = Array("<!DOCTYPE html><html><body>404 Not Found</body></html>".utf8)
    for name in ["npy", "ndata", "ndata1", "dm3", "dm4", "h5", "emd", "hspy", "ser", "tif", "mrc"].map({ "a.\($0)" }) {
      let inspection = try FileInspector().inspect(try scratch.write(page, name))
      #expect(inspection.verdict == .rejected)
      #expect(inspection.reason.contains("web page"))
      let zeros = try FileInspector().inspect(try scratch.write([UInt8](repeating: 0, count: 9000), name))
      #expect(zeros.verdict == .incomplete)
      let empty = try FileInspector().inspect(try scratch.write([], name))
      #expect(empty.verdict == .incomplete)
    }
  }
}
