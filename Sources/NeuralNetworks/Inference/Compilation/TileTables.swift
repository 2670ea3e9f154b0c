// Which places every tile of an algorithm reads and writes.

enum TileTables {
  /// [tile][reads] and [tile][writes] of one part of a cover, in floats from the start of a channel.
  static func tables(
    _ g: ConvolutionGeometry, _ cover: TileCover, _ part: TileCover.Part, source: Layout, target: Layout, lanes: Int
  ) -> (reads: [Int32], writes: [Int32]) {
    let isImage = g.kernelHeight > 1
    let scale = part.columns.isUpsampling ? 2 : 1
    let columns = lines(cover.columns, part.columns, g.dilation)
    let rows =
      part.rows.flatMap { algorithm in cover.rows.map { lines($0, algorithm, g.dilation) } }
      ?? [(reads: [0], writes: [0])]
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

  /// The values that each of an algorithm's tiles on a line reads and writes.
  private static func lines(_ cover: LineCover, _ algorithm: BilinearAlgorithm, _ dilation: Int)
    -> [(reads: [Int], writes: [Int])]
  {
    cover.tiles.filter { $0.algorithm == algorithm }.map { tile in
      (
        reads: (0..<algorithm.reads).map { tile.start + ($0 - 1) * dilation },
        writes: (0..<algorithm.writes).map { tile.start * (algorithm.isUpsampling ? 2 : 1) + $0 * dilation }
      )
    }
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
