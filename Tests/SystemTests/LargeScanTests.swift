// A scan whose scores are too many for the memory, from outside.

import AssistantTestKit
import Foundation
import StrictJSON
import Testing

@Suite("Large scans", .enabled(if: Program.areBuilt))
struct LargeScanTests {
  private let place: Workplace
  private let folder: String
  private let arguments: [String]

  init() throws {
    place = try Workplace()
    folder = place.root.appending("temporary").string
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // 294,849 places at the usual stride of 2.
    let scan = try place.deliver(SquareFilm.scan(rows: 1_100, columns: 1_100, seed: 4), as: "large.npy")
    arguments = ["triage", scan.string, "--json", "--model", place.model.string]
  }

  @Test("the list is the same wherever the scores lie, and nothing is left behind")
  func whereScoresLie() async throws {
    let (disk, memory) = try await (
      Program.eelscout.run(arguments, environment: ["TMPDIR": folder]),
      Program.eelscout.run(arguments, environment: ["TMPDIR": "/nonexistent"])
    )
    #expect(disk.status == 0 && memory.status == 0, "\(disk.talk) \(memory.talk)")
    let (first, second) = try (disk.json().array?.first?["targets"], memory.json().array?.first?["targets"])
    #expect(first?.array?.isEmpty == false && first == second)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test("scores lie in files without a name: a kill leaves none")
  func kill() async throws {
    // So large that it is at work for minutes: other tests may hold the threads that this one needs to look.
    let scan = try place.deliver(SquareFilm.scan(rows: 3_000, columns: 3_000, seed: 5), as: "huge.npy")
    let run = try Program.eelscout.start(
      ["triage", scan.string, "--model", place.model.string, "--stride", "1"], environment: ["TMPDIR": folder])
    let areThere = await eventually { unnamedFiles(of: run.id) == 4 }
    #expect(areThere, "\(run.talk)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    run.signal(SIGKILL)
    #expect(try await run.finish().status == -SIGKILL)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test("a daemon without room for scores says so once, tries the scan again later and does the others")
  func daemonWithoutRoom() async throws {
    // 1.3 MiB are left beside the program and an image; a raster of the large scan takes 1.1 MiB, and there are four.
    let configuration = try place.write("[triage]\nmemory_mib = 146\n", to: "eelscout.toml")
    let daemon = try Program.eelscoutd.start(
      place.daemonArguments + ["--config", configuration.string], environment: ["TMPDIR": "/nonexistent"])
    let isSaid = try await eventually {
      let large = try await place.state(of: "large.npy")
      return large?["state"] == "failed"
        && large?["reason"]?.string?.contains("find no room in /nonexistent") == true
        && large?["reason"]?.string?.contains("tried again every five minutes") == true
    }
    #expect(isSaid, "\(daemon.talk)")
    try place.deliver(SquareFilm.scan(seed: 2), as: "small.npy")
    #expect(try await eventually { try await place.hasScans(1) }, "\(daemon.talk)")
    daemon.signal(SIGTERM)
    let run = try await daemon.finish()
    #expect(run.status == 0)
    #expect(run.talk.split(separator: "\n").count { $0.contains("find no room") } == 1, "\(run.talk)")
  }

  /// Open files of a process that lie in the folder under no name.
  private func unnamedFiles(of process: Int32) -> Int {
    let descriptors = "/proc/\(process)/fd"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: descriptors)) ?? []
    return names.count { name in
      guard let file = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(descriptors)/\(name)") else {
        return false
      }
      return file.hasPrefix(folder) && file.hasSuffix("(deleted)")
    }
  }
}
