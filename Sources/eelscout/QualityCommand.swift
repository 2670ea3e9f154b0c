// `eelscout quality`: what triage finds on simulated scans with truth.

import AcquisitionAssistant
import ArgumentParser
import Foundation
import Im2Spec
import ModelWorkshop
import StrictJSON
import SystemPackage

struct QualityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quality",
    abstract: "Judge a model and rules on simulated scans whose truth is known.",
    discussion: """
      DIR holds X_haadf.npy, X_spectra_f16.npy, X_label_u8.npy and X_truth.json for every scan. Prints each figure of
      merit beside its bar; exit status 1 when one is missed.

      Example:
        eelscout quality ../shared/science/tuning
      """)

  @Argument(help: ArgumentHelp("Folder of scans with truth.", valueName: "DIR")) var folder: String
  @Option(help: ArgumentHelp("Model bundle; default: the shipped one.", valueName: "F")) var model: String?
  @Option(help: ArgumentHelp("Directory of rules; default: the shipped ones.", valueName: "DIR")) var rules: String?
  @Option(help: "Workers.") var threads = ProcessInfo.processInfo.activeProcessorCount
  @Flag(help: "One JSON object.") var json = false

  func run() async throws {
    try await Commands.reporting {
      let resources = PackageResources()
      let bundle = try ModelBundle(contentsOf: model ?? resources.model().string)
      let ruleSet = try RulesFolder(rules.map { FilePath($0) } ?? resources.rules()).rules()
      let report = try await QualityReport.measure(
        model: bundle, rules: ruleSet, folder: folder, workers: threads
      ) { Output.progress("judged \($0)") }
      print(json ? report.json.prettyText : report.text)
      if !report.holds { throw ExitCode(1) }
    }
  }
}
