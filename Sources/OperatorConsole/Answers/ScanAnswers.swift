// Scans as JSON, with the names of the view `scan_summary`.

import StrictJSON
import TargetStore

enum ScanAnswers {
  static func json(_ scan: ScanSummary) -> JSONValue {
    [
      "id": .int(scan.id), "scan_sha256": .string(scan.scanSHA256), "file": .string(scan.file),
      "rows": .int(scan.rows), "columns": .int(scan.columns), "pixel_size_nm": JSONValue(scan.pixelSizeNM),
      "rotation_rad": JSONValue(scan.rotationRad), "dwell_us": JSONValue(scan.dwellUS),
      "channel_name": JSONValue(scan.channelName), "instrument_scan_id": JSONValue(scan.instrumentScanID),
      "acquired_at": JSONValue(scan.acquiredAt), "voltage_v": JSONValue(scan.voltageV),
      "verdict": .string(scan.verdict.rawValue), "reasons": JSONValue(scan.reasons), "targets": .int(scan.targets),
      "model": .string(scan.model), "rules": .string(scan.rules), "rules_revision": .string(scan.rulesRevision),
      "created_at": .string(scan.createdAt), "latency_ms": JSONValue(scan.latencyMS),
      "superseded_by": JSONValue(scan.supersededBy), "pruned_at": JSONValue(scan.prunedAt),
    ]
  }
}
