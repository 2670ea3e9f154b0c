// eelscout why: the scores, rules and model behind one target.

import AcquisitionAssistant
import ArgumentParser

struct WhyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Say why a target was chosen: every score, the rules, the model, the verdict.",
    discussion: """
      Scores are deviations from ordinary film: 0 is ordinary, 3 is odd. Exit status 1 when there is no such target.

      Example: eelscout why 12-3
      """)

  @OptionGroup var option: TargetOption

  func run() async throws {
    try await Commands.reporting { try option.report(TargetDetailReport.why) }
  }
}
