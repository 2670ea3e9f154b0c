// eelscout why: the scores, rules and model behind one target.

import AcquisitionAssistant
import ArgumentParser
import TargetStore

struct WhyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Say why a target was chosen: every score, the rules, the model, the verdict.",
    discussion: "Example: eelscout why 12-3")

  @Argument(help: "Id of the target, such as 12-3.")
  var target: String

  @OptionGroup var place: StateOption

  @Flag(help: "Print JSON, with scores and predicted spectrum.")
  var json = false

  func run() async throws {
    try await Commands.reporting {
      let detail = try TargetLookup.find(target, place)
      if json { return Output.write(TargetDetailReport.json(detail)) }
      Output.write(TargetDetailReport.why(detail, Output.style))
    }
  }
}

enum TargetLookup {
  /// - Throws: `CommandError` of status `notSo` where there is no such target.
  static func find(_ id: String, _ place: StateOption) throws -> TargetDetail {
    guard let detail = try place.reader().target(id) else {
      throw CommandError(.notSo, "no target \(id); `eelscout targets` lists their ids")
    }
    return detail
  }
}
