// One place of the guide's film: tile, round trip, most similar tiles, prediction and truth.

import AcquisitionAssistant
import Markup
import TargetStore

struct GuideCard {
  private let title: Markup
  private let place: GuideFilm.Place
  private let engine: TriageEngine
  private let top: Double
  private let words: Markup
  private let other: [Float]?

  /// - Parameters:
  ///   - top: of the spectrum's axis.
  ///   - other: a further true spectrum, dotted.
  init(
    _ title: Markup, _ place: GuideFilm.Place, _ engine: TriageEngine, top: Double, words: Markup = "",
    other: [Float]? = nil
  ) {
    (self.title, self.place, self.engine, self.top, self.words, self.other) = (title, place, engine, top, words, other)
  }

  var markup: Markup {
    let record = place.record
    var tiles = TileStrip()
    tiles.add(record.tile, "tile")
    tiles.add(record.roundTripTile, "round trip")
    for (index, neighbour) in record.neighbours.enumerated() {
      tiles.add(
        neighbour.tile, "\(index == 0 ? "most similar in training:" : "next:") \(NumberWords.short(neighbour.distance))"
      )
    }
    let drawing = SpectrumDrawing(
      energyEV: engine.model.energyEV, values: record.spectrum ?? [], spread: record.spectrumSpread,
      truth: place.trueSpectrum, other: other, units: TriageEngine.spectrumUnits, top: top)
    return """
      <article class="target"><div class="words"><h3>\(title)</h3>
      \(words)</div>
      <div class="words">\(tiles.markup)</div>
      <div class="words"><p class="soft">Predicted e \(NumberWords.short(record.predictedError)), interval \(NumberWords.short(record.predictedErrorLow)) to \
      \(NumberWords.short(record.predictedErrorHigh)); true e \(NumberWords.short(place.trueError)).</p></div>
      <figure class="spectrum">\(drawing.markup)<figcaption>predicted with the networks’ spread; dashed: the truth\(other == nil ? "" : "; dotted: without the other doping")</figcaption></figure></article>

      """
  }
}
