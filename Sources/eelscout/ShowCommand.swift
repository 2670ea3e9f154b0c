// eelscout show: one target, where it is and what to do there.

import AcquisitionAssistant
import ArgumentParser

struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one target: position, dwell, prediction, history.",
    discussion: "Example: eelscout show 12-3")

  @Argument(help: "Id of the target, such as 12-3.")
  var target: String

  @OptionGroup var place: StateOption

  @Flag(help: "Print JSON, with scores and predicted spectrum.")
  var json = false

  func run() async throws {
    try await Commands.reporting {
      let detail = try TargetLookup.find(target, place)
      if json { return Output.write(TargetDetailReport.json(detail)) }
      Output.write(TargetDetailReport.show(detail, Output.style))
    }
  }
}
