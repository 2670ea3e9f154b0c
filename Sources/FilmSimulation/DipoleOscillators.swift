// The Lorentz dipoles that stand for a film's particles.

import Foundation

/// Three orthogonal dipoles a particle: two in the plane, one along the beam.
///
/// Order: for N particles, in-plane dipoles `2j` (along the particle) and `2j + 1` (across it), then vertical `2N + j`.
struct DipoleOscillators {
  let particleCount: Int
  /// Squared resonance, eV².
  private(set) var squaredResonances: [Double]
  /// Static strength c of the polarisability c/(Ω² - E² - iEγ), nm³ eV².
  private(set) var strengths: [Double]
  /// eV.
  private(set) var dampings: [Double]

  init(_ particles: [Particle]) {
    particleCount = particles.count
    squaredResonances = [Double](repeating: 0, count: 3 * particles.count)
    strengths = squaredResonances
    dampings = squaredResonances
    for (j, particle) in particles.enumerated() {
      let volume =
        Superellipsoid.volumeFactor(exponent: particle.exponent) * particle.aNM * particle.bNM * particle.cNM
      for (index, factor) in zip([2 * j, 2 * j + 1, 2 * particles.count + j], particle.depolarisationFactors) {
        set(index, particle, volume: volume, depolarisation: factor)
      }
    }
  }

  /// Quasi-static polarisability of an ellipsoid (Bohren and Huffman, chapter 5) without its non-resonant background.
  private mutating func set(_ index: Int, _ particle: Particle, volume: Double, depolarisation: Double) {
    dampings[index] = particle.dampingEV
    if let resonance = particle.metalResonanceEV {
      // Far below resonance a metal's static polarisability is V/(4πL).
      squaredResonances[index] = resonance * resonance
      strengths[index] = volume / (4 * .pi * depolarisation) * resonance * resonance / 1.5
    } else {
      let host = particle.hostPermittivity
      let screening = host + depolarisation * (FilmMaterial.backgroundPermittivity - host)
      let plasma = particle.plasmaEV * particle.plasmaEV
      squaredResonances[index] = depolarisation * plasma / screening
      strengths[index] = volume * host * plasma / (4 * .pi * screening * screening)
    }
  }
}

extension Particle {
  /// Along a, b and c.
  fileprivate var depolarisationFactors: [Double] {
    let base = Superellipsoid.depolarisation(exponent: exponent)
    let isElongated = kind == .anomalous(.rod) || abs(aNM / bNM - 1) > 0.3
    let factors =
      isElongated
      ? Superellipsoid.ellipsoidDepolarisation(aNM, bNM, cNM).map { 3 * base * $0 }
      : [
        base * (bNM * cNM).squareRoot() / aNM, base * (aNM * cNM).squareRoot() / bNM,
        base * (aNM * bNM).squareRoot() / cNM,
      ]
    guard kind == .anomalous(.fused) else { return factors }
    // Charge flows across the contact: the long axis softens.
    return [0.45 * factors[0], 1.05 * factors[1], 1.05 * factors[2]]
  }
}
