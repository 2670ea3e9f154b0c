// eelscout inspect: what is in a file, and whether the daemon would take it.

import AcquisitionAssistant
import ArgumentParser
import MicroscopeFiles
import StrictJSON
import SystemPackage

struct InspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Say what is in a file and whether the daemon would take it.",
    discussion: """
      Verdicts: ready (a HAADF image that would be ranked), incomplete (looked at again when it changes), rejected
      (never usable as it is), ignored (nothing wrong, but no HAADF image).
      Exit status 0 whatever the verdicts, 66 when a file does not exist; the others are still reported.

      Example: eelscout inspect scan.npy --probe 0,0 --probe 10,20 --json
      """)

  @Argument(help: "Files to look into.", completion: .file())
  var files: [String]

  @Flag(help: "Print one JSON array, one element a file.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Row-major index whose value is wanted, 1 to 4 numbers; may be given several times.", valueName: "i,j[,k]"))
  var probe: [ProbeIndex] = []

  @Option(
    help: ArgumentHelp(
      "Configuration file with further HAADF channel names; default: /etc/eelscout/eelscout.toml where it exists.",
      valueName: "file"))
  var config: String?

  func run() async throws {
    try await Commands.reporting {
      let configuration = try Commands.configuration(config)
      let inspector = FileInspector(channels: configuration.channels)
      var outcome = Outcome()
      var elements: [JSONValue] = []
      for path in FileArguments.paths(files) {
        do {
          let inspection = try inspector.inspect(path, probes: probe.map(\.index))
          if json {
            elements.append(inspection.json)
          } else {
            Output.write(InspectionReport.text(inspection, Output.style))
          }
        } catch {
          let failure = CommandError(error)
          Output.talk(failure.description)
          outcome.note(failure.status)
        }
      }
      if json { Output.write(.array(elements)) }
      try Commands.end(outcome.status)
    }
  }
}

/// `I`, `I,J`, `I,J,K` or `I,J,K,L`.
struct ProbeIndex: ExpressibleByArgument {
  let index: [Int]

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Int($0) }
    guard numbers.count == words.count, (1...4).contains(numbers.count), numbers.allSatisfy({ $0 >= 0 }) else {
      return nil
    }
    index = numbers
  }
}
