// The film's normal modes: every particle's dipoles in the field of all others.

import Foundation
import LinearAlgebra

/// A set of modes that couple only among themselves.
struct ModeBlock: Sendable {
  let count: Int
  /// Squared resonances, eV², and dampings, eV.
  let squaredResonances: [Double]
  let dampings: [Double]
  /// (modes, in-plane dipoles): eigenvector times √strength; nil where these modes have no in-plane part.
  let inPlane: [Float]?
  /// (modes, vertical dipoles), likewise.
  let vertical: [Float]?
}

/// Eigenmodes of K = diag(Ω²) - √c·G·√c for uniform damping (self-consistent coupled dipoles).
struct CoupledModes: Sendable {
  let blocks: [ModeBlock]

  /// Modes softer than this are held at it: the point-dipole model overestimates the field of particles in contact.
  static let lowestResonanceEV = 0.12

  init(_ particles: [Particle]) throws(LinearAlgebraError) {
    let oscillators = DipoleOscillators(particles)
    let coupling = DipoleCoupling(particles, oscillators)
    let inPlane = 0..<2 * particles.count
    let vertical = 2 * particles.count..<3 * particles.count
    // In a flat film, dipoles along the beam and in the plane do not feel each other.
    if particles.allSatisfy({ $0.zNM == particles[0].zNM }) {
      blocks = [
        try Self.solve(coupling.matrix(of: inPlane), inPlane, oscillators),
        try Self.solve(coupling.matrix(of: vertical), vertical, oscillators),
      ]
    } else {
      let all = 0..<3 * particles.count
      blocks = [try Self.solve(coupling.matrix(of: all), all, oscillators)]
    }
  }

  private static func solve(
    _ matrix: [Double], _ range: Range<Int>, _ oscillators: DipoleOscillators
  ) throws(LinearAlgebraError) -> ModeBlock {
    let n = range.count
    let solution = try SymmetricEigenproblem(matrix, n: n)
    let vectors = solution.vectors
    let roots = range.map { oscillators.strengths[$0].squareRoot() }
    let dampings = range.map { oscillators.dampings[$0] }
    var modeDampings = [Double](repeating: 0, count: n)
    for mode in 0..<n {
      var sum = 0.0
      for i in 0..<n { sum += vectors[mode &* n &+ i] * vectors[mode &* n &+ i] * dampings[i] }
      modeDampings[mode] = sum
    }
    /// The columns of √c-weighted eigenvectors that belong to `dipoles`.
    func columns(_ dipoles: Range<Int>) -> [Float]? {
      let kept = range.clamped(to: dipoles)
      guard !kept.isEmpty else { return nil }
      let local = kept.lowerBound - range.lowerBound..<kept.upperBound - range.lowerBound
      var factors: [Float] = []
      factors.reserveCapacity(n * local.count)
      for mode in 0..<n { for i in local { factors.append(Float(vectors[mode &* n &+ i] * roots[i])) } }
      return factors
    }
    let floor = lowestResonanceEV * lowestResonanceEV
    let split = 2 * oscillators.particleCount
    return ModeBlock(
      count: n, squaredResonances: solution.values.map { max($0, floor) }, dampings: modeDampings,
      inPlane: columns(0..<split), vertical: columns(split..<3 * oscillators.particleCount))
  }
}

/// The matrix K of a film.
private struct DipoleCoupling {
  let particles: [Particle]
  let oscillators: DipoleOscillators

  init(_ particles: [Particle], _ oscillators: DipoleOscillators) {
    self.particles = particles
    self.oscillators = oscillators
  }

  /// - Returns: (n, n) for the dipoles of `range`.
  func matrix(of range: Range<Int>) -> [Double] {
    let n = range.count
    var k = [Double](repeating: 0, count: n * n)
    for (i, dipole) in range.enumerated() { k[i * n + i] = oscillators.squaredResonances[dipole] }
    let placed = particles.map(PlacedDipoles.init)
    let roots = oscillators.strengths.map { $0.squareRoot() }
    let count = particles.count
    for first in 0..<count {
      for second in 0..<first {
        let pair = placed[first].pair(with: placed[second])
        for a in 0..<3 {
          let i = dipole(first, a)
          guard range.contains(i) else { continue }
          for b in 0..<3 {
            let j = dipole(second, b)
            guard range.contains(j) else { continue }
            let value = -roots[i] * pair.coupling(placed[first].axis(a), placed[second].axis(b)) * roots[j]
            k[(i - range.lowerBound) * n + j - range.lowerBound] = value
            k[(j - range.lowerBound) * n + i - range.lowerBound] = value
          }
        }
      }
    }
    return k
  }

  private func dipole(_ particle: Int, _ axis: Int) -> Int {
    axis < 2 ? 2 * particle + axis : 2 * particles.count + particle
  }
}

/// Centre, size and axes of a particle's dipoles.
private struct PlacedDipoles {
  private let centre: SIMD3<Double>
  private let radius: Double
  private let along, across: SIMD3<Double>

  init(_ particle: Particle) {
    centre = SIMD3(particle.xNM, particle.yNM, particle.zNM)
    radius = particle.equivalentRadiusNM
    along = SIMD3(cos(particle.rotationRad), sin(particle.rotationRad), 0)
    across = SIMD3(-along.y, along.x, 0)
  }

  func axis(_ index: Int) -> SIMD3<Double> { index == 0 ? along : index == 1 ? across : SIMD3(0, 0, 1) }

  func pair(with other: PlacedDipoles) -> DipolePair {
    let offset = centre - other.centre
    let distance = (offset * offset).sum().squareRoot()
    // The field of a body of finite size stays finite.
    let effective = max(distance, 0.95 * (radius + other.radius))
    return DipolePair(
      direction: distance > 0 ? offset / distance : SIMD3(repeating: 0),
      scale: 1 / (effective * effective * effective * FilmMaterial.hostPermittivity))
  }
}

/// The dipole field between two places.
private struct DipolePair {
  let direction: SIMD3<Double>
  let scale: Double

  /// [3(n·a)(n·b) - a·b] / (ε r³).
  func coupling(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
    (3 * (direction * a).sum() * (direction * b).sum() - (a * b).sum()) * scale
  }
}
