// Targets as JSON, with the names of the view `target_queue`.

import StrictJSON
import TargetStore

enum TargetAnswers {
  static func json(_ target: StoredTarget) -> JSONValue {
    [
      "id": .string(target.id), "scan": .int(target.scan), "rank": .int(target.rank),
      "priority": .double(target.priority), "kind": .string(target.kind), "reason": .string(target.reason),
      "status": .string(target.status.rawValue), "row": .int(target.row), "column": .int(target.column),
      "x_nm": JSONValue(target.xNM), "y_nm": JSONValue(target.yNM), "x_fraction": .double(target.xFraction),
      "y_fraction": .double(target.yFraction), "width_nm": JSONValue(target.widthNM),
      "height_nm": JSONValue(target.heightNM), "dwell_ms": .double(target.dwellMS),
      "novelty": JSONValue(target.novelty), "round_trip_error": JSONValue(target.roundTripError),
      "predicted_error": JSONValue(target.predictedError), "predicted_error_low": JSONValue(target.predictedErrorLow),
      "predicted_error_high": JSONValue(target.predictedErrorHigh), "model": .string(target.model),
      "rules": .string(target.rules), "created_at": .string(target.createdAt),
      "status_by": .string(target.statusBy), "status_at": .string(target.statusAt),
      "status_why": JSONValue(target.statusWhy), "claimed_by": JSONValue(target.claimedBy),
      "lease_expires_at": JSONValue(target.leaseExpiresAt), "spectrum_file": JSONValue(target.spectrumFile),
      "estimated_seconds": JSONValue(target.estimatedSeconds), "dose_e_per_nm2": JSONValue(target.dosePerNM2),
      "visit_order": JSONValue(target.visitOrder), "fits_budget": JSONValue(target.fitsBudget),
    ]
  }

  static func json(_ detail: TargetDetail) -> JSONValue {
    [
      "target": json(detail.target), "scan": ScanAnswers.json(detail.scan),
      "scores": .array(
        detail.scores.map {
          ["name": .string($0.name), "raw": JSONValue($0.raw), "standardised": JSONValue($0.standardised)]
        }),
      "spectrum": detail.spectrum.map { json($0, spread: detail.spectrumSpread) } ?? .null,
      "tile": detail.tile.map(json) ?? .null, "round_trip_tile": detail.roundTripTile.map(json) ?? .null,
      "neighbours": .array(
        detail.neighbours.map { ["distance": .double($0.distance), "tile": json($0.tile)] }),
      "events": .array(detail.events.map(json)),
    ]
  }

  private static func json(_ spectrum: StoredSpectrum, spread: [Float]?) -> JSONValue {
    [
      "energy_ev": JSONValue(spectrum.energyEV), "values": .array(spectrum.values.map { JSONValue($0) }),
      "spread": spread.map { .array($0.map { JSONValue($0) }) } ?? .null, "units": .string(spectrum.units),
    ]
  }

  private static func json(_ tile: TileRecord) -> JSONValue {
    [
      "rows": .int(tile.rows), "columns": .int(tile.columns), "values": .array(tile.values.map { JSONValue($0) }),
    ]
  }

  private static func json(_ event: TargetEvent) -> JSONValue {
    [
      "at": .string(event.at), "by": .string(event.by), "from": JSONValue(event.from?.rawValue),
      "to": .string(event.to.rawValue), "why": JSONValue(event.why),
    ]
  }
}
