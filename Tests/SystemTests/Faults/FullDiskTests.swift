// A disk that fills up and is freed again, before the start and after it.

import AssistantTestKit
import Foundation
import StrictJSON
import SystemPackage
import Testing

@Suite("Full disk", .serialized, .enabled(if: Program.areBuilt))
struct FullDiskTests {
  private let place: Workplace
  private let socket: NotificationSocket
  private let scans = 6

  init() throws {
    place = try Workplace()
    socket = try #require(NotificationSocket())
    try FileManager.default.createDirectory(atPath: place.state.string, withIntermediateDirectories: true)
  }

  /// The daemon with its state on a file system of 6 MiB; nil where that can't be had.
  /// - Parameter before: a command in the state directory, run before the daemon starts.
  private func start(before: String = "true") async throws -> RunningProgram? {
    let mount = "mount -t tmpfs -o size=6m none '\(place.state)' && (cd '\(place.state)' && \(before))"
    let inside = ["-rm", "sh", "-c", mount + " && exec \"$@\"", "sh"]
    guard try await Tool.unshare.works(["-rm", "sh", "-c", "mount -t tmpfs none '\(place.state)'"]) else { return nil }
    return try place.startDaemon(under: .unshare, inside, environment: ["NOTIFY_SOCKET": socket.name])
  }

  /// The state directory as the daemon sees it.
  private func state(of daemon: RunningProgram) -> FilePath { FilePath("/proc/\(daemon.id)/root\(place.state)") }

  /// A number of the status, asked for where the daemon's file system is mounted.
  private func count(_ name: String, _ daemon: RunningProgram) async throws -> Int? {
    let ask = [try #require(Program.eelscout.path), "status", "--state", place.state.string, "--json"]
    let inside = ["-U", "-m", "--preserve-credentials", "-t", "\(daemon.id)", "--"]
    return try await Tool.nsenter.start(inside + ask).finish().json()["counts"]?[name]?.int
  }

  private func hasScans(_ daemon: RunningProgram, _ scans: Int) async throws -> Bool {
    try await count("scans", daemon) == scans
  }

  private static func fill(_ state: FilePath) throws {
    let file = try FileDescriptor.open(
      state.appending("ballast"), .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
    defer { try? file.close() }
    let page = [UInt8](repeating: 0x55, count: 4_096)
    while (try? file.writeAll(page)) != nil {}
  }

  @Test("a disk that fills up is said, ends nothing, and the work goes on once there is space")
  func whileRunning() async throws {
    guard let daemon = try await start() else { return }
    let isReady = await eventually { socket.first("READY=1") != nil }
    #expect(isReady, "\(daemon.talk)")
    try place.deliver(1)
    let first = try await eventually { try await hasScans(daemon, 1) }
    #expect(first, "\(daemon.talk)")
    try Self.fill(state(of: daemon))
    for number in 2...scans { try place.deliver(number) }
    let isSaid = await eventually { socket.words(with: "STATUS=").last?.contains("Free space") == true }
    #expect(isSaid, "\(daemon.talk)")
    #expect(daemon.lines(with: "SQLite: ").count == 1, "\(daemon.talk)")
    let isTooEarly = try await hasScans(daemon, scans)
    #expect(!isTooEarly)
    try FileManager.default.removeItem(atPath: state(of: daemon).appending("ballast").string)
    let last = try await eventually { try await hasScans(daemon, scans) }
    #expect(last, "\(daemon.talk)")
    let isWell = await eventually { socket.words(with: "STATUS=").last?.contains("watching") == true }
    #expect(isWell)
    #expect(!socket.contains("STOPPING=1") && socket.count("READY=1") == 1)
    try await copyAndExpectRows(daemon)
    try await daemon.stop()
  }

  @Test("a start on a full disk waits for space instead of ending again and again")
  func atTheStart() async throws {
    for number in 1...scans { try place.deliver(number) }
    // `cat` ends when nothing more fits.
    guard let daemon = try await start(before: "{ cat /dev/zero > ballast || true; }") else { return }
    let isSaid = await eventually { socket.words(with: "STATUS=").last?.contains("Free space") == true }
    #expect(isSaid, "\(daemon.talk)")
    #expect(socket.first("READY=1") == nil && socket.contains("EXTEND_TIMEOUT_USEC="))
    try FileManager.default.removeItem(atPath: state(of: daemon).appending("ballast").string)
    let isReady = await eventually { socket.first("READY=1") != nil }
    #expect(isReady, "\(daemon.talk)")
    let last = try await eventually { try await hasScans(daemon, scans) }
    #expect(last, "\(daemon.talk)")
    try await copyAndExpectRows(daemon)
    try await daemon.stop()
  }

  /// The file system goes with the daemon, so its rows are compared in a copy.
  private func copyAndExpectRows(_ daemon: RunningProgram) async throws {
    let isDone = try await eventually {
      try await count("waiting_files", daemon) == 0
    }
    #expect(isDone)
    for name in ["eelscout.sqlite", "eelscout.sqlite-wal"] {
      try FileManager.default.copyItem(
        atPath: state(of: daemon).appending(name).string, toPath: place.state.appending(name).string)
    }
    try place.expectRows(of: try await Workplace.undisturbed(1...scans))
  }
}
