// eelscout status: is the daemon well, and what does it wait for.

import AcquisitionAssistant
import ArgumentParser
import TargetStore

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Say how the daemon fares, what it did last, and which files are not ready and why.",
    discussion: """
      State: ok, degraded (works with trouble), waiting (for a folder), stopped.
      Exit status 0 whatever the state, 66 when there is no database.
      """)

  @OptionGroup var place: StateOption

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    try await Commands.reporting {
      let report: StatusReport
      var status = ExitStatus.ok
      do throws(TargetStoreError) {
        report = try StatusReport(try place.reader())
      } catch {
        report = StatusReport(without: error)
        status = CommandError(error).status
      }
      if json { Output.write(report.json) } else { Output.write(report.text(Output.style)) }
      try Commands.end(status)
    }
  }
}
