// eelscout doctor: a self-test in words.

import AcquisitionAssistant
import ArgumentParser
import Foundation
import SystemPackage

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check the installation: configuration, rules, model, folders, database, backups.",
    discussion: """
      Nothing is changed. Each check says ok, note or FAULT, what it saw, and what to do.
      Exit status 0 when nothing is wrong, 1 otherwise. Run it as the user that the daemon runs as, or as root, to see
      everything.

      Example: eelscout doctor
      """)

  @Option(help: ArgumentHelp("Configuration file; default: /etc/eelscout/eelscout.toml.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("The daemon's state directory; default: as configured.", valueName: "dir"))
  var state: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    try await Commands.reporting {
      let report = DoctorReport(
        configurationFile: config.map { FilePath($0).madeAbsolute }, state: state.map { FilePath($0).madeAbsolute },
        environment: ProcessInfo.processInfo.environment)
      if json { Output.write(report.json) } else { Output.write(report.text(Output.style)) }
      try Commands.end(report.isWell ? .ok : .notSo)
    }
  }
}
