import ImageProcessing
import Microscopy
import Testing

/// An image that can only be read in pieces, and counts how much was read at once.
private struct Pieces: RasterSource {
  let raster: Raster
  var rows: Int { raster.rows }
  var columns: Int { raster.columns }
  var heldBytes: Int { 0 }

  func piece(rows: Range<Int>, columns: Range<Int>) -> Raster { raster.piece(rows: rows, columns: columns) }
}

@Suite("Images in pieces")
struct PieceTests {
  private static let image = testPattern(150, 130)

  /// The values of a raster at some rows and columns.
  private func values(_ raster: Raster, _ rows: [Int], _ columns: [Int]) -> [Float] {
    rows.flatMap { row in columns.map { raster[row, $0] } }
  }

  @Test("smoothing at some places gives the very values of smoothing everywhere", arguments: [1, 2, 3, 5, 8])
  func placesOfSmoothing(step: Int) {
    for border in [Border.zero, .nearest, .reflect] {
      let whole = GaussianFilter.apply(Self.image, sigma: 7, truncate: 3, border: border)
      let rows = EvenIndices(first: 3, step: step, count: 140 / step)
      let columns = EvenIndices(first: 1, step: step, count: 120 / step)
      let some = SmoothableImage(Self.image)
        .smoothed(GaussianKernel(sigma: 7, truncate: 3), border: border, rows: rows.values, columns: columns)
      #expect(some.values == values(whole, rows.values, columns.values))
    }
  }

  @Test("smoothing a piece gives the values of the whole as far as the kernel sees")
  func pieceOfSmoothing() {
    let whole = GaussianFilter.apply(Self.image, sigma: 4, truncate: 3, border: .zero)
    let piece = Self.image.piece(rows: 20..<100, columns: 30..<110)
    let some = SmoothableImage(piece)
      .smoothed(
        GaussianKernel(sigma: 4, truncate: 3), border: .zero, rows: Array(12..<68), columns: EvenIndices(12..<68))
    #expect(some.values == whole.piece(rows: 32..<88, columns: 42..<98).values)
  }

  @Test("the weight of known pixels is an image of ones, smoothed")
  func knownWeight() {
    let ones = Raster(rows: 70, columns: 90, repeating: 1)
    let kernel = GaussianKernel(sigma: 12, truncate: 3)
    let rows = Array(stride(from: 0, to: 70, by: 3))
    let columns = EvenIndices(first: 2, step: 4, count: 20)
    let expected = SmoothableImage(ones).smoothed(kernel, border: .zero, rows: rows, columns: columns)
    let weight = SmoothableImage.knownWeight(kernel, imageRows: 70, imageColumns: 90, rows: rows, columns: columns)
    #expect(weight == expected)
  }

  @Test("a mean of a band is that of the whole", arguments: [1, 3, 5])
  func bandOfMeans(window: Int) throws {
    let whole = MeanFilter.apply(Self.image, window: window, border: .reflect)
    for band in [0..<1, 0..<17, 17..<90, 149..<150] {
      let some = try MeanFilter.band(band, of: Pieces(raster: Self.image), window: window, border: .reflect)
      #expect(some.values == whole.piece(rows: band, columns: 0..<130).values)
    }
  }

  @Test("smoothing from one raster into another is smoothing in memory", arguments: [1, 3, 5])
  func means(window: Int) throws {
    let target = MemoryStorage().raster(rows: 150, columns: 130)
    try MeanFilter.apply(Pieces(raster: Self.image), into: target, window: window, border: .reflect)
    #expect(try target.whole() == MeanFilter.apply(Self.image, window: window, border: .reflect))
  }

  @Test("slopes at some places are those everywhere", arguments: [1, 2, 3, 4, 7])
  func placesOfSlopes(step: Int) {
    let whole = Gradient.magnitude(of: Self.image)
    let rows = EvenIndices(first: 0, step: step, count: (150 - 1) / step + 1)
    let columns = EvenIndices(first: 0, step: step, count: (130 - 1) / step + 1)
    let atHand = Gradient.neighbours(of: rows, imageRows: 150)
    let some = Gradient.magnitude(
      of: Raster(
        rows: atHand.count, columns: 130, values: atHand.flatMap { Self.image.values[$0 * 130..<($0 + 1) * 130] }),
      rowsAtHand: atHand, imageRows: 150, rows: rows, columns: columns)
    #expect(some.values == values(whole, rows.values, columns.values))
  }

  @Test("distances in some rows are those everywhere")
  func rowsOfDistances() {
    let mask = Self.image.values.map { $0 > 0.02 }
    let whole = DistanceTransform.euclidean(of: mask, rows: 150, columns: 130)
    let rows = EvenIndices(first: 4, step: 9, count: 16)
    let some = DistanceTransform.euclidean(of: mask, rows: 150, columns: 130, at: rows)
    #expect(some.values == values(whole, rows.values, Array(0..<130)))
  }

  @Test("a resampled image is the same in pieces", arguments: [0.7, 1.0, 1.5, 2.9])
  func resampledPieces(pixelSizeNM: Double) throws {
    let whole = try Resampling.resample(Self.image, from: pixelSizeNM, to: 1.5)
    let image = try Resampling.image(Pieces(raster: Self.image), from: pixelSizeNM, to: 1.5)
    for (rows, columns) in [(0..<7, 0..<9), (20..<41, 11..<40), (whole.rows - 5..<whole.rows, 0..<whole.columns)] {
      #expect(try image.piece(rows: rows, columns: columns) == whole.piece(rows: rows, columns: columns))
    }
  }

  @Test("streamed order statistics are those of sorted values", arguments: [1, 2, 3, 100, 30_000])
  func streamedOrder(count: Int) throws {
    let values = (0..<count).map { Float(($0 * 7919 + 13) % 10_007 - 5000) * 0.001 }
    let order = try StreamedOrder { visit in
      for start in stride(from: 0, to: count, by: 77) { visit(Array(values[start..<min(start + 77, count)])) }
    }
    #expect(order.count == count && !order.holdsNonFinite)
    let wanted = [0, 0.01, 0.3, 0.5, 0.95, 1]
    let expected = wanted.map { Quantile.linear(of: values, $0) }
    #expect(try order.quantiles(wanted) == expected)
    for threshold in [-10, -1.2345, 0, 0.001, 2.5, 10] {
      let below = values.count { Double($0) < threshold }
      #expect(try order.count(below: threshold) == below)
      guard below < count else { continue }
      let rest = values.filter { Double($0) >= threshold }
      #expect(try order.quantiles([0.5], from: below) == [Quantile.median(rest)])
    }
  }

  @Test("a value that is not finite is noticed", arguments: [Float.nan, -.nan, .infinity, -.infinity])
  func notFinite(value: Float) throws {
    #expect(try StreamedOrder { $0([1, value, -2]) }.holdsNonFinite)
    #expect(try !StreamedOrder { $0([1, .greatestFiniteMagnitude, -.greatestFiniteMagnitude]) }.holdsNonFinite)
  }
}
