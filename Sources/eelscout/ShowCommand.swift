// eelscout show: one target, where it is and what to do there.

import AcquisitionAssistant
import ArgumentParser

struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one target: position, dwell, prediction, history.",
    discussion: "Example: eelscout show 12-3")

  @OptionGroup var option: TargetOption

  func run() async throws {
    try await Commands.reporting { try option.report(TargetDetailReport.show) }
  }
}
