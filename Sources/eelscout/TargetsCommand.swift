// eelscout targets: the ranked list of the database.

import AcquisitionAssistant
import ArgumentParser
import TargetStore

struct TargetsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "targets", abstract: "List ranked targets, newest scan first.",
    discussion: """
      Columns of --json and --csv are those of the database view target_queue.

      Examples:
        eelscout targets --top 10
        eelscout targets --scan film-03.npy --status new --json
        eelscout targets --scan 7 --order visit          # spares beam travel
      """)

  @OptionGroup var place: StateOption

  @Option(
    help: ArgumentHelp("Only of this scan: its number, the beginning of its hash, or its file name.", valueName: "s"))
  var scan: String?

  @Option(help: "Only of this status: \(TargetStatus.allCases.map(\.rawValue).joined(separator: ", ")).")
  var status: TargetStatus?

  @Option(help: "At most so many.")
  var top: Int?

  @Option(help: "rank: best first; visit: each scan's targets in the order that spares beam travel.")
  var order: TargetOrder = .rank

  @Flag(help: "Show the list again every 2 s until interrupted.")
  var watch = false

  @Flag(help: "Print one JSON array.")
  var json = false

  @Flag(help: "Print comma-separated values.")
  var csv = false

  func validate() throws {
    if json && csv { throw ValidationError("give --json or --csv, not both") }
    if watch && (json || csv) { throw ValidationError("--watch is for people; give it without --json and --csv") }
    if let top, top < 0 { throw ValidationError("--top \(top) is out of range; allowed 0 or more") }
  }

  func run() async throws {
    try await Commands.reporting {
      let reader = try place.reader()
      // The first in another order are not the first by rank.
      let filter = TargetFilter(scan: scan, status: status, top: order == .rank ? top : nil)
      guard watch else { return try list(reader, filter) }
      while !Task.isCancelled {
        // Home and clear: the list stands still while it does not change.
        if Output.style.isTerminal { Output.write("\u{1B}[H\u{1B}[2J") }
        try list(reader, filter)
        try await Task.sleep(for: .seconds(2))
      }
    }
  }

  private func list(_ reader: TargetStoreReader, _ filter: TargetFilter) throws {
    var targets = try reader.targets(filter).ordered(by: order)
    if let top { targets = Array(targets.prefix(top)) }
    if json { return Output.write(TargetReport.json(targets)) }
    if csv { return Output.write(TargetReport.csv(targets)) }
    Output.write(TargetReport.table(targets, scans: try reader.scans(), Output.style))
  }
}

extension TargetStatus: ExpressibleByArgument {}

extension TargetOrder: ExpressibleByArgument {}
