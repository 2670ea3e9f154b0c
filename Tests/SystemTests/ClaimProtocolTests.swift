// The claim protocol from outside: commands, plain SQL from Python, ten at once, and who may do what.

import AssistantTestKit
import Foundation
import StrictJSON
import TargetStore
import Testing

@Suite("Claim protocol", .serialized, .enabled(if: Program.areBuilt))
struct ClaimProtocolTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private var state: [String] { ["--state", place.state.string] }
  private var database: String { place.state.appending("eelscout.sqlite").string }

  /// A database with targets, and whoever holds its lock.
  private func store(scans: Int, targets: Int) throws -> TargetStore {
    let store = try TargetStore(directory: place.state.string)
    for number in 1...scans {
      let hash = String(repeating: "0", count: 56) + String(format: "%08x", number)
      let scan = ScanRecord(
        contentSHA256: hash, rows: 64, columns: 64, pixelSizeNM: 1, verdict: .inside, modelID: "m", rulesSHA256: "r",
        rulesRevision: "1")
      let list = (1...targets).map { rank in
        TargetRecord(
          rank: rank, row: 1, column: 1, xFraction: 0.5, yFraction: 0.5, kind: "anomaly", priority: 0.5, reason: "odd",
          dwellMS: 100)
      }
      let stamp = FileStamp(device: 1, inode: UInt64(number), size: 1, modifiedNS: 1, changedNS: 1)
      _ = try store.record(scan, targets: list, file: FileRecord(path: Array("/s/\(number)".utf8), stamp: stamp))
    }
    return store
  }

  private func run(_ arguments: [String]) async throws -> FinishedProgram {
    try await Program.eelscout.run(arguments + state)
  }

  @Test("claim, done, skip, reject and release say what they did and end with the promised status")
  func commands() async throws {
    let store = try store(scans: 2, targets: 2)
    let claim = try await run(["claim", "--by", "script", "--top", "3", "--lease", "300", "--json"])
    #expect(claim.status == 0, "\(claim.talk)")
    let claimed = try #require(try claim.json().array)
    #expect(claimed.map { $0["id"]?.string } == ["2-1", "2-2", "1-1"])
    #expect(claimed.allSatisfy { $0["status"] == "claimed" && $0["claimed_by"] == "script" })
    #expect(claimed[0].members?.map(\.name).prefix(9).last == "row")
    let file = try place.write("x", to: "2-1.dm4").string
    let done = try await run(["done", "2-1", "--spectrum", file, "--by", "script", "--json"])
    #expect(try done.json()["spectrum_file"]?.string == file)
    #expect(try await run(["done", "2-2", "--spectrum", "/nowhere.dm4", "--by", "script"]).status == 66)
    #expect(try await run(["done", "2-2", "--by", "another"]).status == 1)
    #expect(try await run(["reject", "2-2", "--by", "maria"]).status == 64)
    #expect(try await run(["reject", "2-2", "--why", "contamination", "--by", "maria"]).status == 0)
    let beaten = try await run(["done", "2-2", "--by", "script"])
    #expect(beaten.status == 1 && beaten.talk.contains("rejected, by maria") && beaten.talk.contains("contamination"))
    #expect(try await run(["skip", "1-2", "--why", "drift", "--by", "maria"]).status == 0)
    let nothing = try await run(["claim", "--by", "script", "--json"])
    #expect(nothing.status == 1)
    #expect(try nothing.json() == [])
    #expect(try await run(["release", "1-2", "--by", "maria"]).status == 0)
    #expect(try await run(["claim", "--by", "script"]).output.contains("1-2"))
    #expect(try await run(["skip", "7-7", "--why", "x"]).status == 1)
    #expect(try await run(["claim", "--lease", "0"]).status == 64)
    let history = try await place.ask("show", ["2-2"])["events"]?.array
    #expect(history?.map { $0["by"]?.string } == ["eelscoutd", "script", "maria"])
    #expect(store.path == database)
  }

  /// Lists of as many targets: 10,000 targets.
  private static let lists = 100

  @Test("ten processes at once get 10,000 targets, each one once")
  func storm() async throws {
    guard let python = Tool.python3.path else { return print("SKIPPED: claims from Python: python3 is missing") }
    let store = try store(scans: Self.lists, targets: Self.lists)
    let script = FileManager.default.currentDirectoryPath + "/Tests/Scripts/acquisition_loop.py"
    let loops = try (1...8).map { try RunningProgram(python, [script, database, "loop-\($0)"], [:]) }
    // Two more use the command, many at a time.
    let given = try await withThrowingTaskGroup(of: [String].self) { group in
      for name in ["command-1", "command-2"] {
        group.addTask {
          var ids: [String] = []
          while true {
            let run = try await self.run(["claim", "--by", name, "--top", "40", "--json"])
            guard run.status == 0 else {
              #expect(run.status == 1, "\(run.talk)")
              return ids
            }
            ids += try run.json().array?.compactMap { $0["id"]?.string } ?? []
          }
        }
      }
      return try await group.reduce(into: [String]()) { $0 += $1 }
    }
    var all = given
    for loop in loops {
      let end = try await loop.finish()
      #expect(end.status == 0, "\(end.talk)")
      let ids = end.output.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
      #expect(!ids.isEmpty)
      all += ids
    }
    #expect(all.count == Self.lists * Self.lists)
    #expect(Set(all).count == all.count)
    let targets = try TargetStoreReader(directory: place.state.string).targets()
    #expect(targets.count { $0.status == .claimed } == given.count)
    #expect(targets.count { $0.status == .acquired } == all.count - given.count)
    #expect(try store.expireLeases() == 0)
  }

  @Test("a claimant that is killed gives its target back when the lease ends, and the daemon sees to it")
  func killedClaimant() async throws {
    try place.deliver(SquareFilm.scan(seed: 1), as: "one.npy")
    let daemon = try await place.startDaemon()
    let came = try await eventually { try await place.hasScans(1) }
    #expect(came)
    guard let python = Tool.python3.path else { return print("SKIPPED: claims from Python: python3 is missing") }
    // Claims one target for two seconds and hangs.
    let script = """
      import sqlite3, sys, time
      db = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
      moment = lambda later: time.strftime("%Y-%m-%dT%H:%M:%S.999Z", time.gmtime(time.time() + later))
      print(db.execute("UPDATE target SET status = 'claimed', status_by = 'dead', claimed_by = 'dead', status_at = ?, "
        "lease_expires_at = ? WHERE id = (SELECT id FROM claimable_target LIMIT 1) RETURNING id",
        (moment(-1), moment(2))).fetchall(), file=sys.stderr, flush=True)
      time.sleep(1000)
      """
    let claimant = try RunningProgram(python, ["-c", script, database], [:])
    let holds = await eventually { claimant.talk.contains("('1-1',)") }
    #expect(holds, "\(claimant.talk)")
    claimant.signal(SIGKILL)
    _ = try await claimant.finish()
    let isFree = try await eventually {
      try await place.ask("targets", ["--status", "expired"]).array?.first?["id"] == "1-1"
    }
    #expect(isFree, "\(daemon.talk)")
    #expect(try await run(["claim", "--by", "next", "--json"]).json().array?.first?["id"] == "1-1")
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
  }

  /// The daemon's user, the group that operators are in, an operator, a stranger.
  private static let (daemonUser, group, operatorUser, stranger) = (65_534, 54_321, 65_533, 65_532)

  @Test("members of the group read always and claim while the daemon runs, and can't replace or delete anything")
  func permissions() async throws {
    guard getuid() == 0, try await Tool.setpriv.works(["--reuid=\(Self.operatorUser)", "/bin/true"]) else {
      return print("SKIPPED: permissions: the tests don't run as root, or there is no setpriv")
    }
    for path in [place.root, place.session] { #expect(chmod(path.string, 0o755) == 0) }
    try place.deliver(SquareFilm.scan(seed: 1), as: "one.npy")
    try FileManager.default.createDirectory(atPath: place.state.string, withIntermediateDirectories: true)
    #expect(chmod(place.state.string, 0o750) == 0)
    #expect(chown(place.state.string, uid_t(Self.daemonUser), gid_t(Self.group)) == 0)
    let config = try place.write("[backup]\ninterval_hours = 0.0003\n", to: "eelscout.toml")
    // As the unit does it.
    let asDaemon = [
      "--reuid=\(Self.daemonUser)", "--regid=\(Self.group)", "--clear-groups", "sh", "-c", "umask 0027; exec \"$@\"",
      "sh", try #require(Program.eelscoutd.path), "--config", config.string,
    ]
    let daemon = try Tool.setpriv.start(asDaemon + place.daemonArguments)
    let isBackedUp = try await eventually {
      guard try await place.hasScans(1) else { return false }
      return !BackupFolder.standard(inState: place.state.string).files().isEmpty
    }
    #expect(isBackedUp, "\(daemon.talk)")

    #expect(try await member(["targets", "--json"]).json().array?.count == 26)
    let claim = try await member(["claim", "--by", "operator", "--json"])
    #expect(claim.status == 0, "\(claim.talk)")
    #expect(try await member(["done", "1-1", "--by", "operator"]).status == 0)
    #expect(try await member(["status"]).status == 0)
    let folder = place.state.string
    let backup = try #require(BackupFolder.standard(inState: folder).files().first).path
    for command in [
      ["rm", "-f", database], ["mv", database, database + ".x"], ["rm", "-f", database + "-wal"],
      ["touch", folder + "/x"], ["cp", "/etc/passwd", backup], ["rm", "-f", backup],
      ["cp", "/etc/passwd", folder + "/eelscoutd.lock"], ["chmod", "777", database],
    ] {
      #expect(try await asUser(Self.operatorUser, command).status != 0, "\(command)")
    }
    #expect(try await asUser(Self.operatorUser, ["head", "-qc0", backup, database]).status == 0)
    #expect(try await asUser(Self.stranger, ["head", "-qc0", database], group: Self.stranger).status != 0)

    // The first child is the shell that became the daemon.
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
    #expect(try await member(["targets", "--status", "acquired", "--json"]).json().array?.count == 1)
    let stopped = try await member(["claim", "--by", "operator"])
    // A backup that the stop broke off leaves the log in place, and with it the claims go on.
    let isOpen = FileManager.default.fileExists(atPath: database + "-wal")
    #expect(
      isOpen ? stopped.status == 0 : stopped.status == 78 && stopped.talk.contains("daemon does not run"),
      "\(stopped.status): \(stopped.talk)")
    #expect(try await member(["targets", "--json"]).json().array?.count == 26)
  }

  private func member(_ arguments: [String]) async throws -> FinishedProgram {
    try await asUser(Self.operatorUser, [try #require(Program.eelscout.path)] + arguments + state)
  }

  private func asUser(_ user: Int, _ command: [String], group: Int? = nil) async throws -> FinishedProgram {
    let identity = ["--reuid=\(user)", "--regid=\(user)", "--groups=\(group ?? Self.group)"]
    return try await Tool.setpriv.start(identity + command).finish()
  }
}
