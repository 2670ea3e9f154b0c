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
      moved. Settings: defaults < file < FILE.d/*.toml < environment (EELSCOUT_…) < options, see eelscout.toml(5);
      without a file the defaults work.

      Examples:
        eelscoutd --watch /data/session --state /tmp/eelscout
        eelscoutd --config /etc/eelscout/eelscout.toml --check-config

      Then look at the list with `eelscout targets --state DIR` and at the daemon with `eelscout status --state DIR`.
      SIGTERM and SIGINT end it cleanly, SIGHUP makes it read configuration, rules
      and model again; when anything is wrong, all the old stays in force.
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

  @Flag(help: "Check configuration, rules and model, say what would be in force and from where, and end.")
  var checkConfig = false

  @Option(help: .hidden)
  var tryFile: String?

  @Option(help: .hidden)
  var printManPage: String?

  @Flag(help: "Log every file that is looked at.")
  var verbose = false

  func validate() throws {
    guard let printManPage, printManPage != ConfigurationManual.pageName else { return }
    throw ValidationError("there is no page \(printManPage); there is \(ConfigurationManual.pageName)")
  }

  func run() async throws {
    do {
      if printManPage != nil { return print(ConfigurationManual.page, terminator: "") }
      if let tryFile { return try await AssistantProgram.tryFile(tryFile, sources.load().values) }
      if checkConfig { return try check() }
      try await work()
    } catch let error as CommandError {
      say("\(error)")
      throw ExitCode(error.status.rawValue)
    }
  }

  private func check() throws {
    let program = try program()
    for variable in program.doubtfulVariables { say("warning: \(variable.warning)") }
    print(program.summary, terminator: "")
  }

  /// Until it is asked to stop. From here on the log says everything.
  private func work() async throws {
    let limiter = MessageLimiter()
    ServiceLogging.bootstrap(
      identifier: "eelscoutd", level: verbose ? .debug : .info, environment: sources.environment, limiter: limiter)
    let logger = Logger(label: "eelscoutd")
    defer { limiter.flush() }
    do {
      try await program().run(logger: logger, messages: limiter)
    } catch {
      let failure = CommandError(error)
      logger.report(failure.kind ?? .internalFault, "\(failure)")
      throw ExitCode(failure.status.rawValue)
    }
  }

  private func say(_ text: String) { FileHandle.standardError.write(Data("eelscoutd: \(text)\n".utf8)) }

  private func program() throws -> AssistantProgram {
    try AssistantProgram(sources, arguments: Array(CommandLine.arguments.dropFirst()))
  }

  private var sources: ConfigurationSources {
    var sources = ConfigurationSources(
      file: config.map { FilePath($0).madeAbsolute }, environment: ProcessInfo.processInfo.environment)
    func absolute(_ path: String) -> String { FilePath(path).madeAbsolute.string }
    if !watch.isEmpty { sources.options.append(ConfigurationOption("--watch", watch.map(absolute))) }
    for (name, path) in [("--state", state), ("--model", model), ("--rules", rules)] {
      if let path { sources.options.append(ConfigurationOption(name, [absolute(path)])) }
    }
    if let quiet { sources.options.append(ConfigurationOption("--quiet", ["\(quiet)"])) }
    if let threads { sources.options.append(ConfigurationOption("--threads", ["\(threads)"])) }
    return sources
  }
}
