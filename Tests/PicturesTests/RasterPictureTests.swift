// Numbers to colours, and whole sheets.

import Microscopy
import Pictures
import Testing

@Suite("Raster pictures")
struct RasterPictureTests {
  private func grey(_ level: UInt8) -> Colour { Colour(red: level, green: level, blue: level) }

  @Test("an explicit range maps its ends to the ends of the scale, each value to a block")
  func explicit() {
    let raster = Raster(rows: 2, columns: 3, values: [0, 1, 2, -5, 9, .nan])
    let image = RasterPicture.render(raster, range: .explicit(low: 0, high: 2), map: .grey, scale: 3)
    #expect(image.width == 9 && image.height == 6)
    #expect(image[2, 2] == grey(0) && image[3, 0] == grey(128) && image[8, 2] == grey(255))
    #expect(image[0, 3] == grey(0) && image[5, 5] == grey(255))
    let missing = image[6, 3]
    #expect(missing.red != missing.green)
  }

  @Test("percentiles ignore outliers and values that are not finite")
  func percentiles() {
    var values = (0...100).map(Float.init)
    values[100] = 1e9
    values += [.nan, .infinity]
    let raster = Raster(rows: 1, columns: 103, values: values)
    let image = RasterPicture.render(raster, range: .percentiles(low: 10, high: 90), map: .grey)
    #expect(image[10, 0] == grey(0) && image[50, 0] == grey(128) && image[90, 0] == grey(255))
  }

  @Test("constants, images without a finite value and empty images are drawn")
  func degenerate() {
    let range = ValueRange.percentiles(low: 1, high: 99)
    let constant = RasterPicture.render(Raster(rows: 2, columns: 2, repeating: 7), range: range, map: .grey)
    #expect(constant[1, 1] == grey(128))
    _ = RasterPicture.render(Raster(rows: 2, columns: 2, repeating: .nan), range: range, map: .viridis)
    _ = RasterPicture.render(Raster(rows: 2, columns: 2, repeating: .infinity), range: range, map: .viridis)
    #expect(RasterPicture.render(Raster(rows: 0, columns: 0, values: []), range: range, map: .grey).width == 0)
    let wide = Raster(rows: 1, columns: 1500, repeating: 0)
    #expect(RasterPicture.render(wide, range: range, map: .grey, scale: .max).width == 3000)
  }

  /// Entries 0, 64, 128, 192 and 255 of matplotlib's `_viridis_data`, times 255; relative luminance of sRGB values.
  @Test("the perceptual map has viridis' colours and grows lighter throughout")
  func viridis() {
    let expected: [(Float, UInt8, UInt8, UInt8)] = [
      (0, 68, 1, 84), (0.25, 59, 82, 139), (0.5, 33, 145, 140), (0.75, 94, 201, 98), (1, 253, 231, 37),
    ]
    for (fraction, red, green, blue) in expected {
      #expect(ColourMap.viridis.colour(at: fraction) == Colour(red: red, green: green, blue: blue))
    }
    let lightness = (0...64).map { step -> Double in
      let colour = ColourMap.viridis.colour(at: Float(step) / 64)
      return 0.2126 * Double(colour.red) + 0.7152 * Double(colour.green) + 0.0722 * Double(colour.blue)
    }
    #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("captioned pictures stand side by side and keep their pixels")
  func captions() {
    let items = [
      CaptionedPictures.Item(caption: "a", image: RGBImage(width: 50, height: 20, filledWith: .blue)),
      CaptionedPictures.Item(caption: "a long caption", image: RGBImage(width: 10, height: 30, filledWith: .orange)),
    ]
    let sheet = CaptionedPictures.row(items)
    let pixels = (0..<sheet.width * sheet.height).map { sheet[$0 % sheet.width, $0 / sheet.width] }
    #expect(pixels.filter { $0 == .blue }.count == 50 * 20)
    #expect(pixels.filter { $0 == .orange }.count == 10 * 30)
    #expect(CaptionedPictures.row([]).width > 0)
  }

  private static let kinds = [
    TargetSheet.Kind(name: "anomaly", shape: .square, colour: .orange),
    TargetSheet.Kind(name: "anchor", shape: .circle, colour: .skyBlue),
  ]

  @Test("a sheet shows the scan, every kind of target, and maps; in any size of scan, even beyond the sheet")
  func sheets() {
    for (rows, columns) in [(160, 160), (62, 75), (1, 1), (3, 900), (2000, 1500)] {
      let scan = Raster(rows: rows, columns: columns, values: (0..<rows * columns).map { Float($0 % 97) })
      let targets = [
        TargetSheet.Target(position: PixelPosition(row: rows / 2, column: columns / 2), number: 1, kind: 0),
        TargetSheet.Target(position: PixelPosition(row: 0, column: 0), number: 20, kind: 1),
        TargetSheet.Target(position: PixelPosition(row: 0, column: 0), number: 3, kind: 7),
      ]
      let map = TargetSheet.ScoreMap(title: "ensemble", values: Raster(rows: 5, columns: 5, repeating: 1))
      let sheet = TargetSheet(
        title: "scan", scan: scan, pixelSizeNM: 1.5, tileSide: 16, kinds: Self.kinds, targets: targets,
        maps: [map, map, map]
      ).render()
      for colour in [0xE69F00, 0x56B4E9] as [UInt32] {
        #expect((0..<sheet.width * sheet.height).contains { sheet.code($0) == colour }, "\(rows)×\(columns)")
      }
      #expect(sheet.width < 2000 && sheet.height < 1000)
    }
  }

  @Test("a target's box lies where its tile lies on the scan")
  func place() throws {
    let scan = Raster(rows: 144, columns: 144, repeating: 0)
    func sheet(_ targets: [TargetSheet.Target]) -> RGBImage {
      TargetSheet(
        title: "", scan: scan, pixelSizeNM: nil, tileSide: 16, kinds: Self.kinds, targets: targets, maps: []
      ).render()
    }
    // The scan of 144 pixels is drawn five times as large, its top left corner where the grey begins.
    let empty = sheet([])
    let first = try #require((0..<empty.width * empty.height).first { empty.code($0) == 0x808080 })
    let (left, top) = (first % empty.width, first / empty.width)
    let image = sheet([TargetSheet.Target(position: PixelPosition(row: 70, column: 30), number: 1, kind: 0)])
    // Centre (30.5, 70.5) × 5 = (152.5, 352.5); the tile reaches 40 to each side.
    #expect(image[left + 192, top + 352] == .orange && image[left + 152, top + 392] == .orange)
    #expect(image[left + 112, top + 352] == .orange)
    #expect(image[left + 152, top + 352] == Colour(red: 128, green: 128, blue: 128))
  }
}

extension RGBImage {
  /// The pixel of a flat index as `0xRRGGBB`.
  fileprivate func code(_ index: Int) -> UInt32 {
    let colour = self[index % width, index / width]
    return UInt32(colour.red) << 16 | UInt32(colour.green) << 8 | UInt32(colour.blue)
  }
}
