// A scan and its targets become visible together, or not at all.

internal import GRDB
import StrictJSON

extension TargetStore {
  /// Who changes targets when the daemon does, in `target_event.by`.
  static let daemonName = "eelscoutd"

  /// Commits a scan, its targets, their spectra, its pictures and the file it came from in one transaction.
  ///
  /// The same content again adds only the file. Content that takes another scan's place at its path turns that scan's
  /// untouched targets (`new`) into `superseded`, unless it still stands at another path; it gets them back when
  /// it comes back. Whatever an operator or a script has marked stays. A scan that was refused because nobody knew its
  /// pixel size gets the list of the same content with one.
  /// - Throws: `invalidRecord` when the records contradict themselves; `isTransient` errors when the disk is in the way.
  public func record(
    _ scan: ScanRecord, targets: [TargetRecord], pictures: [PictureRecord] = [], file: FileRecord
  ) throws(TargetStoreError) -> RecordOutcome {
    try RecordCheck.check(scan, targets, pictures)
    return try write("record scan \(scan.contentSHA256.prefix(12)) in") { database, now in
      if let known = try Self.number(of: scan.contentSHA256, database) {
        let isSized = try scan.pixelSizeNM != nil && Self.lacksPixelSize(known, database)
        if isSized {
          try Self.replaceFindings(of: known, by: scan, database)
          for target in targets { try Self.insert(target, scan: known, database, now) }
          for picture in pictures { try Self.put(picture, scan: known, database) }
        }
        try Self.attach(file, to: known, database, now)
        return isSized ? .recorded(scan: known) : .alreadyKnown(scan: known)
      }
      let number = try Self.insert(scan, database, now)
      for target in targets { try Self.insert(target, scan: number, database, now) }
      for picture in pictures { try Self.put(picture, scan: number, database) }
      try Self.attach(file, to: number, database, now)
      return .recorded(scan: number)
    }
  }

  /// Notes that a file holds a scan already in the database, so that it need not be predicted again.
  /// - Parameters:
  ///   - conditions: what the file says about the acquisition; it fills in what was not known.
  ///   - canSize: whether the caller knows the pixel size that scans without one lack; then those count as unknown.
  /// - Returns: the scan's number; nil, with nothing written, when the content is not known.
  public func recordCopy(
    ofContent sha256: String, file: FileRecord, conditions: ConditionsRecord = ConditionsRecord(), canSize: Bool = false
  ) throws(TargetStoreError) -> Int? {
    try write("record a copy of scan \(sha256.prefix(12)) in") { database, now in
      guard let known = try Self.number(of: sha256, database) else { return nil }
      if canSize, try Self.lacksPixelSize(known, database) { return nil }
      try Self.fillIn(conditions, of: known, database)
      try Self.attach(file, to: known, database, now)
      return known
    }
  }

  private static func number(of sha256: String, _ database: Database) throws -> Int? {
    try Int.fetchOne(database, sql: "SELECT id FROM scan WHERE scan_sha256 = ?", arguments: [sha256])
  }

  /// Whether a scan was not ranked because nobody knew its pixel size.
  public func lacksPixelSize(ofContent sha256: String) throws(TargetStoreError) -> Bool {
    try TargetStoreError.wrapping("look up a scan in", at: path) {
      try queue.read { database in
        try Self.number(of: sha256, database).map { try Self.lacksPixelSize($0, database) } ?? false
      }
    }
  }

  private static func lacksPixelSize(_ scan: Int, _ database: Database) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT pixel_size_nm IS NULL AND verdict = 'refused' FROM scan WHERE id = ?", arguments: [scan])
      ?? false
  }

  private static func fillIn(_ conditions: ConditionsRecord, of scan: Int, _ database: Database) throws {
    try database.execute(
      sql: """
        UPDATE scan SET
          rotation_rad = coalesce(rotation_rad, :rotation), dwell_us = coalesce(dwell_us, :dwell),
          channel_name = coalesce(channel_name, :channel),
          instrument_scan_id = coalesce(instrument_scan_id, :instrument),
          acquired_at = coalesce(acquired_at, :acquired), voltage_v = coalesce(voltage_v, :voltage),
          geometry = coalesce(geometry, :geometry)
        WHERE id = :id
        """,
      arguments: [
        "id": scan, "rotation": conditions.rotationRad?.ifFinite, "dwell": conditions.dwellUS?.ifFinite,
        "channel": conditions.channelName, "instrument": conditions.instrumentScanID,
        "acquired": conditions.acquiredAt, "voltage": conditions.voltageV?.ifFinite, "geometry": conditions.geometry,
      ])
  }

  private static func replaceFindings(of number: Int, by scan: ScanRecord, _ database: Database) throws {
    let axis = scan.energyEV.isEmpty ? nil : try energyAxis(scan.energyEV, database)
    try database.execute(
      sql: """
        UPDATE scan SET
          pixel_size_nm = :pixel, verdict = :verdict, reasons = :reasons, model = :model, rules = :rules,
          rules_revision = :revision, background_level = :background, particle_level = :particle,
          latency_ms = :latency, energy_axis = :axis, spectrum_units = :units, budget = :budget
        WHERE id = :id
        """,
      arguments: [
        "id": number, "pixel": scan.pixelSizeNM?.ifFinite, "verdict": scan.verdict.rawValue,
        "reasons": JSONValue(scan.reasons).text, "model": scan.modelID, "rules": scan.rulesSHA256,
        "revision": scan.rulesRevision, "background": scan.backgroundLevel?.ifFinite,
        "particle": scan.particleLevel?.ifFinite, "latency": scan.latencyMS?.ifFinite.map { max(0, $0) },
        "axis": axis, "units": scan.spectrumUnits, "budget": scan.budget,
      ])
  }

  private static func insert(_ scan: ScanRecord, _ database: Database, _ now: String) throws -> Int {
    let axis = scan.energyEV.isEmpty ? nil : try energyAxis(scan.energyEV, database)
    try database.execute(
      sql: """
        INSERT INTO scan (
          scan_sha256, "rows", "columns", pixel_size_nm, rotation_rad, dwell_us, channel_name, instrument_scan_id,
          acquired_at, voltage_v, verdict, reasons, model, rules, rules_revision, background_level, particle_level,
          latency_ms, energy_axis, spectrum_units, geometry, budget, created_at)
        VALUES (
          :sha, :rows, :columns, :pixel, :rotation, :dwell, :channel, :instrument, :acquired, :voltage, :verdict,
          :reasons, :model, :rules, :revision, :background, :particle, :latency, :axis, :units, :geometry, :budget, :now)
        """,
      arguments: [
        "sha": scan.contentSHA256, "rows": scan.rows, "columns": scan.columns, "pixel": scan.pixelSizeNM?.ifFinite,
        "rotation": scan.rotationRad?.ifFinite, "dwell": scan.dwellUS?.ifFinite, "channel": scan.channelName,
        "instrument": scan.instrumentScanID, "acquired": scan.acquiredAt, "voltage": scan.voltageV?.ifFinite,
        "verdict": scan.verdict.rawValue, "reasons": JSONValue(scan.reasons).text, "model": scan.modelID,
        "rules": scan.rulesSHA256, "revision": scan.rulesRevision, "background": scan.backgroundLevel?.ifFinite,
        "particle": scan.particleLevel?.ifFinite, "latency": scan.latencyMS?.ifFinite.map { max(0, $0) }, "axis": axis,
        "units": scan.spectrumUnits, "geometry": scan.geometry, "budget": scan.budget, "now": now,
      ])
    return Int(database.lastInsertedRowID)
  }

  /// The number of an energy axis, stored once however many scans share it.
  private static func energyAxis(_ energies: [Double], _ database: Database) throws -> Int? {
    let bytes = LittleEndian.data(energies)
    try database.execute(
      sql: "INSERT INTO energy_axis (unit, energies) VALUES ('eV', ?) ON CONFLICT DO NOTHING", arguments: [bytes])
    return try Int.fetchOne(
      database, sql: "SELECT id FROM energy_axis WHERE unit = 'eV' AND energies = ?", arguments: [bytes])
  }

  private static func insert(_ target: TargetRecord, scan: Int, _ database: Database, _ now: String) throws {
    let id = "\(scan)-\(target.rank)"
    try database.cachedStatement(sql: insertTarget).execute(
      arguments: [
        "id": id, "scan": scan, "rank": target.rank, "row": target.row, "column": target.column,
        "x": target.xNM?.ifFinite, "y": target.yNM?.ifFinite, "xf": target.xFraction, "yf": target.yFraction,
        "width": target.widthNM?.ifFinite, "height": target.heightNM?.ifFinite, "kind": target.kind,
        "priority": target.priority, "reason": target.reason, "dwell": target.dwellMS,
        "novelty": target.novelty?.ifFinite, "roundTrip": target.roundTripError?.ifFinite,
        "scores": scoresText(target.scores), "error": target.predictedError?.ifFinite,
        "low": target.predictedErrorLow?.ifFinite, "high": target.predictedErrorHigh?.ifFinite, "now": now,
        "by": daemonName, "seconds": target.estimatedSeconds?.ifFinite, "dose": target.dosePerNM2?.ifFinite,
        "visit": target.visitOrder, "fits": target.fitsBudget,
      ])
    for (place, neighbour) in target.neighbours.enumerated() {
      try database.cachedStatement(sql: insertNeighbour).execute(
        arguments: [
          "id": id, "place": place + 1, "distance": neighbour.distance, "rows": neighbour.tile.rows,
          "columns": neighbour.tile.columns, "tile": LittleEndian.data(neighbour.tile.values),
        ])
    }
    let size = target.roundTripTile ?? target.tile
    guard target.spectrum != nil || size != nil else { return }
    try database.cachedStatement(sql: insertSpectrum).execute(
      arguments: [
        "id": id, "values": target.spectrum.map(LittleEndian.data),
        "back": target.roundTripTile.map { LittleEndian.data($0.values) }, "rows": size?.rows, "columns": size?.columns,
        "tile": target.tile.map { LittleEndian.data($0.values) },
        "spread": target.spectrumSpread.map(LittleEndian.data),
      ])
  }

  private static let insertTarget = """
    INSERT INTO target (
      id, scan, rank, "row", "column", x_nm, y_nm, x_fraction, y_fraction, width_nm, height_nm, kind, priority,
      reason, dwell_ms, novelty, round_trip_error, scores, predicted_error, predicted_error_low,
      predicted_error_high, estimated_seconds, dose_e_per_nm2, visit_order, fits_budget, created_at, status_by, status_at)
    VALUES (
      :id, :scan, :rank, :row, :column, :x, :y, :xf, :yf, :width, :height, :kind, :priority,
      :reason, :dwell, :novelty, :roundTrip, :scores, :error, :low, :high, :seconds, :dose, :visit, :fits, :now, :by, :now)
    """

  private static let insertSpectrum = """
    INSERT INTO target_spectrum (target, "values", round_trip_tile, tile_rows, tile_columns, tile, spread)
    VALUES (:id, :values, :back, :rows, :columns, :tile, :spread)
    """

  private static let insertNeighbour = """
    INSERT INTO target_neighbour (target, place, distance, tile_rows, tile_columns, tile)
    VALUES (:id, :place, :distance, :rows, :columns, :tile)
    """

  private static func scoresText(_ scores: [ScoreRecord]) -> String {
    JSONValue.object(
      scores.map {
        .init($0.name, ["raw": JSONValue($0.raw), "standardised": JSONValue($0.standardised)])
      }
    ).text
  }
}

extension Double {
  /// nil for infinities and what is not a number, which the database has no word for.
  var ifFinite: Double? { isFinite ? self : nil }
}
