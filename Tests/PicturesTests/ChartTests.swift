// Charts and sheets, checked by the pixels that carry their data.

import Microscopy
import Pictures
import Testing

@Suite("Charts")
struct ChartTests {
  private func pixels(_ image: RGBImage, _ colour: Colour) -> [(x: Int, y: Int)] {
    (0..<image.width * image.height).map { (x: $0 % image.width, y: $0 / image.width) }
      .filter { image[$0.x, $0.y] == colour }
  }

  /// A chart of 0…1 by 0…1 with one unnamed series.
  private func chart(_ x: [Double], _ y: [Double], style: LineChart.Style = .line) -> RGBImage {
    LineChart(
      x: .init("energy loss (eV)", range: 0...1), y: .init("counts", range: 0...1),
      series: [.init(name: "", colour: .vermilion, x: x, y: y, style: style)]
    ).render(width: 400, plotHeight: 200)
  }

  @Test("a value stands at its share of the plot's height, over the whole width")
  func heights() {
    func row(_ value: Double) -> Double {
      let inked = pixels(chart([0, 1], [value, value]), .vermilion)
      return Double(inked.map(\.y).reduce(0, +)) / Double(inked.count)
    }
    let (bottom, middle, top) = (row(0), row(0.5), row(1))
    #expect(abs(bottom - top - 200) <= 1)
    #expect(abs(middle - (bottom + top) / 2) <= 1)
    let inked = pixels(chart([0, 1], [0.3, 0.3]), .vermilion).map(\.x)
    #expect((inked.max() ?? 0) - (inked.min() ?? 0) > 300)
  }

  @Test("a point stands at its share of the plot's width")
  func widths() {
    func column(_ value: Double) -> Double {
      let inked = pixels(chart([value], [0.5], style: .dots), .vermilion)
      return Double(inked.map(\.x).reduce(0, +)) / Double(inked.count)
    }
    #expect(abs((column(0.25) - column(0)) * 4 - (column(1) - column(0))) <= 4)
  }

  @Test("a value that is not a number breaks the line; a range cuts what lies beyond it")
  func gaps() {
    let whole = pixels(chart([0, 0.25, 0.5, 0.75, 1], [0.5, 0.5, 0.5, 0.5, 0.5]), .vermilion).count
    let broken = pixels(chart([0, 0.25, 0.5, 0.75, 1], [0.5, 0.5, .nan, 0.5, 0.5]), .vermilion).count
    #expect(broken < whole * 6 / 10 && broken > whole * 4 / 10)
    let beyond = pixels(chart([0, 0.5, 1], [0.5, 40, 0.5]), .vermilion)
    let level = pixels(chart([0, 1], [1, 1]), .vermilion).map(\.y).min() ?? 0
    #expect((beyond.map(\.y).min() ?? 0) >= level - 2)
  }

  @Test("every named series is in the legend; a narrow chart wraps it")
  func legend() {
    func height(_ names: [String], width: Int) -> Int {
      LineChart(
        x: .init("x"), y: .init("y"),
        series: names.map { .init(name: $0, colour: .blue, x: [0, 1], y: [0, 1]) }
      ).render(width: width, plotHeight: 100).height
    }
    let none = height(["", ""], width: 500)
    let line = height(["measured", "2L"], width: 500) - none
    #expect(line > 0)
    #expect(height(["measured", "2L", "10L"], width: 200) - none >= 2 * line)
  }

  @Test("empty, constant and huge data are drawn without a crash")
  func degenerate() {
    for values in [[], [Double.nan], [3, 3], [1e300, -1e300], [0, 0], [1e-9, 2e-9]] {
      let image = LineChart(
        x: .init("x"), y: .init("y"),
        series: [.init(name: "a", colour: .blue, x: values.indices.map(Double.init), y: values)]
      ).render(width: 300, plotHeight: 100)
      #expect(image.width == 300)
    }
  }

  @Test("columns of a sheet are aligned, and captions stand above their pictures")
  func sheet() {
    func item(_ colour: Colour, _ width: Int) -> CaptionedPictures.Item {
      .init(caption: "", image: RGBImage(width: width, height: 10, filledWith: colour))
    }
    let sheet = PictureGrid.render([[item(.blue, 40), item(.green, 10)], [item(.orange, 10), item(.purple, 10)]])
    let left = { (colour: Colour) in self.pixels(sheet, colour).map(\.x).min() ?? -1 }
    let top = { (colour: Colour) in self.pixels(sheet, colour).map(\.y).min() ?? -1 }
    #expect(left(.blue) == left(.orange) && left(.green) == left(.purple))
    #expect(left(.green) >= left(.blue) + 40 && top(.orange) >= top(.blue) + 10 && top(.blue) == top(.green))
  }

  @Test("faint cells of a lattice can be told from the others")
  func lattice() {
    let cell = RGBImage(width: 8, height: 8, filledWith: .black)
    let picture = PictureGrid.lattice(
      [[(cell, false), (cell, true)]], cell: (8, 8), right: "a", up: "b")
    #expect(pixels(picture, .black).count == 64)
    let grey = Colour(red: 191, green: 191, blue: 191)
    #expect(pixels(picture, grey).count == 64)
  }

  @Test("kinds get their colours, and pixels without one the colour of missing values")
  func kinds() {
    let map = Raster(rows: 1, columns: 3, values: [0, 1, .nan])
    let picture = MapPicture.kinds(map, colours: [.blue, .orange], side: 9)
    #expect(picture.width == 9 && picture.height == 3)
    #expect(picture[1, 1] == .blue && picture[4, 1] == .orange)
    let missing = RasterPicture.render(
      Raster(rows: 1, columns: 1, values: [.nan]), range: .explicit(low: 0, high: 1), map: .grey)[0, 0]
    #expect(picture[7, 1] == missing)
  }

  @Test("a sparkline rises where its values rise")
  func sparkline() {
    let picture = PictureGrid.sparkline([1, 1, 9, 9], range: 1...9, colour: .blue, width: 40, height: 30)
    let left = pixels(picture, .blue).filter { $0.x < 10 }.map(\.y)
    let right = pixels(picture, .blue).filter { $0.x > 30 }.map(\.y)
    #expect((left.min() ?? 0) > 24 && (right.max() ?? 99) < 5)
  }
}
