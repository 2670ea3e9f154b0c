// Which places every tile of an algorithm reads and writes; dilated kernels as phases.

/// A kernel dilated by d works on d·d images of every d-th place, its phases; each is covered with tiles.
enum TileTables {
  /// Places of phase `phase` on a line of `extent`.
  private static func extent(_ extent: Int, phase: Int, dilation: Int) -> Int {
    max(0, (extent - phase + dilation - 1) / dilation)
  }

  /// The first places of the tiles on a line, in whole-line coordinates.
  private static func starts(_ extent: Int, _ dilation: Int, _ algorithm: BilinearAlgorithm) -> [Int] {
    (0..<min(dilation, extent)).flatMap { phase in
      stride(from: 0, to: Self.extent(extent, phase: phase, dilation: dilation), by: algorithm.step)
        .map { phase + $0 * dilation }
    }
  }

  static func tileCount(_ g: ConvolutionGeometry, _ algorithm: BilinearAlgorithm) -> Int {
    let rows = g.kernelHeight > 1 ? starts(g.height, g.dilation, algorithm).count : 1
    return rows * starts(g.width, g.dilation, algorithm).count
  }

  /// [tile][reads] and [tile][writes], in floats from the start of a channel.
  static func tables(
    _ g: ConvolutionGeometry, _ algorithm: BilinearAlgorithm, source: Layout, target: Layout, lanes: Int
  ) -> (reads: [Int32], writes: [Int32]) {
    let isImage = g.kernelHeight > 1
    let scale = algorithm.isUpsampling ? 2 : 1
    let columns = starts(g.width, g.dilation, algorithm).map { start in
      (
        reads: (0..<algorithm.reads).map { start + ($0 - 1) * g.dilation },
        writes: (0..<algorithm.writes).map { start * scale + $0 * g.dilation }
      )
    }
    let rows =
      isImage
      ? starts(g.height, g.dilation, algorithm).map { start in
        (
          reads: (0..<algorithm.reads).map { start + ($0 - 1) * g.dilation },
          writes: (0..<algorithm.writes).map { start * scale + $0 * g.dilation }
        )
      } : [(reads: [0], writes: [0])]
    var reads: [Int32] = []
    var writes: [Int32] = []
    let (height, width) = (isImage ? g.height : 1, g.width)
    let (outHeight, outWidth) = (isImage ? height * scale : 1, width * scale)
    for row in rows {
      for column in columns {
        for i in row.reads {
          for j in column.reads {
            let isInside = (0..<height).contains(i) && (0..<width).contains(j)
            reads.append(Int32((isInside ? i * width + j : source.zeroPlace) * lanes))
          }
        }
        for i in row.writes {
          for j in column.writes {
            let isInside = (0..<outHeight).contains(i) && (0..<outWidth).contains(j)
            writes.append(Int32((isInside ? i * outWidth + j : target.discardedPlace) * lanes))
          }
        }
      }
    }
    return (reads, writes)
  }

  /// [group of places][tap][columns] for a convolution done directly; places beyond the last repeat it.
  static func directReads(_ g: ConvolutionGeometry, isUpsampled: Bool, source: Layout, lanes: Int, columns: Int)
    -> [Int32]
  {
    let isImage = g.kernelHeight > 1
    let scale = (isUpsampled && isImage ? 2 : 1, isUpsampled ? 2 : 1)
    let (height, width) = (g.height * scale.0, g.width * scale.1)
    let places = height * width
    var reads: [Int32] = []
    for first in stride(from: 0, to: places, by: columns) {
      for ky in 0..<g.kernelHeight {
        for kx in 0..<g.kernelWidth {
          for column in 0..<columns {
            let place = min(first + column, places - 1)
            let i = place / width + (ky - g.kernelHeight / 2) * g.dilation
            let j = place % width + (kx - g.kernelWidth / 2) * g.dilation
            let isInside = (0..<height).contains(i) && (0..<width).contains(j)
            reads.append(
              Int32((isInside ? i / scale.0 * g.width + j / scale.1 : source.zeroPlace) * lanes))
          }
        }
      }
    }
    return reads
  }
}

extension TileTables {
  /// [window's place][window] for average pooling; incomplete last windows are dropped.
  static func poolReads(height: Int, width: Int, window: (Int, Int), lanes: Int) -> [Int32] {
    var reads: [Int32] = []
    for row in 0..<height / window.0 {
      for column in 0..<width / window.1 {
        for i in 0..<window.0 {
          for j in 0..<window.1 {
            reads.append(Int32(((row * window.0 + i) * width + column * window.1 + j) * lanes))
          }
        }
      }
    }
    return reads
  }

  /// [place] for nearest up-sampling.
  static func repeatReads(height: Int, width: Int, factor: (Int, Int), lanes: Int) -> [Int32] {
    (0..<height * factor.0).flatMap { row in
      (0..<width * factor.1).map { Int32((row / factor.0 * width + $0 / factor.1) * lanes) }
    }
  }
}
