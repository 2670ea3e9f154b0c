// The probe's blur on the fine grid of a simulated scan.

import Foundation

/// Separable Gaussian, truncated at 4 sigma; outside, the image is mirrored about its edge (abc|cba).
enum GaussianBlur {
  static func apply(_ values: [Double], rows: Int, columns: Int, sigma: Double) -> [Double] {
    let radius = Int(4 * sigma + 0.5)
    let weights = (-radius...radius).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
    let sum = weights.reduce(0, +)
    let kernel = weights.map { $0 / sum }
    let down = alongLines(values, lines: columns, length: rows, lineStep: 1, step: columns, kernel)
    return alongLines(down, lines: rows, length: columns, lineStep: columns, step: 1, kernel)
  }

  private static func alongLines(
    _ values: [Double], lines: Int, length: Int, lineStep: Int, step: Int, _ kernel: [Double]
  ) -> [Double] {
    let radius = kernel.count / 2
    var result = values
    for position in 0..<length {
      let sources = (-radius...radius).map { mirrored(position + $0, length) * step }
      for line in 0..<lines {
        let base = line * lineStep
        var sum = 0.0
        for (weight, source) in zip(kernel, sources) { sum += weight * values[base + source] }
        result[base + position * step] = sum
      }
    }
    return result
  }

  private static func mirrored(_ index: Int, _ length: Int) -> Int {
    let period = 2 * length
    let wrapped = ((index % period) + period) % period
    return wrapped < length ? wrapped : period - 1 - wrapped
  }
}
