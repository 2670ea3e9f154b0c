// One nanocrystal of a simulated film.

import Foundation

/// What a nanocrystal is: an ordinary one, or part of an anomaly.
public enum ParticleKind: Equatable, Sendable {
  case normal
  case anomalous(AnomalyKind)
}

/// A superellipsoidal nanocrystal; lengths in nm, energies in eV.
public struct Particle: Equatable, Sendable {
  /// Centre from the top-left corner of the field of view, x right, y down; z above the film's mid-plane.
  public var xNM, yNM, zNM: Double
  /// Semi-axes: a along `rotationRad`, b across it in the plane, c along the beam.
  public var aNM, bNM, cNM: Double
  /// Shape exponent: 2 an ellipsoid, large a cuboid.
  public var exponent: Double
  public var rotationRad: Double
  /// Drude plasma energy.
  public var plasmaEV: Double
  /// Drude damping.
  public var dampingEV: Double
  /// Permittivity of the medium around the particle.
  public var hostPermittivity: Double
  /// HAADF signal for each nm of thickness, relative to the film's own material.
  public var haadfWeight: Double
  /// Resonance of a metal particle far above the energy range; nil for the film's own material.
  public var metalResonanceEV: Double?
  /// Thickness of a carbon shell.
  public var shellNM: Double
  public var kind: ParticleKind

  package init(
    xNM: Double, yNM: Double, zNM: Double = 0, aNM: Double, bNM: Double, cNM: Double, exponent: Double,
    rotationRad: Double, plasmaEV: Double = FilmMaterial.plasmaEV, dampingEV: Double = FilmMaterial.dampingEV,
    hostPermittivity: Double = FilmMaterial.hostPermittivity, haadfWeight: Double = 1,
    metalResonanceEV: Double? = nil, shellNM: Double = 0, kind: ParticleKind = .normal
  ) {
    self.xNM = xNM
    self.yNM = yNM
    self.zNM = zNM
    self.aNM = aNM
    self.bNM = bNM
    self.cNM = cNM
    self.exponent = exponent
    self.rotationRad = rotationRad
    self.plasmaEV = plasmaEV
    self.dampingEV = dampingEV
    self.hostPermittivity = hostPermittivity
    self.haadfWeight = haadfWeight
    self.metalResonanceEV = metalResonanceEV
    self.shellNM = shellNM
    self.kind = kind
  }

  /// In-plane coordinates of a point in the particle's own frame, nm.
  func local(x: Double, y: Double, cosine: Double, sine: Double) -> (u: Double, v: Double) {
    let dx = x - xNM
    let dy = y - yNM
    return (cosine * dx + sine * dy, cosine * dy - sine * dx)
  }

  func distance(x: Double, y: Double) -> Double {
    let dx = xNM - x
    let dy = yNM - y
    return (dx * dx + dy * dy).squareRoot()
  }

  /// Radius of the sphere that has the same product of semi-axes.
  var equivalentRadiusNM: Double { cbrt(aNM * bNM * cNM) }
}
