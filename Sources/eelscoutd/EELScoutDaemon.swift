// The daemon's front door: options, logging, exit status.

import AcquisitionAssistant
import ArgumentParser
import Foundation
import Logging
import SystemPackage
import SystemdService

@main
struct EELScoutDaemon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eelscoutd",
    abstract: "Watches acquisition folders for HAADF scans and writes ranked EELS targets to its database.",
    discussion: """
      Input is only read: nothing is written into a watched folder, no link below it is followed, no stage or beam is
      moved. Options beat the configuration file, which beats the defaults; without a file the defaults work.

      Examples:
        eelscoutd --watch /data/session --state /tmp/eelscout
        eelscoutd --config /etc/eelscout/eelscout.toml --check-config

      Then look at the list with `eelscout targets --state DIR` and at the daemon with `eelscout status --state DIR`.
      SIGTERM and SIGINT end it cleanly, SIGHUP makes it read its rules again.
      Exit status: 0 stopped as asked, 64 usage, 74 input/output, 78 bad configuration, rules or model.
      """,
    version: AssistantProgram.version)

  @Option(help: ArgumentHelp("Folder to watch; may be given several times.", valueName: "dir"))
  var watch: [String] = []

  @Option(
    help: ArgumentHelp(
      "Directory of the database; default: $STATE_DIRECTORY, else /var/lib/eelscout.", valueName: "dir"))
  var state: String?

  @Option(
    help: ArgumentHelp(
      "Configuration file; default: /etc/eelscout/eelscout.toml where it exists.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("Model bundle; default: the one that comes with the program.", valueName: "file"))
  var model: String?

  @Option(help: ArgumentHelp("Directory of triage rules; default: those that come with the program.", valueName: "dir"))
  var rules: String?

  @Option(help: ArgumentHelp("How long a file must stay unchanged before it is read; default 2.", valueName: "seconds"))
  var quiet: Double?

  @Option(help: ArgumentHelp("Blocks that are ranked at the same time; default: processors, at most 4."))
  var threads: Int?

  @Flag(help: "Check configuration, rules and model, say what would be used, and end.")
  var checkConfig = false

  @Option(help: .hidden)
  var tryFile: String?

  @Flag(help: "Log every file that is looked at.")
  var verbose = false

  func validate() throws {
    if let quiet, !AssistantConfiguration.quietRange.contains(quiet) {
      throw ValidationError("--quiet \(quiet) is out of range; allowed 0…600 s")
    }
    if let threads, !AssistantConfiguration.threadRange.contains(threads) {
      throw ValidationError("--threads \(threads) is out of range; allowed 1…256")
    }
  }

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    do {
      if let tryFile { return try await AssistantProgram.tryFile(tryFile, settings()) }
      if checkConfig { return print(try program(environment).summary) }
      ServiceLogging.bootstrap(identifier: "eelscoutd", level: verbose ? .debug : .info, environment: environment)
      let logger = Logger(label: "eelscoutd")
      do {
        try await program(environment).run(logger: logger)
      } catch {
        let failure = CommandError(error)
        logger.report(failure.kind ?? .internalFault, "\(failure)")
        throw ExitCode(failure.status.rawValue)
      }
    } catch let error as CommandError {
      FileHandle.standardError.write(Data("eelscoutd: \(error)\n".utf8))
      throw ExitCode(error.status.rawValue)
    }
  }

  private func program(_ environment: [String: String]) throws -> AssistantProgram {
    try AssistantProgram(settings(), environment: environment, arguments: Array(CommandLine.arguments.dropFirst()))
  }

  private func settings() throws -> AssistantConfiguration {
    var settings = try AssistantConfiguration(file: config.map { FilePath($0).madeAbsolute })
    if !watch.isEmpty { settings.folders = watch.map { FilePath($0).madeAbsolute } }
    if let state { settings.state = FilePath(state).madeAbsolute }
    if let model { settings.model = FilePath(model).madeAbsolute }
    if let rules { settings.rules = FilePath(rules).madeAbsolute }
    if let quiet { settings.quietSeconds = quiet }
    if let threads { settings.threads = threads }
    return settings
  }
}
