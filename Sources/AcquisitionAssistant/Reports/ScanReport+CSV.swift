// Scans as comma-separated values.

import StrictJSON
import TargetStore

extension ScanReport {
  /// The columns of `scans --json`; lists within a field are JSON.
  public static func csv(_ scans: [ScanSummary]) -> String {
    let rows = scans.map { json($0).members ?? [] }
    return CSV.line(columns)
      + rows.map { row in
        CSV.line(
          columns.map { column in
            switch row.first(where: { $0.name == column })?.value ?? .null {
            case .string(let text): text
            case .null: ""
            case let value: value.text
            }
          })
      }.joined()
  }

  private static let columns = [
    "id", "scan_sha256", "file", "shape", "pixel_size_nm", "rotation_rad", "dwell_us", "channel_name",
    "instrument_scan_id", "acquired_at", "voltage_v", "verdict", "reasons", "targets", "model", "rules",
    "rules_revision", "background_level", "particle_level", "created_at", "latency_ms", "superseded_by", "pruned_at",
    "geometry", "budget",
  ]
}
