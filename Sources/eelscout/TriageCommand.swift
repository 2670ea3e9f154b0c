// eelscout triage: the daemon's ranking of files, without a database.

import AcquisitionAssistant
import ArgumentParser
import StrictJSON
import SystemPackage

struct TriageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "triage", abstract: "Rank the places of scans that are worth a slow spectrum, without a database.",
    discussion: """
      The same model, rules and configuration as the daemon give the same targets. A scan outside the model's domain
      gets no targets and exit status 0; a file that is no scan is named and the exit status is 65; the others are done.

      Examples:
        eelscout triage scan.npy --pixel-size 1.5
        eelscout triage *.ndata --maps maps --json > targets.json
      """)

  @Argument(help: "Scans to rank.", completion: .file())
  var files: [String]

  @Option(help: ArgumentHelp("Model bundle; default: as the daemon.", valueName: "file"))
  var model: String?

  @Option(help: ArgumentHelp("Directory of triage rules; default: as the daemon.", valueName: "dir"))
  var rules: String?

  @Option(
    help: ArgumentHelp("Configuration file; default: /etc/eelscout/eelscout.toml where it exists.", valueName: "file"))
  var config: String?

  @Option(help: "Ranked targets a scan; anchors come on top. Default: as the rules say (20).")
  var top: Int?

  @Option(help: "Pixels of the model between scored places. Default: as the rules say (2).")
  var stride: Int?

  @Option(help: ArgumentHelp("Write score maps, predicted spectra and a picture of each scan here.", valueName: "dir"))
  var maps: String?

  @Option(help: ArgumentHelp("Pixel size of files that state none.", valueName: "nm"))
  var pixelSize: Double?

  @Option(help: "Blocks that are ranked at the same time; results do not depend on it.")
  var threads: Int?

  @Flag(help: "Print one JSON array, one element a file.")
  var json = false

  @Flag(help: "Print one line of comma-separated values a target.")
  var csv = false

  func validate() throws {
    if json && csv { throw ValidationError("give --json or --csv, not both") }
    try check("--top", top, OneShotOptions.topRange)
    try check("--stride", stride, OneShotOptions.strideRange)
    try check("--threads", threads, AssistantConfiguration.threadRange)
    let sizes = AssistantConfiguration.pixelSizeRange
    if let pixelSize, !sizes.contains(pixelSize) {
      throw ValidationError(
        "--pixel-size \(pixelSize) is out of range; allowed \(sizes.lowerBound)…\(sizes.upperBound) nm")
    }
    guard maps != nil else { return }
    let stems = files.map { FilePath($0).stem ?? "" }
    if let twice = stems.first(where: { stem in stems.count { $0 == stem } > 1 }) {
      throw ValidationError("two files are called \(twice): their maps would overwrite each other; triage them apart")
    }
  }

  private func check(_ option: String, _ value: Int?, _ range: ClosedRange<Int>) throws {
    if let value, !range.contains(value) {
      throw ValidationError("\(option) \(value) is out of range; allowed \(range.lowerBound)…\(range.upperBound)")
    }
  }

  func run() async throws {
    try await Commands.reporting {
      var options = OneShotOptions()
      options.model = model.map { FilePath($0) }
      options.rules = rules.map { FilePath($0) }
      options.top = top
      options.stride = stride
      options.pixelSizeNM = pixelSize
      options.threads = threads
      let configuration = try Commands.configuration(config)
      let triage = try OneShotTriage(configuration, options)
      let mapFiles = try maps.map { try ScoreMapFiles(FilePath($0)) }
      try Commands.end(try await rank(triage, mapFiles))
    }
  }

  private func rank(_ triage: OneShotTriage, _ mapFiles: ScoreMapFiles?) async throws -> ExitStatus {
    var outcome = Outcome()
    var elements: [JSONValue] = []
    if csv { Output.write(TriagedFile.csvHeader) }
    for path in FileArguments.paths(files) {
      do {
        let file = try await triage.triage(path, keepsMaps: mapFiles != nil)
        if let fault = file.fault {
          Output.talk(fault)
          outcome.note(.badData)
        }
        if json { elements.append(file.json) }
        if csv { Output.write(file.csv) }
        if !json && !csv { Output.write(file.table(Output.style)) }
        try mapFiles?.write(file)
      } catch let error as CommandError {
        Output.talk(error.description)
        outcome.note(error.status)
      }
    }
    if json { Output.write(.array(elements)) }
    return outcome.status
  }
}
