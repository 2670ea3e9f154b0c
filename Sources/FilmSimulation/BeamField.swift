// The field of the beam at every particle.

import Foundation

/// Field factors of a passing electron (García de Abajo, RMP 82, 209 (2010), dipole limit).
struct BeamField: Sendable {
  private let bessel = ModifiedBessel()
  private let sites: [Site]

  private struct Site: Sendable {
    var x, y, radius, cosine, sine: Double
  }

  init(_ particles: [Particle]) {
    sites = particles.map {
      Site(
        x: $0.xNM, y: $0.yNM, radius: $0.equivalentRadiusNM, cosine: cos($0.rotationRad), sine: sin($0.rotationRad))
    }
  }

  /// For beams at `points` and one energy: in-plane factors (points, 2N) and vertical ones (points, N).
  ///
  /// Inside a particle's equivalent radius the field is that of a uniform disc (Newton's theorem in two dimensions).
  func factors(at points: ArraySlice<Point>, energyEV: Double) -> (inPlane: [Float], vertical: [Float]) {
    let inverseRange = energyEV / (Beam.hbarVelocity * Beam.lorentz)
    let bessel = bessel
    let sites = sites
    var inPlane: [Float] = []
    var vertical: [Float] = []
    inPlane.reserveCapacity(2 * points.count * sites.count)
    vertical.reserveCapacity(points.count * sites.count)
    for point in points {
      for site in sites {
        let dx = site.x - point.x
        let dy = site.y - point.y
        let b = (dx * dx + dy * dy).squareRoot() + 1e-6
        let x = inverseRange * max(b, site.radius)
        var radial = bessel.k1(x)
        var axial = bessel.k0(x)
        if b < site.radius {
          let share = b / site.radius
          radial *= share
          axial += 0.5 * (1 - share * share)
        }
        radial /= b
        inPlane.append(Float(radial * (dx * site.cosine + dy * site.sine)))
        inPlane.append(Float(radial * (dy * site.cosine - dx * site.sine)))
        vertical.append(Float(axial / Beam.lorentz))
      }
    }
    return (inPlane, vertical)
  }
}
