// A spectrum image as a sum of few spectra, each with its map.

import LinearAlgebra
import Microscopy
import SeededRandom

/// Non-negative factorisation of the measured counts (the paper's figure 1c–j).
struct Unmixing: Sendable {
  let components: Int
  /// (positions, components); each component's largest abundance is 1.
  let abundances: [Float]
  /// (components, channels), counts a channel at full abundance.
  let endmembers: [Float]
  /// Squared residual before the first sweep and after each, counts².
  let objective: [Double]
  let hasConverged: Bool
  /// Share of the total squared counts that the sum leaves unexplained.
  let residualShare: Double
  /// Share of the counts that were negative and counted as 0.
  let negativeShare: Double

  init(_ image: AnalysedImage, components wanted: Int, seed: UInt64) throws {
    let counts = image.set.counts
    let (rows, columns) = (image.set.positions.count, image.channels)
    components = min(wanted, rows, columns)
    var generator = SeededGenerator(seed: seed)
    let parts = try NonNegativeFactorisation(
      counts, rows: rows, columns: columns, components: components, using: &generator)
    abundances = parts.abundances.map(Float.init)
    endmembers = parts.endmembers.map(Float.init)
    objective = parts.objective
    hasConverged = parts.hasConverged
    let square = counts.reduce(0) { $0 + Double(max($1, 0)) * Double(max($1, 0)) }
    residualShare = square > 0 ? (parts.objective.last ?? 0) / square : 0
    negativeShare = Double(counts.count { $0 < 0 }) / Double(max(1, counts.count))
  }

  /// One component's abundance at every position.
  func abundance(_ component: Int) -> [Float] {
    stride(from: component, to: abundances.count, by: components).map { abundances[$0] }
  }

  func endmember(_ component: Int) -> [Float] {
    let channels = endmembers.count / components
    return Array(endmembers[component * channels..<(component + 1) * channels])
  }
}
