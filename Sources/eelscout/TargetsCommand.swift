// eelscout targets: the ranked list of the database.

import AcquisitionAssistant
import ArgumentParser
import TargetStore

struct TargetsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "targets", abstract: "List ranked targets, newest scan first.",
    discussion: """
      Positions are in nm and pixels from the centre of the top-left pixel, x right, y down, before scan rotation.
      Columns of --json and --csv are those of the database view target_queue.

      --watch shows the list again whenever the database changes, until Ctrl-C; then the terminal is as it was. Where
      the output is no terminal it appends a list a change, with --json one JSON array a line and change.

      Examples:
        eelscout targets --top 10
        eelscout targets --watch --picture
        eelscout targets --scan film-03.npy --status new --json
        eelscout targets --scan 7 --order visit          # spares beam travel
        eelscout targets --csv > targets.csv
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

  @Flag(help: "Show the list again when it changes, until interrupted.")
  var watch = false

  @OptionGroup var picture: PictureOption

  @Flag(help: "Print one JSON array; with --watch one a line and change.")
  var json = false

  @Flag(help: "Print comma-separated values.")
  var csv = false

  func validate() throws {
    if json && csv { throw ValidationError("give --json or --csv, not both") }
    if watch && csv { throw ValidationError("--watch appends lists; give it with --json, or without --csv") }
    if (json || csv) && (picture.choice ?? .none) != .none {
      throw ValidationError("--picture is for people; give it without --json and --csv")
    }
    if let top, top < 0 { throw ValidationError("--top \(top) is out of range; allowed 0 or more") }
  }

  func run() async throws {
    try await Commands.reporting {
      let reader = try place.reader()
      let filter = TargetFilter(scan: scan, status: status, top: top, order: order)
      guard watch else { return try list(reader, filter) }
      let (picture, traits) = (picture, picture.traits(Output.style))
      try await ListWatch(reader, filter, asJSON: json, style: { Output.style }) { list, lines in
        try traits.flatMap { try picture.draw(list.topScan, list.targets, reader, $0, Output.style, lines: lines) }
          .map { ($0.text, $0.lines) }
      }.run(write: Output.write, talk: Output.talk)
    }
  }

  private func list(_ reader: TargetStoreReader, _ filter: TargetFilter) throws {
    let list = try TargetListing(reader, filter)
    if json { return Output.write(list.json) }
    if csv { return Output.write(TargetReport.csv(list.targets)) }
    let style = Output.style
    let table = list.table(style)
    if let traits = picture.traits(style) {
      // Picture and list together fill the screen where the list leaves room.
      let left = style.lines - table.count { $0 == "\n" } - 2
      let lines = max(left, style.lines / 2, 12)
      if let drawn = try picture.draw(list.topScan, list.targets, reader, traits, style, lines: lines) {
        Output.write(drawn.text)
      } else {
        Output.talk(PictureOption.missing)
      }
    }
    Output.write(table)
  }
}

extension TargetStatus: ExpressibleByArgument {}

extension TargetOrder: ExpressibleByArgument {}
