// eelscout report: a scan, or a day, as one page.

import AcquisitionAssistant
import ArgumentParser
import Foundation
import Pictures
import ReportPages
import StrictJSON
import TargetStore

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a scan, or a day, as one page with pictures.",
    discussion: """
      The page needs nothing but a browser: no network, no script, no file beside it. It prints well. Everything comes
      from the database; the scan's file may be gone. A refused scan gets a page that says why.

      Of a scan: the picture with numbered boxes, the list, the score maps; for each target its tile, the round-tripped
      tile, the nearest training tiles, the predicted spectrum with the networks' spread and the reason; where the list
      comes from; what the scores can't see. With --session, of a day: its scans, verdicts, what was acquired, skipped and
      rejected and by whom, how fast, what is left, and the daemon's health.

      Examples:
        eelscout report -o newest.html
        eelscout report film-03.npy -o film-03.html --png film-03.png
        eelscout report --session -o today.html
        eelscout report --session --day 2026-11-25 -o yesterday.html

      Exit status: 0 written, 1 no such scan, 66 no database, 74 a file can't be written.
      """)

  @Argument(help: "The scan: its number, the beginning of its hash, or its file name; the newest one by default.")
  var scan: String?

  @OptionGroup var place: StateOption

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The page to write.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var output: String

  @Option(
    help: ArgumentHelp("Also write the scan with boxes and maps as one picture.", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var png: String?

  @Flag(help: "A day instead of a scan.")
  var session = false

  @Option(help: ArgumentHelp("The day, local time; today by default.", valueName: "YYYY-MM-DD"))
  var day: String?

  @Flag(help: "Print one JSON object that says what was written.")
  var json = false

  func validate() throws {
    if day != nil && !session { throw ValidationError("--day is for --session") }
    if session && scan != nil { throw ValidationError("give a scan or --session, not both") }
    if session && png != nil { throw ValidationError("--png is for one scan; a session has none") }
    if let day, SessionDay(day) == nil { throw ValidationError("--day \(day) is no day; write it as 2026-11-25") }
  }

  func run() async throws {
    try await Commands.reporting {
      let reader = try place.reader()
      if session { try writeSession(reader) } else { try writeScan(reader) }
    }
  }

  private func writeScan(_ reader: TargetStoreReader) throws {
    let found = try scan.map { try reader.scan($0) } ?? reader.latestScan()
    guard let found else {
      throw CommandError(.notSo, "no scans yet; `eelscout status` says what the daemon waits for")
    }
    let page = try ScanReportPage(reader, scan: found)
    try PageFile.write(page.html, to: output)
    var files = [output]
    if let png {
      if let sheet = page.sheet {
        try PNGFile.write(sheet.render(), to: png)
        files.append(png)
      } else {
        Output.talk("\(png) is not written: \(PictureOption.missing)")
      }
    }
    finish(page.json, files, "scan \(found.id)")
  }

  private func writeSession(_ reader: TargetStoreReader) throws {
    let chosen = day.flatMap { SessionDay($0) } ?? SessionDay(containing: Date())
    let page = try SessionReportPage(reader, day: chosen)
    try PageFile.write(page.html, to: output)
    if page.isEmpty {
      let span = page.recorded.map { "scans were recorded from \($0.first) to \($0.last)" } ?? "there are no scans yet"
      Output.talk("no scan was recorded on \(chosen.text); \(span)")
    }
    finish(page.json, [output], "the session of \(chosen.text)")
  }

  private func finish(_ facts: JSONValue, _ files: [String], _ what: String) {
    if json { return Output.write(.object([.init("files", JSONValue(files))] + (facts.members ?? []))) }
    Output.write("\(what): \(files.joined(separator: ", "))\n")
  }
}
