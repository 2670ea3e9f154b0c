// The ground an anomaly's particle covers.

import Foundation

/// The rectangle around a particle, dilated by 3 nm on every side.
struct Footprint {
  private let particle: Particle
  private let cosine: Double
  private let sine: Double
  private let dilationNM = 3.0

  init(_ particle: Particle) {
    self.particle = particle
    cosine = cos(particle.rotationRad)
    sine = sin(particle.rotationRad)
  }

  func contains(x: Double, y: Double) -> Bool {
    let (u, v) = particle.local(x: x, y: y, cosine: cosine, sine: sine)
    return abs(u) < particle.aNM + dilationNM && abs(v) < particle.bNM + dilationNM
  }
}
