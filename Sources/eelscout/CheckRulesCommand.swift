// eelscout check-rules: are the rules of a directory right, and if not, where.

import AcquisitionAssistant
import ArgumentParser
import StrictJSON
import SystemPackage

struct CheckRulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-rules", abstract: "Check the rules files of a directory.",
    discussion: """
      Every *.toml file is checked on top of the right ones before it, in the order of their names.
      A directory named retention holds rules of what is kept how long, any other one rules of triage; one that has
      folders triage and retention stands for both.
      Exit status 0 when all are right, 1 when one is wrong, 66 when there is no such directory.

      Example: eelscout check-rules rules/triage
      """)

  @Argument(help: "Directory of rules.", completion: .directory)
  var directory: String

  @Flag(help: "Print one JSON array, one element a file.")
  var json = false

  func run() async throws {
    try await Commands.reporting {
      let findings = try RulesFolder.all(at: FilePath(directory)).flatMap { $0.findings() }
      if json {
        Output.write(
          .array(
            findings.map {
              [
                "file": .string($0.file), "ok": .bool($0.fault == nil), "id": JSONValue($0.source?.id),
                "revision": JSONValue($0.source?.revision), "fault": JSONValue($0.fault),
              ]
            }))
      } else {
        for finding in findings {
          let verdict = finding.source.map { "\(finding.file): ok, \($0.id) revision \($0.revision)" }
          Output.write((finding.fault ?? verdict ?? finding.file) + "\n")
        }
      }
      try Commands.end(findings.allSatisfy { $0.fault == nil } ? .ok : .notSo)
    }
  }
}
