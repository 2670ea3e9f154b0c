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
      --check is for the health check of a service: nothing and 0 when the state is ok, else the report and 1.

      Examples:
        eelscout status
        eelscout status --check || eelscout doctor

      Exit status 0 whatever the state, 66 when there is no database.
      """)

  @OptionGroup var place: StateOption

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Say nothing and end with 0 when the state is ok; else say all and end with 1.")
  var check = false

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
      if check, report.isWell { return }
      if check, status == .ok { status = .notSo }
      if json { Output.write(report.json) } else { Output.write(report.text(Output.style)) }
      try Commands.end(status)
    }
  }
}
