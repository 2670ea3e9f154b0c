// eelscout retention: what the retention rules would let go now.

import AcquisitionAssistant
import ArgumentParser
import SystemPackage
import TargetStore

struct RetentionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention", abstract: "Show what the retention rules would let go now; nothing is changed.",
    discussion: """
      The daemon prunes by rules/retention: old lists, spectra and entries that nobody has touched. What a person or a
      script has claimed or marked stays, and every scan stays known by its content.

      Examples:
        eelscout retention
        eelscout retention --rules /etc/eelscout/rules/retention --json
      """)

  @Option(
    help: ArgumentHelp("Directory of retention rules; default: those that the daemon uses.", valueName: "dir"),
    completion: .directory)
  var rules: String?

  @OptionGroup var place: StateOption

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    try await Commands.reporting {
      let reader = try place.reader()
      let report = try RetentionReport(
        reader, rules: try rules.map { try RulesFolder(FilePath($0)) }, configuration: try Commands.configuration(nil))
      if json { Output.write(report.json) } else { Output.write(report.text) }
    }
  }
}
