// Convolution by unfolding (im2col) and one matrix product a sample.

/// Sizes of one convolution; a signal is an image of one row. Zero padding keeps height and width.
struct ConvolutionGeometry: Equatable, Sendable {
  var inputs: Int
  var filters: Int
  var height: Int
  var width: Int
  var kernelHeight: Int
  var kernelWidth: Int
  var dilation: Int

  var plane: Int { height * width }
  /// Rows of the unfolded input: inputs × taps.
  var columnRows: Int { inputs * kernelHeight * kernelWidth }
}

enum Convolution<Scalar: NetworkScalar> {
  /// y (filters, plane) = W (filters, inputs·taps) · unfolded x (inputs·taps, plane) + b, for one sample.
  static func forward(
    _ g: ConvolutionGeometry, _ x: UnsafePointer<Scalar>, weight: UnsafePointer<Scalar>, bias: UnsafePointer<Scalar>,
    _ y: UnsafeMutablePointer<Scalar>, columns: UnsafeMutablePointer<Scalar>
  ) {
    for filter in 0..<g.filters { (y + filter &* g.plane).update(repeating: bias[filter], count: g.plane) }
    let unfolded = unfold(g, x, into: columns)
    Scalar.multiply(
      m: g.filters, n: g.plane, k: g.columnRows, weight, transposeA: false, unfolded, transposeB: false, y, beta: 1)
  }

  /// Adds to the gradients of weight and bias; writes the gradient of x where it is wanted.
  static func backward(
    _ g: ConvolutionGeometry, _ x: UnsafePointer<Scalar>, weight: UnsafePointer<Scalar>,
    outputGradient dy: UnsafePointer<Scalar>, weightGradient: UnsafeMutablePointer<Scalar>,
    biasGradient: UnsafeMutablePointer<Scalar>, inputGradient dx: UnsafeMutablePointer<Scalar>?,
    columns: UnsafeMutablePointer<Scalar>
  ) {
    for filter in 0..<g.filters {
      var sum: Scalar = 0
      let row = dy + filter &* g.plane
      for i in 0..<g.plane { sum += row[i] }
      biasGradient[filter] += sum
    }
    let unfolded = unfold(g, x, into: columns)
    Scalar.multiply(
      m: g.filters, n: g.columnRows, k: g.plane, dy, transposeA: false, unfolded, transposeB: true, weightGradient,
      beta: 1)
    guard let dx else { return }
    Scalar.multiply(
      m: g.columnRows, n: g.plane, k: g.filters, weight, transposeA: true, dy, transposeB: false, columns, beta: 0)
    fold(g, columns, addingTo: dx)
  }

  /// (inputs, height, width) → (inputs·taps, height·width): row (channel, tap) is the channel shifted by the tap.
  private static func unfold(
    _ g: ConvolutionGeometry, _ x: UnsafePointer<Scalar>, into columns: UnsafeMutablePointer<Scalar>
  ) -> UnsafePointer<Scalar> {
    if g.kernelHeight == 1, g.kernelWidth == 1 { return x }
    forEachTap(g) { channel, row, dy, dx in
      let source = x + channel &* g.plane
      let target = columns + row &* g.plane
      let (first, last) = (max(0, -dx), min(g.width, g.width - dx))
      for i in 0..<g.height {
        let line = target + i &* g.width
        let from = i + dy
        guard from >= 0, from < g.height, first < last else {
          line.update(repeating: 0, count: g.width)
          continue
        }
        let sourceLine = source + from &* g.width
        for j in 0..<first { line[j] = 0 }
        (line + first).update(from: sourceLine + first + dx, count: last - first)
        for j in last..<g.width { line[j] = 0 }
      }
    }
    return UnsafePointer(columns)
  }

  /// The transpose of `unfold`: adds every row back to where it came from.
  private static func fold(
    _ g: ConvolutionGeometry, _ columns: UnsafePointer<Scalar>, addingTo x: UnsafeMutablePointer<Scalar>
  ) {
    forEachTap(g) { channel, row, dy, dx in
      let target = x + channel &* g.plane
      let source = columns + row &* g.plane
      let (first, last) = (max(0, -dx), min(g.width, g.width - dx))
      for i in max(0, -dy)..<max(max(0, -dy), min(g.height, g.height - dy)) where first < last {
        let line = source + i &* g.width + first
        let targetLine = target + (i + dy) &* g.width + first + dx
        for j in 0..<last - first { targetLine[j] += line[j] }
      }
    }
  }

  /// Calls `body(channel, row of the unfolded matrix, vertical shift, horizontal shift)`.
  @inline(__always)
  private static func forEachTap(_ g: ConvolutionGeometry, _ body: (Int, Int, Int, Int) -> Void) {
    var row = 0
    for channel in 0..<g.inputs {
      for ky in 0..<g.kernelHeight {
        for kx in 0..<g.kernelWidth {
          body(channel, row, (ky - g.kernelHeight / 2) * g.dilation, (kx - g.kernelWidth / 2) * g.dilation)
          row += 1
        }
      }
    }
  }
}
