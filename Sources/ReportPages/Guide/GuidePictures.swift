// The scan of the guide, its four kinds of places, and the maps.

import AcquisitionAssistant
import Markup
import TargetStore

struct GuidePictures {
  private let film: GuideFilm
  private let engine: TriageEngine

  init(_ page: GuidePage) { (film, engine) = (page.film, page.engine) }

  var markup: Markup { scan + places + maps }

  private var drawing: ScanDrawing {
    ScanDrawing(
      rows: film.scan.frame.rows, columns: film.scan.frame.columns, pixelSizeNM: film.scan.frame.pixelSizeNM,
      tileSide: film.records.tileSide,
      marks: film.targets.map {
        TargetMark(
          number: $0.record.rank, kind: $0.record.kind, row: Double($0.record.row), column: Double($0.record.column))
      })
  }

  private var scan: Markup {
    guard let picture = film.records.pictures[.scan] else { return "" }
    return """
      <section id="boxes"><h2>What the boxes mean</h2>
      <div class="overview"><figure class="scan">\(drawing.scan(picture))</figure>
      <div>\(TargetMark.legend(drawing.marks))
      <p>Each kind has a shape and a colour, so that either alone tells them apart. The number is the rank, which is the order of acquisition. The box is as
      large as the tile that the networks see: what lies outside can still reach into the spectrum.</p>
      <p><b>Anchors come first</b> (1 to \(film.targets.filter { $0.record.kind == "anchor" }.count)): they check the day’s promise before you spend time on the rest.</p></div></div></section>

      """
  }

  private var places: Markup {
    func first(_ kind: String) -> GuideFilm.Place? { film.targets.first { $0.record.kind == kind } }
    let shown = [film.ordinary] + ["anomaly", "error", "anchor"].compactMap(first)
    let top = SpectrumDrawing.top(
      shown.flatMap { [($0.record.spectrum ?? [], $0.record.spectrumSpread), ($0.trueSpectrum, nil)] })
    var cards = GuideCard(
      "An ordinary place (not in the list)", film.ordinary, engine, top: top,
      words: """
        <p>Film as the training films had it. Tiles like it are known, the networks agree (the band is thin), and the predicted spectrum lies close to the
        true one. A spectrum here would tell you what you know.</p>
        """
    ).markup
    if let place = first("anomaly") {
      cards +=
        GuideCard(
          "An anomaly: rank \(place.record.rank)", place, engine, top: top,
          words: """
            <p>It <em>looks</em> odd: no training tile comes near it, so the networks guess, each in its own way. The curve is not to be
            trusted, and that is the point. The program’s words: <q>\(place.record.reason)</q>.</p>
            """
        ).markup
    }
    if let place = first("error") {
      cards +=
        GuideCard(
          "An error: rank \(place.record.rank)", place, engine, top: top,
          words: """
            <p>It may look ordinary, but the round trip image → spectrum → image does not come back to it, or the networks disagree: the relation between structure and
            spectrum that was learned may not hold here. The program’s words: <q>\(place.record.reason)</q>.</p>
            """
        ).markup
    }
    if let place = first("anchor") {
      cards +=
        GuideCard(
          "An anchor: rank \(place.record.rank)", place, engine, top: top,
          words: """
            <p>Ordinary on purpose: a control. If the spectra of the anchors are not as predicted, something is wrong with the day (calibration, focus, material),
            and the rest of the list is worth little.</p>
            """
        ).markup
    }
    return """
      <section id="places"><h2>Four places</h2>
      <p class="soft">\(TileStrip.scaleNote) The round-tripped tile is always blurred: ten numbers can’t hold every pixel. What counts is whether it is more wrong than usual.</p>
      \(cards)</section>

      """
  }

  private var maps: Markup {
    let names: [(PictureName, Markup)] = [
      (
        .combined,
        "Yellow: looks unlike the training films, more than the rest of this scan. Anomalies are taken from here."
      ),
      (
        .predictedError,
        "Yellow: the spectrum is likely to be predicted badly. Edges, holes and cracks are often high: that is honest, not interesting."
      ),
      (.ensemble, "Yellow: the four networks disagree about the spectrum."),
    ]
    let figures = names.compactMap { name, words -> Markup? in
      film.records.pictures[name].map {
        "<figure class=\"map\"><h3>\(MapWords.title(name))</h3>\(drawing.map($0, name: MapWords.title(name)))<figcaption>\(words)</figcaption></figure>\n"
      }
    }
    return """
      <section id="colours"><h2>What the colours of the overlays mean</h2>
      <p>From dark violet (low) over green to yellow (high), each map on its own scale: compare places of one scan, not the colours of two scans. The bar
      below says the values. The rings are the targets.</p>
      <div class="maps">\(figures)</div></section>

      """
  }
}
