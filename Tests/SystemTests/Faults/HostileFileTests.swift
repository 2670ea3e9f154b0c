// Files that lie about their size, or are no files: refused without taking the memory they ask for.

import AssistantTestKit
import Foundation
import StrictJSON
import TestExtent
import Testing

@Suite("Hostile files from outside", .enabled(if: Program.areBuilt))
struct HostileFileTests {
  /// MiB above what the same program takes for an honest small file.
  private static let allowance = 32

  private static func numpy(_ shape: String, _ type: String = "<f4") -> [UInt8] {
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
    header += String(repeating: " ", count: 117 - header.count) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8)
  }

  @Test("are refused without the memory they ask for, and hold nothing up")
  func memory() async throws {
    let place = try Workplace()
    let session = place.session
    try place.deliver(1)
    let nothing = [UInt8]()
    let nan = Array(repeating: [0, 0, 0xC0, 0x7F] as [UInt8], count: 64 * 64).flatMap { $0 }
    let files: [(String, [UInt8])] = [
      ("header.npy", [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF] + Array("{'descr'".utf8)),
      ("huge.npy", Self.numpy("(60000, 60000)")), ("endless.npy", Self.numpy("(4294967296, 4294967296)")),
      ("nan.npy", Self.numpy("(64, 64)") + nan), ("empty.npy", nothing),
      ("zero.npy", Self.numpy("(0, 64)")),
    ]
    for (name, bytes) in files { try place.write(bytes, to: "session/\(name)") }
    // Sparse: as long as it says, and nobody can hold it.
    let sparse = try FileHandle(forUpdating: URL(fileURLWithPath: session.appending("huge.npy").string))
    try sparse.truncate(atOffset: 128 + 4 * 60_000 * 60_000)
    try sparse.close()
    #expect(mkfifo(session.appending("fifo.npy").string, 0o600) == 0)
    try FileManager.default.createSymbolicLink(
      atPath: session.appending("link.npy").string, withDestinationPath: "/dev/zero")

    let honest = try MeasuredRun(.eelscout, ["inspect", session.appending("scan-1.npy").string, "--json"])
    #expect(try JSONValue.parse(honest.output.utf8).array?.first?["verdict"] == "ready")
    #expect(honest.peakKiB > 4 << 10)
    for name in files.map(\.0) + ["fifo.npy", "link.npy"] {
      let run = try MeasuredRun(.eelscout, ["inspect", session.appending(name).string, "--json"])
      let verdict = try JSONValue.parse(run.output.utf8).array?.first?["verdict"]?.string
      #expect(run.status == 0)
      #expect(verdict == "rejected" || verdict == "incomplete", "\(name): \(verdict ?? "none")")
      guard Extent.measures else { continue }
      #expect(run.peakKiB < honest.peakKiB + Self.allowance << 10, "\(name): \(run.peakKiB >> 10) MiB")
    }

    // The daemon takes the honest one and says of each other one what it is.
    let daemon = try await place.startDaemon()
    let isTold = try await eventually {
      let known = try await place.ask("status")["files"]?.array?.compactMap { $0["path"]?.string } ?? []
      let all = files.map(\.0) + ["fifo.npy", "link.npy"]
      return try await place.hasScans(1) && all.allSatisfy { name in known.contains { $0.hasSuffix("/" + name) } }
    }
    #expect(isTold, "\(daemon.talk)")
    try await daemon.stop()
  }
}
