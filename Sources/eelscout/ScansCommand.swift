// eelscout scans: what has been seen so far.

import AcquisitionAssistant
import ArgumentParser

struct ScansCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scans", abstract: "List scans, newest first, refused ones included.")

  @OptionGroup var place: StateOption

  @Option(help: "At most so many.")
  var top: Int?

  @Flag(help: "Print one JSON array.")
  var json = false

  func run() async throws {
    try await Commands.reporting {
      let scans = try place.reader().scans(top: top)
      if json { return Output.write(ScanReport.json(scans)) }
      Output.write(ScanReport.table(scans, Output.style))
    }
  }
}
