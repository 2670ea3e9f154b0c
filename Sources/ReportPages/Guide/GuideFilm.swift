// The simulated film of the guide: ranked by the model in use, and known down to its true spectra.

import AcquisitionAssistant
import FilmSimulation
import Microscopy
import TargetStore

/// A film with anomalies that show and one that does not.
struct GuideFilm: Sendable {
  /// A place with what was predicted and what is true.
  struct Place: Sendable {
    let record: TargetRecord
    /// Noise-free, in the units of the prediction.
    let trueSpectrum: [Float]
    /// e of the prediction.
    let trueError: Double

    /// Whether the interval holds the true error.
    var isWithinInterval: Bool {
      (record.predictedErrorLow ?? .infinity)...(record.predictedErrorHigh ?? .infinity) ~= trueError
    }
  }

  let scan: Scan
  let records: RankedRecords
  /// All targets, in their order.
  let targets: [Place]
  let ordinary: Place
  let dopant: Place
  /// The true spectrum that the dopant's place would have, had nobody changed its doping.
  let undoped: [Float]
  /// Share of the scored places whose combined score is lower than the dopant's.
  let dopantStanding: Double
  /// What became of an image that the model can't judge: the same film out of focus.
  let refused: RankedRecords
  let seed: UInt64

  /// A film on which the usual things are found; any other seed would do.
  static let usualSeed: UInt64 = 12

  /// - Throws: `CommandError` where the model makes nothing of the film; `CancellationError`; what the simulator throws.
  init(engine: TriageEngine, seed: UInt64, workers: Int) async throws {
    var settings = FilmSettings()
    settings.anomalies = .listed([.highZ, .fused, .overlap, .dopant])
    let film = try SimulatedFilm(seed: seed, settings: settings)
    let scan = film.fastScan()
    guard let dopant = film.truth.anomalies.firstIndex(where: { $0.kind == .dopant }) else {
      throw CommandError(.badData, "the film of seed \(seed) has no room for its anomalies; give another --seed")
    }
    let centre = film.truth.anomalies[dopant].centreNM
    let place = PixelPosition(row: Int(centre.y / settings.pixelSizeNM), column: Int(centre.x / settings.pixelSizeNM))
    let first = try await engine.records(of: ScanSource(scan))
    guard let map = first.pictures[.combined] else {
      throw CommandError(
        .badData,
        "the model refuses the guide's simulated film: \(first.reasons.joined(separator: "; ")). The guide is for models of "
          + "such films; leave out --model")
    }
    let quiet = Self.quietPlace(map, film: film, targets: first.targets)
    let records = try await engine.records(of: ScanSource(scan), alsoAt: [quiet, place])
    guard records.places.count == 2, !records.targets.isEmpty else {
      throw CommandError(.badData, "the model finds no targets on the guide's simulated film; leave out --model")
    }
    let all = records.targets + records.places
    let positions = all.map { PixelPosition(row: $0.row, column: $0.column) }
    let judged = try await Self.judged(all, film.spectra(at: positions, workers: workers), engine)
    self.scan = scan
    self.records = records
    self.seed = seed
    targets = Array(judged.dropLast(2))
    ordinary = judged[judged.count - 2]
    self.dopant = judged[judged.count - 1]
    // Same particles, same seed, the doping left as it was.
    settings.anomalies = .listed([.highZ, .fused, .overlap])
    let plain = try SimulatedFilm(seed: seed, settings: settings)
    undoped = Self.scaled(try await plain.spectra(at: [positions[positions.count - 1]], workers: workers), engine)
    dopantStanding = Self.standing(map, self.dopant.record)
    refused = try await engine.records(of: ScanSource(DomainTestScans.blurred(scan)))
  }

  private static func scaled(_ counts: [Float], _ engine: TriageEngine) -> [Float] {
    let unit = Float(engine.model.countsPerUnit ?? 1)
    return counts.map { $0 / unit }
  }

  private static func judged(_ records: [TargetRecord], _ counts: [Float], _ engine: TriageEngine) throws -> [Place] {
    let channels = engine.model.energyEV.count
    guard counts.count == records.count * channels else {
      throw CommandError(
        .badData,
        "the model has \(channels) channels, the simulated spectra \(counts.count / max(records.count, 1)); leave out --model"
      )
    }
    let spectra = scaled(counts, engine)
    return records.indices.map { index in
      let truth = Array(spectra[index * channels..<(index + 1) * channels])
      let predicted = records[index].spectrum ?? truth
      let squares = zip(truth, predicted).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
      return Place(
        record: records[index], trueSpectrum: truth,
        trueError: squares / Double(channels) / engine.model.meanSquareSpectrum)
    }
  }

  /// A place amid film that is neither a target nor an anomaly and has the most ordinary combined score.
  private static func quietPlace(_ map: PictureRecord, film: SimulatedFilm, targets: [TargetRecord]) -> PixelPosition {
    let sorted = map.values.sorted()
    let middle = Int(sorted[sorted.count / 2])
    var best = (distance: Int.max, place: PixelPosition(row: film.settings.rows / 2, column: film.settings.columns / 2))
    let thickness = film.thicknessMap()
    for index in map.values.indices {
      let row = Int((map.firstRow + Double(index / map.columns) * map.rowStep).rounded())
      let column = Int((map.firstColumn + Double(index % map.columns) * map.columnStep).rounded())
      let distance = abs(Int(map.values[index]) - middle)
      guard distance < best.distance, isFilled(thickness, row, column),
        targets.allSatisfy({ max(abs($0.row - row), abs($0.column - column)) > 14 }),
        !film.truth.labels.isEmpty, isUntouched(film, row, column)
      else { continue }
      best = (distance, PixelPosition(row: row, column: column))
    }
    return best.place
  }

  /// More than half of the tile is film.
  private static func isFilled(_ thickness: Raster, _ row: Int, _ column: Int) -> Bool {
    guard row >= 8, column >= 8, row + 8 <= thickness.rows, column + 8 <= thickness.columns else { return false }
    var filled = 0
    for line in row - 8..<row + 8 {
      for place in column - 8..<column + 8 where thickness[line, place] > 4 { filled += 1 }
    }
    return filled > 150
  }

  /// No anomaly within two tiles.
  private static func isUntouched(_ film: SimulatedFilm, _ row: Int, _ column: Int) -> Bool {
    for line in max(row - 24, 0)..<min(row + 24, film.settings.rows) {
      for place in max(column - 24, 0)..<min(column + 24, film.settings.columns)
      where film.truth.labels[line * film.settings.columns + place] != 0 {
        return false
      }
    }
    return true
  }

  /// Share of the scored places whose combined score is lower than a place's.
  private static func standing(_ map: PictureRecord, _ place: TargetRecord) -> Double {
    let score = place.scores.first { $0.name == "combined" }?.standardised ?? .nan
    let lower = map.raster.values.count { Double($0) < score }
    return Double(lower) / Double(max(map.values.count, 1))
  }
}
