// One scan as a page of its own: picture, list, maps, targets, where it comes from, what it can't say.

import AcquisitionAssistant
import Foundation
import Markup
import Pictures
import StrictJSON
import TargetStore

/// What the database knows of one scan, at one moment.
public struct ScanReportPage: Sendable {
  let scan: ScanSummary
  let targets: [TargetDetail]
  let pictures: [PictureName: PictureRecord]
  let now: Date

  /// - Parameter scan: a row of this database.
  public init(_ reader: TargetStoreReader, scan: ScanSummary, now: Date = Date()) throws(TargetStoreError) {
    self.scan = scan
    var details: [TargetDetail] = []
    for target in try reader.targets(TargetFilter(scan: "\(scan.id)")) {
      if let detail = try reader.target(target.id) { details.append(detail) }
    }
    targets = details
    var pictures: [PictureName: PictureRecord] = [:]
    for name in PictureName.allCases { pictures[name] = try reader.picture(name, ofScan: scan.id) }
    self.pictures = pictures
    self.now = now
  }

  var fileName: String { scan.file.split(separator: "/").last.map(String.init) ?? scan.file }

  var drawing: ScanDrawing { ScanDrawing(scan, targets: targets.map(\.target)) }

  /// What was written, for programs.
  public var json: JSONValue {
    [
      "scan": .int(scan.id), "scan_sha256": .string(scan.scanSHA256), "verdict": .string(scan.verdict.rawValue),
      "targets": .int(targets.count),
      "pictures": JSONValue(PictureName.allCases.filter { pictures[$0] != nil }.map(\.rawValue)),
    ]
  }

  public var html: String {
    Page(title: "Scan \(scan.id), \(fileName)", style: PageStyle.css, body: "<main>\n\(body)</main>").html
  }

  private var body: Markup {
    heading + banners + scanSection + listSection + mapSection + targetSection + ScanProvenance(self).markup
      + "<section><h2>What the scores can’t see</h2>\n\(HonestLimits.markup)</section>\n" + footer
  }

  private var heading: Markup {
    let field = scan.pixelSizeNM.map { size in
      ", field of view \(NumberWords.short(size * Double(scan.columns))) nm × \(NumberWords.short(size * Double(scan.rows))) nm"
    }
    return """
      <header><h1>Scan \(scan.id): \(fileName)</h1>
      <p>\(scan.verdict.badge) \(NumberWords.count(targets.count, "target", "targets")) · \(scan.rows) × \(scan.columns) pixels\
      \(scan.pixelSizeNM.map { " of \(NumberWords.short($0)) nm" } ?? ", no pixel size")\(field ?? "") · recorded \(Moments.local(scan.createdAt))</p></header>

      """
  }

  /// What must be known before anything else is looked at.
  private var banners: Markup {
    var banners = Markup.empty
    if scan.verdict != .inside {
      let reasons = scan.reasons.map { "<li>\($0)</li>" as Markup }
      let words: Markup =
        scan.verdict == .refused
        ? "<b>Refused:</b> the model has nothing to say about this scan, so there are no ranks that would pretend otherwise."
        : "<b>Marked:</b> the scan lies at the edge of what the model knows. The list is a hint, not a ranking to lean on."
      banners +=
        "<div class=\"banner \(scan.verdict.rawValue)\" role=\"note\"><p>\(words)</p><ul>\(reasons)</ul></div>\n"
    }
    if scan.pixelSizeNM == nil {
      banners += Self.banner(
        "<b>No pixel size:</b> the file states none. Positions are pixels only; set scan.default_pixel_size_nm to have it ranked."
      )
    }
    if let moment = scan.prunedAt {
      banners += Self.banner(
        "The list of this scan was pruned \(Moments.local(moment)) by the retention rules; that it was seen stays known."
      )
    }
    if scan.supersededBy != nil {
      banners += Self.banner("Superseded: other content stands in this scan’s file now.")
    }
    return banners
  }

  private static func banner(_ words: Markup) -> Markup {
    "<div class=\"banner\" role=\"note\"><p>\(words)</p></div>\n"
  }

  private var scanSection: Markup {
    guard let picture = pictures[.scan] else {
      return
        "<p class=\"soft\">No picture of this scan is kept: it was pruned, or recorded by an earlier version.</p>\n"
    }
    let reduced =
      picture.rowStep > 1
      ? " Shown at one pixel for \(NumberWords.short(picture.rowStep)) of the file." : ""
    let faint = drawing.marks.contains(where: \.isGone) ? " Dashed ones were skipped, rejected or superseded." : ""
    let rotation = scan.rotationRad.flatMap { $0 == 0 ? nil : " of \(NumberWords.short($0 * 180 / .pi))°" } ?? ""
    return """
      <div class="overview"><figure class="scan">\(drawing.scan(picture))</figure>
      <div>\(TargetMark.legend(drawing.marks))<p class="soft">Numbers are ranks, in the order of acquisition; a box is as large as the tile that the
      networks see.\(faint) x runs right and y down from the centre of the top-left pixel, before scan rotation\(rotation).
      Black and white are detector values \(NumberWords.short(picture.low)) and \(NumberWords.short(picture.high)).\(reduced)</p></div></div>

      """
  }

  private var listSection: Markup {
    guard !targets.isEmpty else {
      let words: Markup =
        scan.verdict == .refused
        ? "No places were ranked: see the reasons above." : "No places are in the list of this scan."
      return "<section><h2>Targets</h2>\n<p>\(words)</p></section>\n"
    }
    return "<section><h2>Targets</h2>\n\(TargetTable(targets.map(\.target)).markup)</section>\n"
  }

  private var mapSection: Markup {
    let maps = PictureName.allCases.filter { $0 != .scan }.compactMap { name -> Markup? in
      guard let picture = pictures[name] else { return nil }
      return """
        <figure class="map"><h3>\(MapWords.title(name))</h3>\(drawing.map(picture, name: MapWords.title(name)))<figcaption>\(MapWords.caption(name))</figcaption></figure>

        """
    }
    guard !maps.isEmpty else { return "" }
    return """
      <section><h2>Maps of the scores</h2>
      <p class="soft">Every scored place in the frame of the scan; rings are the targets. Yellow is high, dark violet low; the bar says the values.</p>
      <div class="maps">
      \(maps)</div></section>

      """
  }

  private var targetSection: Markup {
    guard !targets.isEmpty else { return "" }
    let top = SpectrumDrawing.top(
      targets.compactMap { detail in detail.spectrum.map { ($0.values, detail.spectrumSpread) } })
    let cards = targets.map { TargetCard($0, spectrumTop: top).markup }
    return """
      <section><h2>Each target</h2>
      <p class="soft">\(TileStrip.scaleNote) The numbers at
      training tiles are distances. Deviations are robust ones from ordinary film: 0 is ordinary, 3 is odd. Spectra share one axis; the band is the standard deviation between the networks of the ensemble.</p>
      \(cards)</section>

      """
  }

  private var footer: Markup {
    """
    <footer>Made by EELScout \(AssistantProgram.version) from the database alone, \(Moments.local(now)). EELScout advises: it moved nothing and wrote
    nothing into the acquisition folder.</footer>

    """
  }
}
