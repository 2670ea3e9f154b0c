// The database is moved, deleted or exchanged under the running daemon: said at once, never written into what nobody sees.

import AssistantTestKit
import Foundation
import StrictJSON
import SystemPackage
import Testing

@Suite("Lost database", .serialized, .enabled(if: Program.areBuilt))
struct LostDatabaseTests {
  private let place: Workplace
  private let socket: NotificationSocket
  private let names = ["eelscout.sqlite", "eelscout.sqlite-wal", "eelscout.sqlite-shm"]

  init() throws {
    place = try Workplace()
    socket = try #require(NotificationSocket())
  }

  private func startWithOneScan() async throws -> RunningProgram {
    let daemon = try Program.eelscoutd.start(place.daemonArguments, environment: ["NOTIFY_SOCKET": socket.name])
    let isReady = await eventually { daemon.talk.contains("ready: ") }
    #expect(isReady, "\(daemon.talk)")
    try place.deliver(1)
    try await place.settles(at: 1, daemon)
    return daemon
  }

  private func expectLossIsSaid(_ daemon: RunningProgram) async throws {
    try place.deliver(2)
    let isSaid = await eventually { socket.words(with: "STATUS=").last?.contains("moved, deleted or replaced") == true }
    #expect(isSaid, "\(daemon.talk)")
    #expect(daemon.lines(with: "moved, deleted or replaced").count == 1, "\(daemon.talk)")
  }

  @Test("moved away and put back: the work waits and goes on")
  func moved() async throws {
    let daemon = try await startWithOneScan()
    for name in names { try move(place.state.appending(name), place.root.appending(name)) }
    try await expectLossIsSaid(daemon)
    for name in names { try move(place.root.appending(name), place.state.appending(name)) }
    try await place.settles(at: 2, daemon)
    try await daemon.stop()
    try place.expectRows(of: try await Workplace.undisturbed(1...2))
  }

  @Test("a write-ahead log that goes is as bad as a database that goes")
  func withoutLog() async throws {
    let daemon = try await startWithOneScan()
    try move(place.state.appending(names[1]), place.root.appending(names[1]))
    try await expectLossIsSaid(daemon)
    try move(place.root.appending(names[1]), place.state.appending(names[1]))
    try await place.settles(at: 2, daemon)
    try await daemon.stop()
  }

  @Test("deleted: nothing is written into the deleted file, and the next start makes another")
  func deleted() async throws {
    let daemon = try await startWithOneScan()
    for name in names { try FileManager.default.removeItem(atPath: place.state.appending(name).string) }
    try await expectLossIsSaid(daemon)
    try await daemon.stop()
    let next = try await place.startDaemon()
    try await place.settles(at: 2, next)
    try await next.stop()
    try place.expectRows(of: try await Workplace.undisturbed(1...2))
  }

  @Test("replaced: the other file keeps every byte")
  func replaced() async throws {
    let daemon = try await startWithOneScan()
    let other = Data("SQLite format 3\0 of somebody else".utf8)
    for name in names { try FileManager.default.removeItem(atPath: place.state.appending(name).string) }
    try other.write(to: URL(fileURLWithPath: place.state.appending(names[0]).string))
    try await expectLossIsSaid(daemon)
    try await daemon.stop()
    #expect(FileManager.default.contents(atPath: place.state.appending(names[0]).string) == other)
    #expect(!FileManager.default.fileExists(atPath: place.state.appending(names[1]).string))
  }

  private func move(_ source: FilePath, _ destination: FilePath) throws {
    try FileManager.default.moveItem(atPath: source.string, toPath: destination.string)
  }
}
