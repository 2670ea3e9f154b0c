// Loss spectra of a film's modes.

import LinearAlgebra

/// Turns mode amplitudes into loss probability.
///
/// dP/dE = 4e²E²/(π(ħv)⁴γ²) Σₖ |Σᵢ Uᵢₖ√cᵢFᵢ|² · Eγₖ/((λₖ-E²)² + (Eγₖ)²). The field F is evaluated at four energies and its
/// square interpolated linearly between them, so that each energy costs one matrix product.
struct ModeSpectra: Sendable {
  static let knotsEV = [0.25, 0.5, 0.8, 1.15]

  private let field: BeamField
  private let blocks: [ModeBlock]
  /// For each block and knot, (modes, channels): probability for each eV and unit of squared amplitude.
  private let lines: [[[Float]]]
  private let particles: Int
  private let channels: Int

  init(_ particles: [Particle], grid: EnergyGrid) throws(LinearAlgebraError) {
    field = BeamField(particles)
    blocks = try CoupledModes(particles).blocks
    self.particles = particles.count
    channels = grid.channels
    let velocity = Beam.hbarVelocity * Beam.hbarVelocity
    let scale = 4 / Double.pi * Beam.chargeSquared / (velocity * velocity * Beam.lorentz * Beam.lorentz)
    lines = blocks.map { block in
      Self.knotsEV.indices.map { knot in
        let weights = grid.energies.map { scale * $0 * $0 * Self.hat(knot, $0) }
        var fine: [Double] = []
        fine.reserveCapacity(block.count * weights.count)
        for mode in 0..<block.count {
          let squared = block.squaredResonances[mode]
          let damping = block.dampings[mode]
          for (weight, energy) in zip(weights, grid.energies) {
            fine.append(weight * lorentzian(squaredResonance: squared, damping: damping, energy: energy))
          }
        }
        return MatrixProduct.double(fine, grid.broadening, m: block.count, n: grid.channels, k: weights.count)
          .map(Float.init)
      }
    }
  }

  /// - Returns: (points, channels), probability for each eV.
  func probability(at points: ArraySlice<Point>) -> [Float] {
    var sum = [Float](repeating: 0, count: points.count * channels)
    for (knot, energy) in Self.knotsEV.enumerated() {
      let factors = field.factors(at: points, energyEV: energy)
      for (block, lines) in zip(blocks, lines) {
        let power = squaredAmplitudes(block, factors.inPlane, factors.vertical, points.count)
        let part = MatrixProduct.single(power, lines[knot], m: points.count, n: channels, k: block.count)
        for index in sum.indices { sum[index] += part[index] }
      }
    }
    return sum
  }

  /// In-plane and vertical fields are in quadrature: their squares add. (points, modes).
  private func squaredAmplitudes(
    _ block: ModeBlock, _ inPlane: [Float], _ vertical: [Float], _ points: Int
  ) -> [Float] {
    var power = [Float](repeating: 0, count: points * block.count)
    for (fields, modes, dipoles) in [(inPlane, block.inPlane, 2 * particles), (vertical, block.vertical, particles)] {
      guard let modes else { continue }
      let amplitudes = MatrixProduct.single(
        fields, modes, m: points, n: block.count, k: dipoles, transposeB: true)
      for index in power.indices { power[index] += amplitudes[index] * amplitudes[index] }
    }
    return power
  }

  /// Hat function of a knot: 1 there, 0 at its neighbours; constant beyond the ends.
  private static func hat(_ knot: Int, _ energy: Double) -> Double {
    if energy <= knotsEV[0] { return knot == 0 ? 1 : 0 }
    guard let right = knotsEV.firstIndex(where: { energy < $0 }) else { return knot == knotsEV.count - 1 ? 1 : 0 }
    let share = (energy - knotsEV[right - 1]) / (knotsEV[right] - knotsEV[right - 1])
    return knot == right ? share : knot == right - 1 ? 1 - share : 0
  }
}
