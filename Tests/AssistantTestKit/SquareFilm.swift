// Scans of square particles on a lattice: enough of a film for the domain test, made in a millisecond.

import Microscopy
import SeededRandom

/// Particles of 12 nm on a 15-nm lattice, vacuum to the left, white noise.
public enum SquareFilm {
  public static func scan(
    rows: Int = 128, columns: Int = 144, pixelSizeNM: Double? = 1.5, noise: Double = 0.12, seed: UInt64
  ) -> Scan {
    var generator = SeededGenerator(seed: seed)
    let (pitchNM, vacuumNM, size) = (15.0, 30.0, pixelSizeNM ?? 1.5)
    var image = Raster(rows: rows, columns: columns, repeating: 0)
    for row in 0..<rows {
      for column in 0..<columns {
        let (y, x) = ((Double(row) + 0.5) * size, (Double(column) + 0.5) * size)
        let isInside =
          y.truncatingRemainder(dividingBy: pitchNM) < 0.8 * pitchNM
          && x.truncatingRemainder(dividingBy: pitchNM) < 0.8 * pitchNM && x > vacuumNM
        image[row, column] = 200 * (Float(isInside ? 1 : 0) + Float(noise * generator.normal())) + 100
      }
    }
    return Scan(image: image, pixelSizeNM: pixelSizeNM, metadata: AcquisitionMetadata(channelName: "HAADF"))
  }
}
