// One day as a page: what came, what was made of it, what is left.

import AcquisitionAssistant
import Foundation
import Markup
import StrictJSON
import TargetStore

/// The scans of a day with what people, scripts and the daemon did on it.
public struct SessionReportPage: Sendable {
  let day: SessionDay
  let session: StoreSession
  let figures: SessionFigures
  private let health: StoreHealth
  private let files: [FileStateRecord]
  /// Small pictures by the number of the scan, as data addresses.
  private let thumbnails: [Int: String]
  private let now: Date
  /// When the first and the last scan of the whole database were recorded, local time; nil where there is none.
  public let recorded: (first: String, last: String)?

  /// More pictures than this make a page that no browser opens in a moment; the newest are shown.
  private static let pictureLimit = 300
  private static let pictureSide = 160

  public init(_ reader: TargetStoreReader, day: SessionDay, now: Date = Date()) throws(TargetStoreError) {
    self.day = day
    session = try reader.session(from: day.start, to: day.end)
    figures = SessionFigures(session)
    health = try reader.health()
    files = try reader.fileStates()
    var thumbnails: [Int: String] = [:]
    for scan in session.scans.suffix(Self.pictureLimit) {
      thumbnails[scan.id] = try reader.picture(.scan, ofScan: scan.id).map {
        InlinePicture.thumbnail($0, side: Self.pictureSide)
      }
    }
    self.thumbnails = thumbnails
    recorded = try reader.recordedSpan().map {
      (Moments.local($0.first, zone: day.zone), Moments.local($0.last, zone: day.zone))
    }
    self.now = now
  }

  /// No scan was recorded on that day.
  public var isEmpty: Bool { session.scans.isEmpty }

  /// The day in numbers, for programs.
  public var json: JSONValue {
    .object(
      [.init("day", .string(day.text))] + (figures.json.members ?? []) + [
        .init(
          "changes",
          .array(
            session.changes.map {
              ["status": .string($0.status.rawValue), "by": .string($0.by), "count": .int($0.count)]
            }))
      ])
  }

  public var html: String {
    Page(title: "Session of \(day.text)", style: PageStyle.css, body: "<main>\n\(body)</main>").html
  }

  private var body: Markup {
    heading + numbers + changes + refusals + left + strip + daemon + limits
  }

  private var heading: Markup {
    let span: Markup
    if let first = session.scans.first, let last = session.scans.last {
      span =
        "Scans from \(Moments.local(first.createdAt, zone: day.zone)) to \(Moments.local(last.createdAt, zone: day.zone))."
    } else {
      span = "No scan was recorded on this day."
    }
    return "<header><h1>Session of \(day.title)</h1>\n<p>\(span)</p></header>\n"
  }

  private var numbers: Markup {
    guard figures.scans > 0 else { return "" }
    func entry(_ value: String, _ words: Markup) -> Markup { "<li><b>\(value)</b><span>\(words)</span></li>\n" }
    var entries = entry("\(figures.scans)", "scans")
    for (verdict, words) in [(Verdict.inside, "ranked"), (.marked, "marked"), (.refused, "refused")] {
      entries += entry("\(figures.verdicts[verdict] ?? 0)", "\(words)")
    }
    entries += entry("\(figures.targets)", "targets")
    for status in TargetStatus.allCases where (figures.statuses[status] ?? 0) > 0 {
      entries += entry("\(figures.statuses[status] ?? 0)", "\(status.rawValue) now")
    }
    if let p50 = figures.latencyP50, let p99 = figures.latencyP99 {
      entries += entry(NumberWords.span(p50 / 1e3), "file to list, median")
      entries += entry(NumberWords.span(p99 / 1e3), "file to list, 99 %")
    }
    return "<ul class=\"figures\">\(entries)</ul>\n"
  }

  private var changes: Markup {
    var words: Markup = "<p>Nobody marked, claimed or acquired anything on this day.</p>\n"
    if !session.changes.isEmpty {
      let statuses = TargetStatus.allCases.filter { status in session.changes.contains { $0.status == status } }
      var table = Table(
        caption: "Changes of targets on this day, of any scan, by whom.",
        [.init("by")] + statuses.map { .init("\($0.rawValue)", .right) })
      for name in Set(session.changes.map(\.by)).sorted() {
        table.add(
          ["\(name)"]
            + statuses.map { status in
              let count = session.changes.filter { $0.by == name && $0.status == status }.reduce(0) { $0 + $1.count }
              return count == 0 ? "" : "\(count)"
            })
      }
      words = table.markup
    }
    return "<section><h2>Who did what</h2>\n\(words)</section>\n"
  }

  private var refusals: Markup {
    let shown = session.scans.filter { $0.verdict != .inside }
    guard !shown.isEmpty else { return "" }
    var table = Table([.init("scan", .right), .init("file"), .init("domain"), .init("why")])
    for scan in shown.reversed() {
      table.add([
        "\(scan.id)", "\(Self.name(scan))", "<span class=\"\(scan.verdict.rawValue)\">\(scan.verdict.rawValue)</span>",
        "\(scan.reasons.joined(separator: "; "))",
      ])
    }
    return "<section><h2>Refused and marked scans</h2>\n\(table.markup)</section>\n"
  }

  private var left: Markup {
    guard figures.scans > 0 else { return "" }
    let time = figures.secondsLeft.map { ", about \(NumberWords.span($0)) of beam time" } ?? ""
    var words: Markup =
      figures.left == 0
      ? "<p>Nothing of this day’s scans waits to be acquired.</p>\n"
      : "<p>\(NumberWords.count(figures.left, "target is", "targets are")) free to claim\(time).</p>\n"
    let waiting = files.filter { $0.state != .ignored }
    if !waiting.isEmpty {
      let rows = waiting.prefix(50).map { file in
        "<li><code>\(file.pathText)</code> \(file.state.rawValue) since \(Moments.local(file.since)): \(file.reason)</li>\n"
          as Markup
      }
      words += "<p>Files that are not scans, or not yet:</p>\n<ul>\(rows)</ul>\n"
      if waiting.count > 50 { words += "<p>and \(waiting.count - 50) more.</p>\n" }
    }
    return "<section><h2>What is left</h2>\n\(words)</section>\n"
  }

  private var strip: Markup {
    guard !session.scans.isEmpty else { return "" }
    let figures = session.scans.reversed().map { scan -> Markup in
      let picture: Markup =
        thumbnails[scan.id].map { "<img src=\"\($0)\" alt=\"scan \(scan.id)\" />" }
        ?? "<div class=\"none\">no picture</div>"
      let counts = TargetStatus.allCases.compactMap { status in
        session.statuses[scan.id]?[status].map { "\($0) \(status.rawValue)" }
      }
      return """
        <figure>\(picture)<figcaption><b>\(scan.id)</b> <span class="\(scan.verdict.rawValue)">\(scan.verdict.rawValue)</span><br />\
        \(Self.name(scan))<br />\(counts.isEmpty ? "no targets" : counts.joined(separator: ", "))</figcaption></figure>

        """
    }
    return "<section><h2>Scans, newest first</h2>\n<div class=\"strip\">\(figures)</div></section>\n"
  }

  private var daemon: Markup {
    let report = StatusReport.judge(health, now: now)
    var facts: [(Markup, Markup)] = [("state", "\(report.state.rawValue)"), ("status", "\(report.status)")]
    if let action = report.action { facts.append(("action", "\(action)")) }
    if let see = report.see { facts.append(("see", "<code>\(see)</code>")) }
    if let beat = health.heartbeatAt { facts.append(("last sign of life", "\(Moments.local(beat, zone: day.zone))")) }
    if let version = health.version { facts.append(("version", "eelscoutd \(version)")) }
    if let model = health.model { facts.append(("model", "<code>\(model)</code>")) }
    if let rules = health.rules { facts.append(("rules", "<code>\(rules)</code>")) }
    facts.append(("last backup", "\(health.lastBackupAt.map { Moments.local($0, zone: day.zone) } ?? "none yet")"))
    let list = Markup(trusted: facts.map { ("<dt>\($0.0)</dt><dd>\($0.1)</dd>\n" as Markup).text }.joined())
    return "<section><h2>The daemon when this page was made</h2>\n<dl>\(list)</dl></section>\n"
  }

  private var limits: Markup {
    """
    <section><h2>What the scores can’t see</h2>
    \(HonestLimits.markup)</section>
    <footer>Made by EELScout \(AssistantProgram.version) from the database alone, \(Moments.local(now, zone: day.zone)).</footer>

    """
  }

  private static func name(_ scan: ScanSummary) -> String {
    scan.file.split(separator: "/").last.map(String.init) ?? scan.file
  }
}
