// A small fast Fourier transform for sides that are powers of two.

import Foundation

/// Two-dimensional discrete Fourier transform of a square, in place; radix 2, decimation in time.
struct FourierTransform {
  private let side: Int
  private let twiddleCosines: [Double]
  private let twiddleSines: [Double]

  /// - Precondition: `side` is a power of two.
  init(side: Int) {
    precondition(side > 0 && side & (side - 1) == 0)
    self.side = side
    let angles = (0..<max(side / 2, 1)).map { -2 * Double.pi * Double($0) / Double(side) }
    twiddleCosines = angles.map(cos)
    twiddleSines = angles.map(sin)
  }

  /// Transforms `side`×`side` row-major complex numbers. The result is transposed: frequencies of columns run along rows.
  func transform(real: inout [Double], imaginary: inout [Double]) {
    precondition(real.count == side * side && imaginary.count == side * side)
    for _ in 0..<2 {
      alongColumns(&real, &imaginary)
      transpose(&real)
      transpose(&imaginary)
    }
    transpose(&real)
    transpose(&imaginary)
  }

  /// All columns at once: each butterfly combines two whole rows.
  private func alongColumns(_ real: inout [Double], _ imaginary: inout [Double]) {
    reverseBits(&real)
    reverseBits(&imaginary)
    var span = 1
    while span < side {
      let twiddleStep = side / (2 * span)
      for group in stride(from: 0, to: side, by: 2 * span) {
        for offset in 0..<span {
          butterfly(
            &real, &imaginary, first: (group + offset) * side, second: (group + offset + span) * side,
            cosine: twiddleCosines[offset * twiddleStep], sine: twiddleSines[offset * twiddleStep])
        }
      }
      span *= 2
    }
  }

  private func butterfly(
    _ real: inout [Double], _ imaginary: inout [Double], first: Int, second: Int, cosine: Double, sine: Double
  ) {
    for column in 0..<side {
      let a = first &+ column
      let b = second &+ column
      let turnedReal = cosine * real[b] - sine * imaginary[b]
      let turnedImaginary = cosine * imaginary[b] + sine * real[b]
      real[b] = real[a] - turnedReal
      imaginary[b] = imaginary[a] - turnedImaginary
      real[a] += turnedReal
      imaginary[a] += turnedImaginary
    }
  }

  /// Puts the rows into bit-reversed order.
  private func reverseBits(_ values: inout [Double]) {
    var reversed = 0
    for row in 0..<side {
      if row < reversed {
        for column in 0..<side { values.swapAt(row &* side &+ column, reversed &* side &+ column) }
      }
      var bit = side / 2
      while bit > 0 && reversed & bit != 0 {
        reversed ^= bit
        bit /= 2
      }
      reversed |= bit
    }
  }

  private func transpose(_ values: inout [Double]) {
    for row in 0..<side {
      for column in 0..<row { values.swapAt(row &* side &+ column, column &* side &+ row) }
    }
  }
}
