// One target as it is handed to the store.

/// The word for where a target stands in its life.
public enum TargetStatus: String, CaseIterable, Sendable {
  case new, claimed, acquired, skipped, rejected, expired, superseded
}

/// One score of a target.
public struct ScoreRecord: Equatable, Sendable {
  public var name: String
  /// As computed.
  public var raw: Double?
  /// In robust standard deviations from ordinary film.
  public var standardised: Double?

  public init(name: String, raw: Double?, standardised: Double?) {
    self.name = name
    self.raw = raw
    self.standardised = standardised
  }
}

/// A small image, row-major.
public struct TileRecord: Equatable, Sendable {
  public var rows: Int
  public var columns: Int
  public var values: [Float]

  public init(rows: Int, columns: Int, values: [Float]) {
    self.rows = rows
    self.columns = columns
    self.values = values
  }
}

/// A training tile like a target's.
public struct NeighbourRecord: Equatable, Sendable {
  /// As the tile score measures it.
  public var distance: Double
  /// Normalised, turned and mirrored as the target's tile is.
  public var tile: TileRecord

  public init(distance: Double, tile: TileRecord) {
    self.distance = distance
    self.tile = tile
  }
}

/// A place worth a slow spectrum.
public struct TargetRecord: Equatable, Sendable {
  /// Acquisition order within the scan, from 1.
  public var rank: Int
  /// Pixel of the scan, from 0.
  public var row: Int
  public var column: Int
  /// From the centre of the top-left pixel, x right, y down, before rotation; nil without a pixel size.
  public var xNM: Double?
  public var yNM: Double?
  /// 0…1 over the field of view.
  public var xFraction: Double
  public var yFraction: Double
  /// Size of the place on the specimen.
  public var widthNM: Double?
  public var heightNM: Double?
  public var kind: String
  /// 0…1.
  public var priority: Double
  /// In words.
  public var reason: String
  public var dwellMS: Double
  public var novelty: Double?
  public var roundTripError: Double?
  public var scores: [ScoreRecord]
  public var predictedError: Double?
  /// Bounds of the interval of the predicted error.
  public var predictedErrorLow: Double?
  public var predictedErrorHigh: Double?
  /// Predicted spectrum, one value a channel of the scan's `energyEV`; nil where none is kept.
  public var spectrum: [Float]?
  /// The tile after the round trip image → spectrum → image.
  public var roundTripTile: TileRecord?
  /// The tile as the networks saw it, normalised (vacuum 0, particles 1), of the same size.
  public var tile: TileRecord?
  /// Standard deviation between the ensemble's members, one value a channel.
  public var spectrumSpread: [Float]?
  /// The training tiles most like it, nearest first.
  public var neighbours: [NeighbourRecord]
  /// Travel from the target visited before, settling and dwell, s.
  public var estimatedSeconds: Double?
  /// Electrons of the dwell over the exposed square, e⁻/nm².
  public var dosePerNM2: Double?
  /// Place in an order that spares beam travel, from 1.
  public var visitOrder: Int?
  /// Whether it and all better targets that do are within the budget of its scan; true without a limit, nil where none
  /// was reckoned.
  public var fitsBudget: Bool?

  public init(
    rank: Int, row: Int, column: Int, xNM: Double? = nil, yNM: Double? = nil, xFraction: Double, yFraction: Double,
    widthNM: Double? = nil, heightNM: Double? = nil, kind: String, priority: Double, reason: String, dwellMS: Double,
    novelty: Double? = nil, roundTripError: Double? = nil, scores: [ScoreRecord] = [], predictedError: Double? = nil,
    predictedErrorLow: Double? = nil, predictedErrorHigh: Double? = nil, spectrum: [Float]? = nil,
    roundTripTile: TileRecord? = nil, tile: TileRecord? = nil, spectrumSpread: [Float]? = nil,
    neighbours: [NeighbourRecord] = [], estimatedSeconds: Double? = nil, dosePerNM2: Double? = nil,
    visitOrder: Int? = nil, fitsBudget: Bool? = nil
  ) {
    self.rank = rank
    self.row = row
    self.column = column
    self.xNM = xNM
    self.yNM = yNM
    self.xFraction = xFraction
    self.yFraction = yFraction
    self.widthNM = widthNM
    self.heightNM = heightNM
    self.kind = kind
    self.priority = priority
    self.reason = reason
    self.dwellMS = dwellMS
    self.novelty = novelty
    self.roundTripError = roundTripError
    self.scores = scores
    self.predictedError = predictedError
    self.predictedErrorLow = predictedErrorLow
    self.predictedErrorHigh = predictedErrorHigh
    self.spectrum = spectrum
    self.roundTripTile = roundTripTile
    self.tile = tile
    self.spectrumSpread = spectrumSpread
    self.neighbours = neighbours
    self.estimatedSeconds = estimatedSeconds
    self.dosePerNM2 = dosePerNM2
    self.visitOrder = visitOrder
    self.fitsBudget = fitsBudget
  }
}
