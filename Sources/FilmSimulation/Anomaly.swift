// The kinds of anomalies a film can hold, and the truth about those it does hold.

import Microscopy

/// What is wrong with a few particles of a film.
public enum AnomalyKind: String, CaseIterable, Sendable {
  /// Two or three particles pulled into contact.
  case fused
  case rod
  /// A heavy metal particle: bright in HAADF, far from resonance.
  case highZ
  /// A second particle on top of the film.
  case overlap
  /// One to three particles of another doping; HAADF does not show it.
  case dopant
  /// Two to four particles in a dielectric shell; HAADF barely shows it.
  case shell

  public static let visible: [AnomalyKind] = [.fused, .rod, .highZ, .overlap]
  public static let invisible: [AnomalyKind] = [.dopant, .shell]

  /// Whether HAADF shows it.
  public var isVisible: Bool { Self.visible.contains(self) }
}

/// One planted anomaly.
public struct Anomaly: Equatable, Sendable {
  public var kind: AnomalyKind
  public var members: [Particle]

  /// Mean of the members' centres from the top-left corner of the field of view, nm, x right, y down.
  public var centreNM: (x: Double, y: Double) {
    let count = Double(members.count)
    return (members.reduce(0) { $0 + $1.xNM } / count, members.reduce(0) { $0 + $1.yNM } / count)
  }
}

/// Smallest box of pixels around a footprint, ends included.
public struct PixelBox: Equatable, Sendable {
  public var firstRow, firstColumn, lastRow, lastColumn: Int
}

/// What was planted where.
public struct FilmTruth: Equatable, Sendable {
  public var anomalies: [Anomaly]
  /// The footprint of each anomaly; nil where it lies outside the view.
  public var boxes: [PixelBox?]
  /// Row-major like the image: 0 nothing, k the footprint of `anomalies[k - 1]` dilated by 3 nm.
  public var labels: [UInt8]

  init(anomalies: [Anomaly], settings: FilmSettings) {
    self.anomalies = anomalies
    boxes = []
    labels = [UInt8](repeating: 0, count: settings.rows * settings.columns)
    for (index, anomaly) in anomalies.enumerated() {
      boxes.append(mark(anomaly, as: UInt8(index + 1), settings))
    }
  }

  private mutating func mark(_ anomaly: Anomaly, as label: UInt8, _ settings: FilmSettings) -> PixelBox? {
    var box: PixelBox?
    let outlines = anomaly.members.map(Footprint.init)
    for row in 0..<settings.rows {
      for column in 0..<settings.columns {
        let x = (Double(column) + 0.5) * settings.pixelSizeNM
        let y = (Double(row) + 0.5) * settings.pixelSizeNM
        guard outlines.contains(where: { $0.contains(x: x, y: y) }) else { continue }
        labels[row * settings.columns + column] = label
        let known =
          box ?? PixelBox(firstRow: row, firstColumn: column, lastRow: row, lastColumn: column)
        box = PixelBox(
          firstRow: known.firstRow, firstColumn: min(known.firstColumn, column), lastRow: row,
          lastColumn: max(known.lastColumn, column))
      }
    }
    return box
  }
}
