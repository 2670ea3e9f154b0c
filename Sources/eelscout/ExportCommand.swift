// eelscout export: targets in the language of the program that runs next.

import AcquisitionAssistant
import ArgumentParser
import Foundation
import MicroscopeFiles
import SystemPackage
import TargetExport
import TargetStore

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write targets for the program that acquires them, or for a table.",
    discussion: """
      Formats, the program each is for, and its coordinates:
      \(ExportFormats.all.map { "  \($0.name.padding(toLength: 12, withPad: " ", startingAt: 0))\($0.program): \($0.coordinates)" }
        .joined(separator: "\n"))

      For a microscope (nion, serialem, gms, autoscript): the newest scan, and of
      it what is still to be acquired (new, expired). hyperspy: all targets of the
      newest scan. Tables: every scan. --scan and --status choose otherwise.

      --snippet writes a ready program beside the list, which reads it. For nion
      and autoscript it checks that the scan is the one that is set up, and moves
      the beam from target to target; for hyperspy it draws markers. The script
      of gms is a program by itself.

      An empty list is written as one, and why stands on standard error. Exit
      status 65 where a format needs nanometres and the scan has no pixel size.

      Examples:
        eelscout export --format nion -o targets.json --snippet visit.py
        eelscout export --format serialem --scan 7 --order visit -o scan7.nav
        eelscout export --format csv > all.csv
      """)

  @Option(help: "\(ExportFormats.all.map(\.name).joined(separator: ", ")).")
  var format: String

  @Option(
    help: ArgumentHelp("Of this scan: its number, the beginning of its hash, or its file name.", valueName: "s"))
  var scan: String?

  @Option(help: "Only of this status: \(TargetStatus.allCases.map(\.rawValue).joined(separator: ", ")).")
  var status: TargetStatus?

  @Option(help: "rank: best first; visit: each scan's targets in the order that spares beam travel.")
  var order: TargetOrder = .rank

  @Option(
    name: [.short, .long], help: ArgumentHelp("Write the list here; default: standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(help: ArgumentHelp("Write a ready program here that reads the list; with -o.", valueName: "file"))
  var snippet: String?

  @OptionGroup var place: StateOption

  func validate() throws {
    guard let format = ExportFormats.named(format) else {
      throw ValidationError(
        "--format \(format) is not known; give one of \(ExportFormats.all.map(\.name).joined(separator: ", "))")
    }
    guard snippet != nil else { return }
    if output == nil { throw ValidationError("--snippet needs the list in a file: give -o, too") }
    if format.snippet(listAt: []) == nil {
      let others = ExportFormats.all.filter { $0.snippet(listAt: []) != nil }.map(\.name)
      throw ValidationError(
        "there is no program to go with \(format.name); there is one for \(others.joined(separator: ", "))")
    }
  }

  func run() async throws {
    try await Commands.reporting {
      guard let format = ExportFormats.named(format) else { return }
      let export = try TargetExport(
        ExportRequest(scan: scan, status: status, order: order), for: format, from: try place.reader())
      if let obstacle = format.obstacle(export) { throw CommandError(.badData, obstacle) }
      for note in export.notes { Output.talk("note: \(TextLayout.oneLine(note))") }
      if export.count == 0 { Output.talk("no targets: the list is empty") }
      guard let output else { return Output.write(format.text(export)) }
      // Whole or not at all: whoever reads them meanwhile sees the files of before.
      let list = FileArguments.paths([output])[0].madeAbsolute
      try AtomicFile.write(format.text(export), to: list)
      let bytes = list.withPlatformString { Array(UnsafeBufferPointer(start: $0, count: list.length)) }
      if let snippet, let program = format.snippet(listAt: bytes.map { UInt8(bitPattern: $0) }) {
        try AtomicFile.write(program, to: FileArguments.paths([snippet])[0].madeAbsolute)
      }
    }
  }
}
