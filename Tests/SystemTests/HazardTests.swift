// A daemon in trouble: files that end it, no watches left, a server's folder, a mount that goes, permissions that go.

import AssistantTestKit
import Foundation
import MicroscopeFiles
import StrictJSON
import TargetStore
import Testing

@Suite("Hazards", .serialized, .enabled(if: Program.areBuilt))
struct HazardTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  @Test func aFileThatEndsTheDaemonIsSetAsideAndTheOthersAreTaken() async throws {
    // Without a sidecar: a look at that opens its array too, for a moment and without having it in hand.
    let poison = try place.deliver(SquareFilm.scan(seed: 1), as: "poison.npy", sidecar: false)
    // Whoever opens the file by its path is ended by SIGSEGV, as by a decoder's fault; a handler would return to the call.
    let options = Program.sanitizerOptions.filter { $0.key.hasSuffix("OPTIONS") }
    let handlers = ["SWIFT_BACKTRACE=enable=no"] + options.map { "\($0.key)=\($0.value):handle_segv=0" }
    let fault =
      ["-f", "-qq"] + handlers.flatMap { ["-E", $0] }
      + ["-P", poison.string, "-e", "trace=openat", "-e", "inject=openat:signal=SEGV"]
    guard try await Tool.strace.works(["-qq", "/bin/true"]) else { return }
    for _ in 1...2 {
      let daemon = try place.startDaemon(under: Tool.strace, fault)
      #expect(try await daemon.finish().status == -SIGSEGV)
    }
    try place.deliver(SquareFilm.scan(seed: 2), as: "good.npy")
    let daemon = try place.startDaemon(under: Tool.strace, fault)
    let isSetAside = try await eventually {
      try await place.state(of: "poison.npy")?["reason"]?.string?.contains("signal \(SIGSEGV)") == true
    }
    #expect(isSetAside, "\(daemon.talk)")
    #expect(try await place.state(of: "poison.npy")?["state"] == "failed")
    let came = try await eventually { try await place.hasScans(1) }
    #expect(came)
    if let id = daemon.child { kill(id, SIGTERM) }
    _ = try await daemon.finish()

    // It stays set aside at the next start, and is tried again when it has changed.
    let next = try await place.startDaemon()
    try place.deliver(SquareFilm.scan(seed: 3), as: "third.npy")
    let third = try await eventually { try await place.hasScans(2) }
    #expect(third)
    try place.deliver(SquareFilm.scan(seed: 1), as: "poison.npy")
    let fourth = try await eventually { try await place.hasScans(3) }
    #expect(fourth)
    try await end(next)
  }

  /// A descriptor closed twice may be another thread's by then: a database's, say, whose next read fails.
  @Test func aDaemonThatIsTurnedAwayClosesEachDescriptorOnce() async throws {
    guard try await Tool.strace.works(["-qq", "/bin/true"]) else { return }
    let first = try await place.startDaemon()
    let trace = place.root.appending("trace").string
    let second = try await place.startDaemon(under: .strace, ["-f", "-qq", "-e", "trace=close", "-o", trace]).finish()
    #expect(second.status == 1 && second.talk.contains("another eelscoutd"))
    let calls = try String(contentsOfFile: trace, encoding: .utf8)
    #expect(calls.contains("close(") && !calls.contains("EBADF"))
    try await end(first)
  }

  @Test func aKillFromOutsideCondemnsNoFile() async throws {
    try place.deliver(SquareFilm.long(seed: 4), as: "large.npy")
    for _ in 1...2 {
      let daemon = try await place.startDaemon(["--threads", "1"])
      let isInHand = try await eventually {
        try await place.ask("status")["status"]?.string?.contains("ranking large.npy") == true
      }
      #expect(isInHand)
      daemon.signal(SIGKILL)
      _ = try await daemon.finish()
      // The state that the killed daemon left must not be taken for the next one's.
      try TargetStore(directory: place.state.string).heartbeat(DaemonReport(state: .waiting, status: "killed"))
    }
    let daemon = try await place.startDaemon()
    let came = try await eventually { try await place.hasScans(1) }
    #expect(came, "\(daemon.talk)")
    #expect(daemon.talk.contains("was in hand at 2 unclean ends"))
    #expect(try await place.ask("targets").array?.count == 26)
    try await end(daemon)
  }

  @Test func withoutWatchesTheFolderIsListedAndTheStatusSaysSo() async throws {
    for number in 1...6 { try place.write("x", to: "session/\(number)/notes.txt") }
    let limited = ["-r", "sh", "-c", "echo 3 > /proc/sys/user/max_inotify_watches && exec \"$@\"", "sh"]
    guard try await Tool.unshare.works(limited + ["true"]) else { return }
    let daemon = try place.startDaemon(under: Tool.unshare, limited)
    let isReady = await eventually { daemon.talk.contains("ready: ") }
    #expect(isReady, "\(daemon.talk)")
    let isSaid = try await eventually {
      try await place.ask("status")["status"]?.string?.contains("fs.inotify.max_user_watches") == true
    }
    #expect(isSaid, "\(daemon.talk)")
    for number in 1...6 { try place.deliver(SquareFilm.scan(seed: UInt64(number)), as: "\(number)/scan.npy") }
    let came = try await eventually { try await place.hasScans(6) }
    #expect(came)
    try await end(daemon)
  }

  @Test func aFolderOnAServerIsListedBecauseNobodyAnnouncesWhatOthersDoThere() async throws {
    // The answer to `fstatfs` begins with the number of NFS, 0x6969, little-endian.
    let pretence = ["-f", "-qq", "-e", "trace=fstatfs", "-e", "inject=fstatfs:poke_exit=@arg2=6969000000000000"]
    guard try await Tool.strace.works(pretence + ["/bin/true"]) else { return }
    let daemon = try place.startDaemon(under: .strace, pretence)
    let isReady = await eventually { daemon.talk.contains("ready: ") }
    #expect(isReady, "\(daemon.talk)")
    let isSaid = try await eventually { try await place.ask("status")["status"]?.string?.contains("is on NFS") == true }
    #expect(isSaid)
    try place.deliver(SquareFilm.scan(seed: 5), as: "one.npy")
    let came = try await eventually { try await place.hasScans(1) }
    #expect(came)
    let id = try #require(daemon.child)
    #expect(kill(id, SIGTERM) == 0)
    #expect(try await daemon.finish().status == 0)
  }

  @Test func aFolderThatIsUnmountedIsWaitedForAndTakenUpWhenItIsBack() async throws {
    let mount = ["mount", "-t", "tmpfs", "none", place.session.string]
    let inside = ["-rm", "sh", "-c", mount.joined(separator: " ") + " && exec \"$@\"", "sh"]
    guard try await Tool.unshare.works(inside + ["true"]), Tool.nsenter.path != nil else { return }
    let daemon = try place.startDaemon(under: Tool.unshare, inside)
    func enter(_ command: [String]) async throws {
      let run = try Tool.nsenter.start(["-U", "-m", "--preserve-credentials", "-t", "\(daemon.id)", "--"] + command)
      let ended = try await run.finish()
      #expect(ended.status == 0, "\(ended.talk)")
    }
    func deliver(_ seed: UInt64) async throws {
      try place.deliver(SquareFilm.scan(seed: seed), as: "../\(seed).npy")
      let files = ["json", "npy"].map { "\(place.root)/\(seed).\($0)" }
      try await enter(["cp"] + files + [place.session.string])
    }
    let isReady = await eventually { daemon.talk.contains("ready: ") }
    #expect(isReady, "\(daemon.talk)")
    try await deliver(1)
    let first = try await eventually { try await place.hasScans(1) }
    #expect(first, "\(daemon.talk)")
    try await enter(["umount", place.session.string])
    let waits = try await eventually {
      let status = try await place.ask("status")
      return status["state"] == "waiting" && status["status"]?.string?.contains("mounted") == true
    }
    #expect(waits, "\(daemon.talk)")
    try await enter(mount)
    try await deliver(1)
    try await deliver(2)
    let second = try await eventually { try await place.hasScans(2) }
    #expect(second)
    let isBack = try await eventually { try await place.ask("status")["state"] == "ok" }
    #expect(isBack)
    try await end(daemon)
  }

  @Test func permissionsThatGoAndComeBackLoseNothing() async throws {
    let path = try place.deliver(SquareFilm.scan(seed: 1), as: "one.npy").string
    #expect(chmod(path, 0) == 0)
    guard let daemon = try await place.startDaemonWithoutPrivileges() else { return }
    let isSaid = try await eventually {
      try await place.state(of: "one.npy")?["reason"]?.string?.contains("Permission denied") == true
    }
    #expect(isSaid, "\(daemon.talk)")
    #expect(chmod(path, 0o644) == 0)
    let first = try await eventually { try await place.hasScans(1) }
    #expect(first)
    #expect(chmod(place.session.string, 0) == 0)
    let waits = try await eventually { try await place.ask("status")["state"] == "waiting" }
    #expect(waits)
    #expect(chmod(place.session.string, 0o755) == 0)
    try place.deliver(SquareFilm.scan(seed: 2), as: "two.npy")
    let second = try await eventually { try await place.hasScans(2) }
    #expect(second)
    try await end(daemon)
  }

  private func end(_ daemon: RunningProgram) async throws {
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
  }
}
