// What people read on the terminal, letter by letter.

import AssistantTestKit
import Foundation
import StoreTestKit
import StrictJSON
import Testing

/// The commands on a database that is the same every time, beside the texts in `Golden/`.
///
/// A change that is meant: `make golden` writes them anew, `git diff` shows what changed.
@Suite("Texts of the commands", .enabled(if: Program.areBuilt))
struct GoldenTests {
  private let session: FixedSession

  init() throws { session = try FixedSession() }

  private static let isRecording = ProcessInfo.processInfo.environment["EELSCOUT_RECORD_GOLDEN"] != nil
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Golden"

  /// Name of the golden file, arguments. `STATE` is the database, `OUT` a folder that may be written.
  static let cases: [(name: String, arguments: [String])] = [
    ("targets", ["targets", "--state", "STATE"]),
    ("targets-scan-status", ["targets", "--scan", "film-01.npy", "--status", "new", "--state", "STATE"]),
    ("targets-csv", ["targets", "--csv", "--state", "STATE"]),
    ("targets-json", ["targets", "--json", "--top", "1", "--state", "STATE"]),
    ("targets-none", ["targets", "--status", "expired", "--state", "STATE"]),
    ("targets-shades", ["targets", "--scan", "1", "--picture", "blocks", "--state", "STATE"]),
    ("targets-picture-piped", ["targets", "--scan", "1", "--picture", "--state", "STATE"]),
    ("show", ["show", "1-2", "--state", "STATE"]),
    ("show-acquired", ["show", "1-1", "--state", "STATE"]),
    ("show-hostile", ["show", "2-1", "--state", "STATE"]),
    ("show-json", ["show", "1-2", "--json", "--state", "STATE"]),
    ("why", ["why", "1-2", "--state", "STATE"]),
    ("why-marked", ["why", "2-2", "--state", "STATE"]),
    ("scans", ["scans", "--state", "STATE"]),
    ("scans-csv", ["scans", "--csv", "--state", "STATE"]),
    ("scans-json", ["scans", "--json", "--top", "1", "--state", "STATE"]),
    ("status", ["status", "--state", "STATE"]),
    ("status-json", ["status", "--json", "--state", "STATE"]),
    ("status-check", ["status", "--check", "--state", "STATE"]),
    ("report", ["report", "1", "-o", "OUT/page.html", "--png", "OUT/page.png", "--state", "STATE"]),
    ("report-json", ["report", "noise.npy", "-o", "OUT/page.html", "--json", "--state", "STATE"]),
    (
      "report-session",
      ["report", "--session", "--day", "2026-03-14", "-o", "OUT/day.html", "--json", "--state", "STATE"]
    ),
    ("report-empty-day", ["report", "--session", "--day", "2026-03-15", "-o", "OUT/day.html", "--state", "STATE"]),
    ("error-1-no-target", ["show", "9-9", "--state", "STATE"]),
    ("error-1-no-scan", ["targets", "--scan", "none.npy", "--state", "STATE"]),
    ("error-1-report", ["report", "none.npy", "-o", "OUT/page.html", "--state", "STATE"]),
    ("error-64-both", ["targets", "--json", "--csv"]),
    ("error-64-watch-csv", ["targets", "--watch", "--csv"]),
    ("error-64-status", ["targets", "--status", "odd"]),
    ("error-64-top", ["scans", "--top", "-1"]),
    ("error-64-picture", ["show", "1-1", "--picture", "oil"]),
    ("error-64-report", ["report", "1"]),
    ("error-64-day", ["report", "--session", "--day", "2026-02-30", "-o", "OUT/day.html"]),
    ("error-65-triage", ["triage", "OUT/empty.npy"]),
    ("error-66-no-database", ["targets", "--state", "/nowhere"]),
    ("error-66-status", ["status", "--state", "/nowhere"]),
    ("error-66-report", ["report", "-o", "OUT/page.html", "--state", "/nowhere"]),
    ("error-74-report", ["report", "1", "-o", "OUT/no/such/folder.html", "--state", "STATE"]),
    ("error-74-png", ["report", "1", "-o", "OUT/page.html", "--png", "OUT/no/page.png", "--state", "STATE"]),
    ("error-78-rules", ["guide", "-o", "OUT/page.html", "--rules", "OUT/rules"]),
  ]

  @Test("every text is as recorded, in 80 columns, without an escape code", arguments: cases.map(\.name))
  func text(name: String) async throws {
    let (_, arguments) = try #require(Self.cases.first { $0.name == name })
    let out = session.folder + "/out"
    try FileManager.default.createDirectory(atPath: out + "/rules", withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: out + "/empty.npy"))
    let run = try await Program.eelscout.run(
      arguments.map { $0.replacing("STATE", with: session.state).replacing("OUT", with: out) },
      environment: ["NO_COLOR": "1", "USER": "operator"])
    #expect(!(run.output + run.talk).contains("\u{1B}"))
    if !arguments.contains("--json"), !arguments.contains("--csv") {
      // A path is never cut: it stands alone in its line. Talk is one line each, for whoever wraps it.
      for line in run.output.split(separator: "\n") where !line.contains(session.folder) {
        #expect(line.count <= 80, "\(line.count): \(line)")
      }
    }
    let text = Self.steady(
      "$ eelscout \(arguments.joined(separator: " "))\n\(run.output)--- stderr\n\(run.talk)--- status \(run.status)\n",
      session)
    let file = URL(fileURLWithPath: "\(Self.folder)/\(name).txt")
    if Self.isRecording { return try Data(text.utf8).write(to: file) }
    let expected = try? String(contentsOf: file, encoding: .utf8)
    #expect(text == expected, "make golden records it anew where that is meant")
  }

  @Test(.enabled(if: !isRecording)) func everyFileBelongsToACase() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".txt") }
    #expect(Set(names) == Set(Self.cases.map { $0.name + ".txt" }))
  }

  /// Without what differs from run to run: folders and ages.
  private static func steady(_ text: String, _ session: FixedSession) -> String {
    text.replacing(session.state, with: "STATE").replacing(session.folder + "/out", with: "OUT")
      .replacing(#/\d+ (s|min|h|days) ago/#, with: "AGE ago")
  }
}
