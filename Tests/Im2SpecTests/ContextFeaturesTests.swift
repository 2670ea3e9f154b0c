import Foundation
import Im2Spec
import ImageProcessing
import Microscopy
import SharedData
import Testing

@Suite("Twelve numbers about the surroundings")
struct ContextFeaturesTests {
  private func referenceFeatures() throws -> ContextFeatures {
    let scan = try referenceScan()
    let levels = try ScanNormalisation.levels(of: scan)
    return ContextFeatures(normalised: try ScanNormalisation.normalise(scan, levels: levels))
  }

  private func largestDifference(_ a: [Float], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
  }

  @Test("equal the reference at sixteen positions", .enabled(if: SharedData.has("science/models")))
  func positions() throws {
    let flat = try SharedData.array("science/models/ref_positions.npy").values.map { Int($0) }
    let positions = stride(from: 0, to: flat.count, by: 2).map { PixelPosition(row: flat[$0], column: flat[$0 + 1]) }
    let reference = try SharedData.array("science/models/ref_context12.npy").values
    let values = try referenceFeatures().values(at: positions)
    #expect(values.count == positions.count * ContextFeatures.count && values.count == reference.count)
    #expect(largestDifference(values, reference) < 1e-4)
  }

  @Test("equal the reference on every eighth row and column", .enabled(if: SharedData.has("science/models")))
  func grid() throws {
    let centres = Array(stride(from: 8, through: 152, by: 8))
    let positions = centres.flatMap { row in centres.map { PixelPosition(row: row, column: $0) } }
    let reference = try SharedData.array("science/models/ref_context12_full_every8.npy").values
    let values = try referenceFeatures().values(at: positions)
    #expect(values.count == reference.count)
    #expect(largestDifference(values, reference) < 1e-4)
  }

  @Test("a scan that is all film has coverage 1, no slope and the largest edge distance")
  func allFilm() {
    let features = ContextFeatures(normalised: Raster(rows: 48, columns: 40, repeating: 1))
    let values = features.values(at: [PixelPosition(row: 0, column: 0), PixelPosition(row: 24, column: 20)])
    let expected: [Float] = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 3]
    for (value, expectation) in zip(values, expected + expected) { #expect(abs(value - expectation) < 1e-5) }
  }

  @Test("a scan that is all vacuum has coverage 0 and the smallest edge distance")
  func allVacuum() {
    let features = ContextFeatures(normalised: Raster(rows: 48, columns: 40, repeating: 0))
    let values = features.values(at: [PixelPosition(row: 10, column: 10)])
    let expected: [Float] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -2]
    #expect(values == expected)
  }

  @Test("turning the scan turns the features with it")
  func invariance() {
    let (rows, columns) = (40, 56)
    let values = (0..<rows * columns).map { index in
      Float(sin(Double(index / columns) / 3) * cos(Double(index % columns) / 4) > 0 ? 1 : 0)
    }
    let scan = Raster(rows: rows, columns: columns, values: values)
    var turned = Raster(rows: columns, columns: rows, repeating: 0)
    for row in 0..<rows { for column in 0..<columns { turned[columns - 1 - column, row] = scan[row, column] } }
    let plain = ContextFeatures(normalised: scan).values(at: [PixelPosition(row: 12, column: 30)])
    let after = ContextFeatures(normalised: turned).values(at: [PixelPosition(row: columns - 1 - 30, column: 12)])
    for (a, b) in zip(plain, after) { #expect(abs(a - b) < 1e-5) }
  }

  @Test("a piece of a scan gives the very numbers of the whole", arguments: [1, 2, 5])
  func pieces(step: Int) {
    let scan = Raster(
      rows: 700, columns: 620,
      values: (0..<700 * 620).map { index in
        let (row, column) = (index / 620, index % 620)
        return row % 11 < 8 && column % 11 < 8 && column > 80 + row / 3
          ? 1 : 0.05 * Float((index * 37 + 11) % 101) / 100
      })
    for pixelSizeNM in [1.5, 1.9] {
      let reach = ContextFeatures.reach(pixelSizeNM: pixelSizeNM)
      let whole = ContextFeatures(normalised: scan, pixelSizeNM: pixelSizeNM)
      // One in the midst of the scan, one in its corner.
      for (top, left) in [(300, 260), (8, 8)] {
        let rows = EvenIndices(first: top, step: step, count: 7)
        let columns = EvenIndices(first: left, step: step, count: 9)
        let piece = (
          rows: max(0, rows.span.lowerBound - reach)..<min(700, rows.span.upperBound + reach),
          columns: max(0, columns.span.lowerBound - reach)..<min(620, columns.span.upperBound + reach)
        )
        let values = ContextFeatures.values(
          on: scan.piece(rows: piece.rows, columns: piece.columns), rows: rows.relative(to: piece.rows.lowerBound),
          columns: columns.relative(to: piece.columns.lowerBound), pixelSizeNM: pixelSizeNM)
        let positions = rows.values.flatMap { row in columns.values.map { PixelPosition(row: row, column: $0) } }
        #expect(values == whole.values(at: positions), "\(pixelSizeNM) nm, row \(top)")
      }
    }
  }

  @Test("a finer scan of the same film has the same features")
  func pixelSize() {
    // A half plane: film to the right of 96 nm, seen with 1.5-nm and with 0.75-nm pixels at the same place (120.75, 60.75 nm).
    let coarse = Raster(rows: 80, columns: 128, values: (0..<80 * 128).map { $0 % 128 >= 64 ? 1 : 0 })
    let fine = Raster(rows: 160, columns: 256, values: (0..<160 * 256).map { $0 % 256 >= 128 ? 1 : 0 })
    let a = ContextFeatures(normalised: coarse).values(at: [PixelPosition(row: 40, column: 80)])
    let b = ContextFeatures(normalised: fine, pixelSizeNM: 0.75).values(at: [PixelPosition(row: 80, column: 160)])
    for (name, pair) in zip(ContextFeatures.names, zip(a, b)) {
      // Distances to an edge are known to half a pixel: 0.05 in d.
      #expect(abs(pair.0 - pair.1) < (name == "d" ? 0.051 : 0.03), "\(name): \(pair.0) at 1.5 nm, \(pair.1) at 0.75 nm")
    }
  }
}
