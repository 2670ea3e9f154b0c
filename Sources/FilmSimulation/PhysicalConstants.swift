// Constants of the beam and of the film's material.

/// Fluorine and tin doped indium oxide in its ligands: a Drude metal in a dielectric host.
package enum FilmMaterial {
  /// Permittivity at high frequency.
  package static let backgroundPermittivity = 4.0
  /// Plasma energy, eV.
  package static let plasmaEV = 1.80
  /// Damping, eV.
  package static let dampingEV = 0.10
  /// Average permittivity of ligands and support.
  package static let hostPermittivity = 2.1
}

/// A 60-keV electron beam; CGS units with lengths in nm and energies in eV.
package enum Beam {
  /// e², eV nm.
  package static let chargeSquared = 1.439964
  /// v/c.
  package static let beta = 0.44622
  /// Lorentz factor.
  package static let lorentz = 1.11744
  /// ħv, eV nm.
  package static let hbarVelocity = 197.32698 * beta
  /// Electrons of one spectrum: 20 pA for 100 ms.
  package static let electrons = 20e-12 * 0.1 / 1.602e-19
  /// Share of them that the spectrometer collects.
  package static let collection = 0.25
}
