// The same specimen with fewer pixels a particle.

import Microscopy
import ModelWorkshop

extension SpectrumSet {
  /// The set as if it had been taken with pixels `factor` times as large: the image averaged and the counts added over
  /// blocks of `factor`×`factor` pixels. Blocks without a spectrum at every pixel drop out.
  func coarser(by factor: Int) -> SpectrumSet {
    let (rows, columns) = (image.rows / factor, image.columns / factor)
    var coarse = Raster(rows: rows, columns: columns, repeating: 0)
    for row in 0..<rows * factor {
      for column in 0..<columns * factor {
        coarse[row / factor, column / factor] += image[row, column] / Float(factor * factor)
      }
    }
    var members = [[Int]](repeating: [], count: rows * columns)
    for (index, position) in positions.enumerated()
    where position.row < rows * factor && position.column < columns * factor {
      members[position.row / factor * columns + position.column / factor].append(index)
    }
    let whole = members.indices.filter { members[$0].count == factor * factor }
    func sums(_ values: [Float]) -> [Float] {
      whole.flatMap { block in
        (0..<channels).map { channel in members[block].reduce(Float(0)) { $0 + values[$1 * channels + channel] } }
      }
    }
    return SpectrumSet(
      name: name, image: coarse, pixelSizeNM: pixelSizeNM * Double(factor), energyEV: energyEV,
      positions: whole.map { PixelPosition(row: $0 / columns, column: $0 % columns) }, counts: sums(counts),
      cleanCounts: cleanCounts.map(sums))
  }
}
