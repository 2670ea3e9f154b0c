// A predicted spectrum with the members' spread, as SVG.

import Markup
import Pictures

/// Curves over an energy axis.
struct SpectrumDrawing {
  let energyEV: [Double]
  let values: [Float]
  /// Standard deviation between the members, one a channel; nil where it was not kept.
  var spread: [Float]?
  /// What was really there, where that is known.
  var truth: [Float]?
  /// A further one to compare with.
  var other: [Float]?
  let units: String
  /// Top of the axis; the same for all charts that are to be compared.
  let top: Double

  private static let (width, height) = (400.0, 190.0)
  private static let (left, right, upper, lower) = (44.0, 10.0, 18.0, 34.0)

  /// The greatest value of any curve, with the spread.
  static func top(_ curves: [(values: [Float], spread: [Float]?)]) -> Double {
    let tops = curves.map { curve in
      curve.values.indices.reduce(Float(0)) { top, index in
        let spread = curve.spread.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? 0
        let value = curve.values[index] + spread
        return value.isFinite ? max(top, value) : top
      }
    }
    return Double(tops.max() ?? 0)
  }

  var markup: Markup {
    guard let first = energyEV.first, let last = energyEV.last, last > first, values.count == energyEV.count else {
      return ""
    }
    let height = top > 0 ? top * 1.05 : 1
    let energies = AxisScale(first...last, tickCount: 6)
    let levels = AxisScale(0...height, tickCount: 5)
    func x(_ energy: Double) -> Double {
      Self.left + (energy - first) / (last - first) * (Self.width - Self.left - Self.right)
    }
    func y(_ value: Double) -> Double {
      Self.height - Self.lower - min(max(value / height, -0.03), 1.03) * (Self.height - Self.upper - Self.lower)
    }
    func points(_ curve: [Float]) -> [Markup] {
      zip(energyEV, curve).map { "\(x($0)),\(y($1.isFinite ? Double($1) : 0)) " as Markup }
    }
    var body = Markup.empty
    for tick in energies.ticks {
      body += """
        <line class="grid" x1="\(x(tick.value))" y1="\(Self.upper)" x2="\(x(tick.value))" y2="\(Self.height - Self.lower)" />\
        <text class="axis" x="\(x(tick.value))" y="\(Self.height - Self.lower + 14)" text-anchor="middle">\(tick.label)</text>

        """
    }
    for tick in levels.ticks {
      body += """
        <line class="grid" x1="\(Self.left)" y1="\(y(tick.value))" x2="\(Self.width - Self.right)" y2="\(y(tick.value))" />\
        <text class="axis" x="\(Self.left - 5)" y="\(y(tick.value) + 4)" text-anchor="end">\(tick.label)</text>

        """
    }
    if let spread, spread.count == values.count {
      let upper = points(zip(values, spread).map { $0 + $1 })
      let lower = points(zip(values, spread).map { $0 - $1 })
      body += "<polygon class=\"spread\" points=\"\(upper)\(Array(lower.reversed()))\" />\n"
    }
    if let truth, truth.count == values.count { body += "<polyline class=\"truth\" points=\"\(points(truth))\" />\n" }
    if let other, other.count == values.count { body += "<polyline class=\"other\" points=\"\(points(other))\" />\n" }
    body += "<polyline class=\"curve\" points=\"\(points(values))\" />\n"
    body += """
      <text class="axis" x="\(Self.left + (Self.width - Self.left - Self.right) / 2)" y="\(Self.height - 5)" text-anchor="middle">energy loss, eV</text>\
      <text class="axis" x="2" y="11">\(units)</text>

      """
    return """
      <svg viewBox="0 0 \(Self.width) \(Self.height)" width="\(Self.width)" height="\(Self.height)" role="img" aria-label="\(label)">
      \(body)</svg>

      """
  }

  /// For those who can't see the curve.
  private var label: String {
    guard let peak = values.indices.max(by: { values[$0] < values[$1] }) else { return "no spectrum" }
    return "predicted spectrum, \(values.count) channels, highest at \(NumberWords.short(energyEV[peak])) eV"
  }
}
