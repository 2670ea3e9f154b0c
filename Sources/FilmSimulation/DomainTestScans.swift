// Scans that show no film, or not as a model knows it: a domain test must refuse them.

import Microscopy
import SeededRandom

/// Pictures that are not scans of a film.
public enum DomainTestScans {
  /// Counting noise of 100 electrons a pixel.
  public static func noise(pixels: Int = 160, pixelSizeNM: Double = 1.5, seed: UInt64) -> Scan {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<pixels * pixels).map { _ in Float(generator.poisson(100)) / 100 }
    return Scan(image: Raster(rows: pixels, columns: pixels, values: values), pixelSizeNM: pixelSizeNM)
  }

  /// A ramp from left to right, with 10 % noise.
  public static func ramp(pixels: Int = 160, pixelSizeNM: Double = 1.5, seed: UInt64) -> Scan {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<pixels * pixels).map { index in
      Float(Double(index % pixels) / Double(pixels) + 0.1 * generator.normal())
    }
    return Scan(image: Raster(rows: pixels, columns: pixels, values: values), pixelSizeNM: pixelSizeNM)
  }

  /// Bright and dark exchanged.
  public static func inverted(_ scan: Scan) -> Scan {
    var result = scan
    result.image = scan.image.map { -$0 }
    return result
  }

  /// Out of focus: a Gaussian of 3 pixels.
  public static func blurred(_ scan: Scan) -> Scan {
    var result = scan
    let image = scan.image
    result.image.values = GaussianBlur.apply(
      image.values.map(Double.init), rows: image.rows, columns: image.columns, sigma: 3
    ).map(Float.init)
    return result
  }
}
