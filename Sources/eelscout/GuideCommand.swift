// eelscout guide: the first-day page, with pictures made when it is written.

import AcquisitionAssistant
import ArgumentParser
import Foundation
import ReportPages
import SystemPackage

struct GuideCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guide", abstract: "Write the first-day page: what the scores mean, and what they can't see.",
    discussion: """
      A page for operators in plain words. Its film is simulated and ranked when the page is written, with the model and
      the rules in force, so that nothing in it is stale; it takes some seconds. Same model, rules and seed: same page.

      Example: eelscout guide -o first-day.html
      """)

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The page to write.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var output: String

  @Option(help: ArgumentHelp("Model bundle; default: as the daemon.", valueName: "file"))
  var model: String?

  @Option(help: ArgumentHelp("Directory of triage rules; default: as the daemon.", valueName: "dir"))
  var rules: String?

  @Option(
    help: ArgumentHelp("Configuration file; default: /etc/eelscout/eelscout.toml where it exists.", valueName: "file"))
  var config: String?

  @Option(help: "Seed of the simulated film; the usual one shows everything.")
  var seed: UInt64?

  func run() async throws {
    try await Commands.reporting {
      var options = OneShotOptions()
      options.model = model.map { FilePath($0) }
      options.rules = rules.map { FilePath($0) }
      let triage = try OneShotTriage(try Commands.configuration(config), options)
      let page = try await GuidePage(
        triage, seed: seed, workers: ProcessInfo.processInfo.activeProcessorCount)
      try PageFile.write(page.html, to: output)
      Output.write("\(output)\n")
    }
  }
}
