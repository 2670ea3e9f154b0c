// What a simulated film looks like before chance has its say.

public enum Lattice: String, Sendable { case square, hexagonal }

/// Whether the film ends inside the field of view.
public enum FilmEdge: String, Sendable { case always, never, evenChance }

/// Which anomalies are planted.
public enum AnomalyPlan: Equatable, Sendable {
  /// So many kinds that the image shows, and so many that it does not; kinds repeat only after each was used once.
  case random(visible: Int, invisible: Int)
  case listed([AnomalyKind])

  public static let none = AnomalyPlan.listed([])
}

/// The recipe of a film. The defaults are those of the anomaly-free training films.
public struct FilmSettings: Equatable, Sendable {
  public var rows = 160
  public var columns = 160
  public var pixelSizeNM = 1.5
  public var lattice = Lattice.square
  /// Mean edge of a nanocrystal.
  public var sideNM = 13.0
  /// Ligand gap between neighbours.
  public var gapNM = 2.0
  /// Standard deviation of the logarithm of the edge.
  public var sizeSpread = 0.07
  /// Standard deviation of positions, in lattice pitches.
  public var positionJitter = 0.06
  public var vacancyShare = 0.04
  /// Share of rounded particles; the rest are rounded cubes.
  public var spheroidShare = 0.2
  public var holes = 2
  public var cracks = 1
  public var edge = FilmEdge.evenChance
  /// How far the film goes on beyond each side of the view; where it stops shows in the spectra.
  public var marginNM = 150.0
  public var anomalies = AnomalyPlan.none

  public init() {}

  /// The film of the test scans: three visible and two invisible anomalies.
  public static var testScan: FilmSettings {
    var settings = FilmSettings()
    settings.anomalies = .random(visible: 3, invisible: 2)
    return settings
  }

  public var widthNM: Double { Double(columns) * pixelSizeNM }
  public var heightNM: Double { Double(rows) * pixelSizeNM }
  var pitchNM: Double { sideNM + gapNM }
  var anomalyCount: Int {
    switch anomalies {
    case .random(let visible, let invisible): visible + invisible
    case .listed(let kinds): kinds.count
    }
  }
}

/// A film setting outside what the simulator can do.
public struct FilmSettingsError: Error, Equatable, CustomStringConvertible {
  public var key: String
  public var value: String
  public var allowed: String
  public var description: String {
    "film setting `\(key)` is \(value), allowed is \(allowed): choose a value in that range"
  }
}

extension FilmSettings {
  /// Pixels along an edge: the fine grid behind the image holds nine numbers a pixel, 300 MB at this limit.
  static let maximumPixels = 2048
  /// Particles of one film; the image and relaxation take memory and time in proportion.
  static let maximumParticles = 200_000

  func validate() throws(FilmSettingsError) {
    for (key, count) in [("rows", rows), ("columns", columns)] { try Self.check(key, count, 16...Self.maximumPixels) }
    try Self.check("pixelSizeNM", pixelSizeNM, 0.1...20)
    try Self.check("sideNM", sideNM, 3...100)
    try Self.check("gapNM", gapNM, 0...50)
    try Self.check("sizeSpread", sizeSpread, 0...0.5)
    try Self.check("positionJitter", positionJitter, 0...0.5)
    try Self.check("vacancyShare", vacancyShare, 0...1)
    try Self.check("spheroidShare", spheroidShare, 0...1)
    try Self.check("marginNM", marginNM, 0...1000)
    for (key, count) in [("holes", holes), ("cracks", cracks)] { try Self.check(key, count, 0...1000) }
    if case .random(let visible, let invisible) = anomalies {
      try Self.check("anomalies.visible", visible, 0...100)
      try Self.check("anomalies.invisible", invisible, 0...100)
    }
    // Footprint labels are stored as bytes.
    try Self.check("anomalies", anomalyCount, 0...200)
    let area = (widthNM + 2 * marginNM) * (heightNM + 2 * marginNM)
    try Self.check("particles in view and margin", Int(area / (pitchNM * pitchNM)), 0...Self.maximumParticles)
  }

  private static func check<Value: Comparable>(
    _ key: String, _ value: Value, _ range: ClosedRange<Value>
  ) throws(FilmSettingsError) {
    guard range.contains(value) else {
      throw FilmSettingsError(key: key, value: "\(value)", allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
  }
}
