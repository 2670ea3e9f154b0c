// Curves and points over two axes.

import Foundation

/// A chart with labelled axes and a legend below.
public struct LineChart: Sendable {
  /// One curve, or one cloud of points.
  public struct Series: Sendable {
    /// In the legend; empty for none.
    public let name: String
    public let colour: Colour
    public let x: [Double]
    public let y: [Double]
    public let style: Style

    /// - Precondition: as many x as y. Points that are not finite break the line.
    public init(name: String, colour: Colour, x: [Double], y: [Double], style: Style = .line) {
      precondition(x.count == y.count, "a series of \(x.count) x and \(y.count) y")
      (self.name, self.colour, self.x, self.y, self.style) = (name, colour, x, y, style)
    }
  }

  public enum Style: Sendable {
    case line
    case dashedLine
    /// A line with a dot at each point.
    case markedLine
    case dots
  }

  /// What an axis shows; without a range it fits the data.
  public struct Axis: Sendable {
    public let label: String
    public let range: ClosedRange<Double>?

    public init(_ label: String, range: ClosedRange<Double>? = nil) {
      self.label = label
      self.range = range
    }
  }

  public let x: Axis
  public let y: Axis
  public let series: [Series]

  public init(x: Axis, y: Axis, series: [Series]) {
    (self.x, self.y, self.series) = (x, y, series)
  }

  private static let textScale = 2
  private static var lineHeight: Int { RGBImage.textHeight(scale: textScale) + 8 }
  private static let tickLength = 5
  private static let gridColour = Colour(0xE3E6EA)

  /// Draws the chart.
  /// - Parameters:
  ///   - width: of the whole picture.
  ///   - plotHeight: of the area between the axes; labels and legend come on top.
  public func render(width: Int, plotHeight: Int) -> RGBImage {
    let xScale = AxisScale(x.range ?? Self.extent(series.map(\.x)), tickCount: max(2, width / 75))
    let yScale = AxisScale(
      y.range ?? Self.padded(Self.extent(series.map(\.y))), tickCount: max(2, plotHeight / 50))
    let tickWidth = yScale.ticks.map { RGBImage.textWidth($0.label, scale: Self.textScale) }.max() ?? 0
    let lastTick = RGBImage.textWidth(xScale.ticks.last?.label ?? "", scale: Self.textScale)
    let plot = Plot(
      left: tickWidth + Self.tickLength + 6, top: Self.lineHeight + 2,
      width: max(10, width - tickWidth - Self.tickLength - 6 - lastTick / 2 - 2), height: max(10, plotHeight),
      x: xScale, y: yScale)
    let legend = legendLines(width: width)
    let xTitleTop = plot.top + plot.height + Self.tickLength + Self.lineHeight
    var picture = RGBImage(
      width: width, height: xTitleTop + Self.lineHeight * (1 + legend.count), filledWith: .white)
    drawFrame(plot, on: &picture)
    picture.drawText(y.label, x: 0, y: 0, colour: .slate, scale: Self.textScale)
    let titleWidth = RGBImage.textWidth(x.label, scale: Self.textScale)
    picture.drawText(
      x.label, x: max(0, plot.left + (plot.width - titleWidth) / 2), y: xTitleTop, colour: .slate,
      scale: Self.textScale)
    for line in series { Self.draw(line, plot, on: &picture) }
    drawLegend(legend, top: xTitleTop + Self.lineHeight, on: &picture)
    return picture
  }

  private func drawFrame(_ plot: Plot, on picture: inout RGBImage) {
    let bottom = plot.top + plot.height
    for tick in plot.x.ticks {
      let column = Int(plot.column(tick.value))
      picture.fill(x: column, y: plot.top, width: 1, height: plot.height, with: Self.gridColour)
      picture.fill(x: column, y: bottom, width: 1, height: Self.tickLength, with: .slate)
      let label = RGBImage.textWidth(tick.label, scale: Self.textScale)
      picture.drawText(
        tick.label, x: min(max(0, column - label / 2), picture.width - label), y: bottom + Self.tickLength + 3,
        colour: .slate, scale: Self.textScale)
    }
    for tick in plot.y.ticks {
      let row = Int(plot.row(tick.value))
      picture.fill(x: plot.left, y: row, width: plot.width, height: 1, with: Self.gridColour)
      picture.fill(x: plot.left - Self.tickLength, y: row, width: Self.tickLength, height: 1, with: .slate)
      let label = RGBImage.textWidth(tick.label, scale: Self.textScale)
      picture.drawText(
        tick.label, x: plot.left - Self.tickLength - 4 - label, y: row - 7, colour: .slate, scale: Self.textScale)
    }
    picture.fill(x: plot.left, y: plot.top, width: 1, height: plot.height + 1, with: .slate)
    picture.fill(x: plot.left, y: bottom, width: plot.width, height: 1, with: .slate)
  }

  private static func draw(_ series: Series, _ plot: Plot, on picture: inout RGBImage) {
    let points = zip(series.x, series.y).map { (x: plot.column($0), y: plot.row($1)) }
    func isDrawn(_ point: (x: Double, y: Double)) -> Bool { point.x.isFinite && point.y.isFinite }
    if series.style == .dots || series.style == .markedLine {
      let radius = series.style == .dots ? 1 : 3
      for point in points where isDrawn(point) && plot.holds(point) {
        picture.fill(
          x: Int(point.x) - radius, y: Int(point.y) - radius, width: 2 * radius + 1, height: 2 * radius + 1,
          with: series.colour)
      }
    }
    guard series.style != .dots else { return }
    for (index, (start, end)) in zip(points, points.dropFirst()).enumerated() where isDrawn(start) && isDrawn(end) {
      if series.style == .dashedLine && index / 3 % 2 == 1 { continue }
      if let (a, b) = plot.clipped(start, end) {
        picture.drawLine(from: a, to: b, colour: series.colour, thickness: 2)
      }
    }
  }

  /// Named series, in as many lines as the width needs.
  private func legendLines(width: Int) -> [[Series]] {
    var lines: [[Series]] = []
    var used = 0
    for entry in series where !entry.name.isEmpty {
      let needed = Self.legendWidth(entry)
      if lines.isEmpty || used + needed > width {
        lines.append([])
        used = 0
      }
      lines[lines.count - 1].append(entry)
      used += needed
    }
    return lines
  }

  private static func legendWidth(_ entry: Series) -> Int { 26 + RGBImage.textWidth(entry.name, scale: textScale) + 18 }

  private func drawLegend(_ lines: [[Series]], top: Int, on picture: inout RGBImage) {
    for (index, line) in lines.enumerated() {
      var left = 0
      let middle = top + index * Self.lineHeight + 12
      for entry in line {
        switch entry.style {
        case .dots: picture.fill(x: left + 7, y: middle - 3, width: 7, height: 7, with: entry.colour)
        case .dashedLine:
          for part in [0, 12] { picture.fill(x: left + part, y: middle - 1, width: 8, height: 3, with: entry.colour) }
        case .line, .markedLine: picture.fill(x: left, y: middle - 1, width: 20, height: 3, with: entry.colour)
        }
        picture.drawText(entry.name, x: left + 26, y: middle - 7, colour: .black, scale: Self.textScale)
        left += Self.legendWidth(entry)
      }
    }
  }

  private static func extent(_ values: [[Double]]) -> ClosedRange<Double> {
    let finite = values.joined().filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return 0...1 }
    return low...high
  }

  private static func padded(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
    let room = 0.05 * (range.upperBound - range.lowerBound)
    return range.lowerBound - room...range.upperBound + room
  }
}

/// The area between the axes, in pixels of the picture.
private struct Plot {
  let left, top, width, height: Int
  let x, y: AxisScale

  func column(_ value: Double) -> Double { Double(left) + x.fraction(value) * Double(width) }
  func row(_ value: Double) -> Double { Double(top) + (1 - y.fraction(value)) * Double(height) }

  func holds(_ point: (x: Double, y: Double)) -> Bool {
    point.x >= Double(left) - 0.5 && point.x <= Double(left + width) + 0.5 && point.y >= Double(top) - 0.5
      && point.y <= Double(top + height) + 0.5
  }

  /// The part of a line within the plot's height and width; nil without one (Liang and Barsky).
  func clipped(
    _ a: (x: Double, y: Double), _ b: (x: Double, y: Double)
  ) -> ((x: Double, y: Double), (x: Double, y: Double))? {
    var (from, to) = (0.0, 1.0)
    let step = (x: b.x - a.x, y: b.y - a.y)
    let limits = [
      (-step.x, a.x - Double(left)), (step.x, Double(left + width) - a.x), (-step.y, a.y - Double(top)),
      (step.y, Double(top + height) - a.y),
    ]
    for (p, q) in limits {
      if p == 0 {
        if q < 0 { return nil }
      } else if p < 0 {
        from = max(from, q / p)
      } else {
        to = min(to, q / p)
      }
    }
    guard from <= to else { return nil }
    return ((a.x + from * step.x, a.y + from * step.y), (a.x + to * step.x, a.y + to * step.y))
  }
}

/// Numbers along one axis.
public struct AxisScale {
  public let range: ClosedRange<Double>
  public let ticks: [(value: Double, label: String)]

  /// Ticks at multiples of 1, 2 or 5 times a power of ten, about `tickCount` of them.
  public init(_ wanted: ClosedRange<Double>, tickCount: Int) {
    let span = wanted.upperBound - wanted.lowerBound
    let isUsable = span > 1e-12 * max(abs(wanted.lowerBound), abs(wanted.upperBound), 1e-290)
    // Constant data stand in the middle of a range of their own size.
    let half = max(abs(wanted.lowerBound) / 2, 0.5)
    let shown = isUsable ? wanted : wanted.lowerBound - half...wanted.upperBound + half
    let rough = (shown.upperBound - shown.lowerBound) / Double(tickCount)
    let decade = pow(10, floor(log10(rough)))
    let step = ([1.0, 2, 5].first { $0 * decade >= rough * (1 - 1e-9) } ?? 10) * decade
    let first = Int((shown.lowerBound / step - 1e-9).rounded(.up))
    let last = Int((shown.upperBound / step + 1e-9).rounded(.down))
    ticks = (first...max(first, last)).map { (Double($0) * step, NumberLabel.tick(Double($0) * step, step: step)) }
    range = shown
  }

  func fraction(_ value: Double) -> Double { (value - range.lowerBound) / (range.upperBound - range.lowerBound) }
}
