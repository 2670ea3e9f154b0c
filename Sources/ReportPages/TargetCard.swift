// One target: what the networks saw, what came back, what they predict, why it was chosen.

import AcquisitionAssistant
import Markup
import TargetStore

struct TargetCard {
  private let detail: TargetDetail
  private let spectrumTop: Double

  /// - Parameter spectrumTop: of the energy-loss axis, the same for all cards.
  init(_ detail: TargetDetail, spectrumTop: Double) { (self.detail, self.spectrumTop) = (detail, spectrumTop) }

  var markup: Markup {
    let target = detail.target
    return """
      <article class="target" id="t\(target.rank)">
      <div class="words"><h3>\(target.rank) · \(target.kind) · \(target.id)</h3>
      <p>\(target.reason)</p></div>
      <div class="words">\(tiles)</div>
      \(spectrum)<div class="facts"><dl>\(facts)</dl></div></article>

      """
  }

  private var tiles: Markup {
    var strip = TileStrip()
    strip.add(detail.tile, "tile")
    strip.add(detail.roundTripTile, "round trip")
    for (index, neighbour) in detail.neighbours.enumerated() {
      strip.add(
        neighbour.tile,
        "\(index == 0 ? "most similar in training:" : "next:") \(NumberWords.short(neighbour.distance))")
    }
    return strip.markup
  }

  /// In pairs that stand beside each other where there is room; wide ones have a line of their own.
  private var facts: Markup {
    let target = detail.target
    func fact(_ name: Markup, _ value: Markup) -> Markup { "<dt>\(name)</dt><dd>\(value)</dd>\n" }
    func wide(_ name: Markup, _ value: Markup) -> Markup { "<dt>\(name)</dt><dd class=\"wide\">\(value)</dd>\n" }
    let place: Markup =
      if let x = target.xNM, let y = target.yNM {
        "\(NumberWords.oneDecimal(x)) nm, \(NumberWords.oneDecimal(y)) nm (row \(target.row), column \(target.column))"
      } else {
        "row \(target.row), column \(target.column); no pixel size"
      }
    var facts = fact("position", place) + fact("suggested dwell", "\(NumberWords.short(target.dwellMS)) ms\(cost)")
    if let error = target.predictedError {
      facts += wide(
        "predicted error",
        """
        e = \(NumberWords.short(error)); on ordinary film between \(NumberWords.short(target.predictedErrorLow)) and \
        \(NumberWords.short(target.predictedErrorHigh)) in nine cases of ten
        """)
    }
    let known = ScoreWords.order.compactMap { name in detail.scores.first { $0.name == name } }
    let words = (known + detail.scores.filter { !ScoreWords.order.contains($0.name) }).compactMap { score in
      score.standardised.map { "\(ScoreWords.short(score.name)) \(NumberWords.oneDecimal($0))" }
    }
    if !words.isEmpty { facts += wide("deviations", "\(words.joined(separator: " · "))") }
    let why = target.statusWhy.map { ": \($0)" } ?? ""
    facts += wide("status", "\(target.status.rawValue) by \(target.statusBy), \(Moments.local(target.statusAt))\(why)")
    if let file = target.spectrumFile { facts += wide("spectrum", "\(file)") }
    return facts
  }

  private var cost: Markup {
    guard let seconds = detail.target.estimatedSeconds else { return "" }
    let dose: Markup = detail.target.dosePerNM2.map { ", \(NumberWords.power($0)) e⁻/nm²" } ?? ""
    return "; about \(NumberWords.span(seconds))\(dose)"
  }

  private var spectrum: Markup {
    guard let spectrum = detail.spectrum else {
      return "<p class=\"spectrum soft\">No predicted spectrum is kept.</p>\n"
    }
    let drawing = SpectrumDrawing(
      energyEV: spectrum.energyEV, values: spectrum.values, spread: detail.spectrumSpread, units: spectrum.units,
      top: spectrumTop)
    let caption: Markup =
      detail.spectrumSpread == nil
      ? "predicted spectrum" : "predicted spectrum, ± 1 standard deviation between the networks"
    return "<figure class=\"spectrum\">\(drawing.markup)<figcaption>\(caption)</figcaption></figure>\n"
  }
}
