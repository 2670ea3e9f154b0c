// What the daemon leaves in a real journal: fields, one line a scan, and no flood.

import AssistantTestKit
import Foundation
import StrictJSON
import Testing

@Suite("Journal", .serialized, .enabled(if: Program.areBuilt))
struct JournalTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private var entriesFile: String { place.root.appending("entries.json").string }

  /// A journald of its own in a namespace of its own, the daemon with its standard error connected to it (as far as
  /// the daemon can tell), and in the end all entries in a file.
  private static let stage = """
    mount -t tmpfs none /run && mkdir -p /run/systemd/journal /run/log/journal || exit 77
    for journald in /usr/lib/systemd/systemd-journald /lib/systemd/systemd-journald; do [ -x $journald ] && break; done
    $journald & journald=$!
    while ! [ -S /run/systemd/journal/socket ]; do kill -0 $journald || exit 77; sleep 0.05; done
    entries=$1 log=$2; shift 2
    : > "$log"
    JOURNAL_STREAM=$(stat -c %d:%i "$log") "$@" 2> "$log" & daemon=$!
    trap 'kill $daemon' TERM
    wait $daemon; wait $daemon 2>/dev/null; status=$?
    journalctl --sync
    journalctl -D /run/log/journal -o json --all SYSLOG_IDENTIFIER=eelscoutd > "$entries"
    kill $journald; wait $journald
    exit $status
    """

  private static func canStage() async throws -> Bool {
    let stage = ["-m", "sh", "-c", Self.stage, "sh", "/dev/null", "/dev/null", "true"]
    guard
      FileManager.default.isExecutableFile(atPath: "/usr/lib/systemd/systemd-journald")
        || FileManager.default.isExecutableFile(atPath: "/lib/systemd/systemd-journald")
    else {
      print("SKIPPED: a real journal, because systemd-journald is not installed")
      return false
    }
    return try await Tool.unshare.works(stage)
  }

  private func entries() throws -> [JSONValue] {
    try String(contentsOfFile: entriesFile, encoding: .utf8).split(separator: "\n").map { try JSONValue.parse($0.utf8) }
  }

  @Test func scansAreOneLineEachAndAFloodOfBadFilesIsSummedUp() async throws {
    guard try await Self.canStage() else { return }
    let flood = 200
    let daemon = try Tool.unshare.start(
      ["-m", "sh", "-c", Self.stage, "sh", entriesFile, place.root.appending("log").string]
        + [try #require(Program.eelscoutd.path)] + place.daemonArguments)
    for seed in 1...3 { try place.deliver(SquareFilm.scan(seed: UInt64(seed)), as: "\(seed).npy") }
    // Noise: not what the model knows.
    try place.deliver(SquareFilm.scan(noise: 30, seed: 9), as: "noise.npy")
    for number in 1...flood {
      try place.write([UInt8](repeating: 7, count: 5_000 + number), to: "session/bad\(number).dm4")
    }
    let came = try await eventually {
      guard FileManager.default.fileExists(atPath: place.state.appending("eelscout.sqlite").string) else {
        return false
      }
      let counts = try await place.ask("status")["counts"]
      return counts?["scans"]?.int == 4 && counts?["rejected_files"]?.int == flood
    }
    #expect(came, "\(daemon.talk)")
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
    let entries = try entries()

    let scans = entries.filter { $0["PRIORITY"] == "6" && $0["EELSCOUT_SCAN"] != nil }
    #expect(scans.compactMap { $0["EELSCOUT_SCAN"]?.string }.sorted() == ["1", "2", "3", "4"])
    let stored = try #require(try await place.ask("scans").array)
    for entry in scans {
      let scan = try #require(stored.first { $0["id"]?.int.map(String.init) == entry["EELSCOUT_SCAN"]?.string })
      #expect(entry["EELSCOUT_FILE"] == scan["file"])
      #expect(entry["EELSCOUT_MODEL"] == scan["model"])
      #expect(entry["EELSCOUT_RULES"] == scan["rules"])
      #expect(entry["EELSCOUT_VERDICT"] == scan["verdict"])
      #expect(entry["EELSCOUT_SHA256"] == scan["scan_sha256"])
      #expect(entry["EELSCOUT_TARGETS"]?.string == scan["targets"]?.int.map(String.init))
      #expect(entry["EELSCOUT_LATENCY_MS"]?.string.flatMap { Int($0) } != nil)
      #expect((entry["EELSCOUT_REASON"] != nil) == (scan["verdict"] != "in"))
    }
    let refused = entries.filter { $0["MESSAGE_ID"] == "490c5c11945b4b87b414c97d9e247787" }
    #expect(refused.count == 1 && refused[0]["PRIORITY"] == "4" && refused[0]["EELSCOUT_REASON"] != nil)

    let rejected = entries.filter { $0["MESSAGE_ID"] == "cad916bb2b464712bd9310b3f64fb642" }
    let more = rejected.compactMap { $0["EELSCOUT_MORE"]?.string.flatMap { Int($0) } }
    #expect(rejected.count - more.count + more.reduce(0, +) == flood)
    // Ten lines and a summary for every minute that it took.
    #expect(rejected.count <= 11 * more.count)
    #expect(rejected.allSatisfy { $0["EELSCOUT_REASON"] != nil && $0["EELSCOUT_FILE"] != nil })

    for entry in entries {
      let priority = entry["PRIORITY"]?.string.flatMap { Int($0) } ?? 9
      #expect(priority > 4 || entry["MESSAGE_ID"] != nil, "\(entry)")
      for field in ["CODE_FILE", "CODE_LINE", "CODE_FUNC"] { #expect(entry[field]?.string?.isEmpty == false) }
    }
  }
}
