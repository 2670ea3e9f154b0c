// eelscout scans: what has been seen so far.

import AcquisitionAssistant
import ArgumentParser

struct ScansCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scans", abstract: "List scans, newest first, refused ones included.",
    discussion: """
      One row a distinct content, with the model's verdict: in (ranked), marked (ranked, but at the edge of what the model
      knows), refused (not ranked; --json says why, so does `eelscout report`).

      Examples:
        eelscout scans --top 5
        eelscout scans --csv > scans.csv
      """)

  @OptionGroup var place: StateOption

  @Option(help: "At most so many.")
  var top: Int?

  @Flag(help: "Print one JSON array.")
  var json = false

  @Flag(help: "Print comma-separated values.")
  var csv = false

  func validate() throws {
    if json && csv { throw ValidationError("give --json or --csv, not both") }
    if let top, top < 0 { throw ValidationError("--top \(top) is out of range; allowed 0 or more") }
  }

  func run() async throws {
    try await Commands.reporting {
      let scans = try place.reader().scans(top: top)
      if json { return Output.write(ScanReport.json(scans)) }
      if csv { return Output.write(ScanReport.csv(scans)) }
      Output.write(ScanReport.table(scans, Output.style))
    }
  }
}
