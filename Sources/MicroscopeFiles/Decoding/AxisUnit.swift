// What the units of an axis mean: lengths on the specimen, energies, angles and reciprocal lengths.

import Microscopy

/// The meaning of an axis's unit text.
enum AxisUnit: Equatable {
  case none
  /// A length, with the nanometres in one unit.
  case length(nanometres: Double)
  case energy
  /// Reciprocal lengths and angles: a diffraction pattern or a Fourier transform.
  case reciprocal
  case time
  case unknown(String)

  init(_ text: String) {
    let bare = text.filter { !"[]() ".contains($0) }
    if let nanometres = Self.lengths[bare] ?? Self.lengths[bare.lowercased()] {
      self = .length(nanometres: nanometres)
    } else if bare.isEmpty || bare == "px" || bare.lowercased().hasPrefix("pixel") || bare == "<undefined>" {
      self = .none
    } else if ["ev", "kev", "mev"].contains(bare.lowercased()) {
      self = .energy
    } else if ["s", "ms", "us", "µs", "\u{3BC}s", "ns", "sec"].contains(bare) {
      self = .time
    } else if bare.contains("1/") || bare.contains("^-1") || bare.contains("⁻¹") || bare.hasSuffix("-1")
      || ["rad", "mrad", "urad", "µrad", "\u{3BC}rad", "deg", "°"].contains(bare)
    {
      self = .reciprocal
    } else {
      self = .unknown(text)
    }
  }

  /// Both code points of the letter mu stand here: U+00B5 and U+03BC are different characters to Swift.
  private static let lengths: [String: Double] = [
    "pm": 1e-3, "Å": 0.1, "A": 0.1, "angstrom": 0.1, "angstroms": 0.1, "nm": 1, "n_m": 1, "nanometer": 1,
    "nanometers": 1, "nanometre": 1, "nanometres": 1, "µm": 1e3, "\u{3BC}m": 1e3, "um": 1e3, "micron": 1e3,
    "microns": 1e3, "mm": 1e6, "cm": 1e7, "m": 1e9,
  ]
}

/// What the two axes of an image say about the size of its pixels.
enum PixelSize: Equatable {
  case unknown
  case square(nanometres: Double)
  /// The sides differ by more than a calibration's own uncertainty.
  case oblong(rowNM: Double, columnNM: Double)

  /// Sides that differ by less come from rounding in the microscope's calibration tables.
  static let tolerance = 0.02

  init(row: Axis, column: Axis) {
    guard case .length(let rowUnit) = AxisUnit(row.units), case .length(let columnUnit) = AxisUnit(column.units) else {
      self = .unknown
      return
    }
    let rowNM = abs(row.scale) * rowUnit
    let columnNM = abs(column.scale) * columnUnit
    guard rowNM.isFinite, columnNM.isFinite, rowNM > 0, columnNM > 0 else {
      self = .unknown
      return
    }
    let isSquare = abs(rowNM - columnNM) <= Self.tolerance * max(rowNM, columnNM)
    self = isSquare ? .square(nanometres: columnNM) : .oblong(rowNM: rowNM, columnNM: columnNM)
  }

  var nanometres: Double? { if case .square(let nanometres) = self { nanometres } else { nil } }
}
