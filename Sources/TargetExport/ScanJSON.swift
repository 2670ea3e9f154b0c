// What every JSON export says of a scan and its targets.

import StrictJSON
import TargetStore

extension TargetExport {
  /// A document: what it is, the frame in words, the notes, then `members`.
  func document(_ format: String, frame: String = frameNote, _ members: [JSONValue.Member]) -> String {
    let head: [JSONValue.Member] = [
      .init("made_by", "EELScout"), .init("format", .string(format)), .init("version", 1),
      .init("frame", .string(frame)),
      .init("order", .string(order.rawValue)), .init("notes", JSONValue(notes)),
    ]
    return JSONValue.object(head + members).prettyText + "\n"
  }
}

extension ExportedScan {
  /// Which scan it is.
  var identity: [JSONValue.Member] {
    [
      .init("scan", .int(scan.id)), .init("scan_sha256", .string(scan.scanSHA256)), .init("file", .string(scan.file)),
      .init("instrument_scan_id", JSONValue(scan.instrumentScanID)), .init("acquired_at", JSONValue(scan.acquiredAt)),
      .init("shape", JSONValue([scan.rows, scan.columns])), .init("pixel_size_nm", JSONValue(scan.pixelSizeNM)),
      .init("rotation_rad", JSONValue(scan.rotationRad)),
    ]
  }

  /// What a target is, around the position in the format's own terms.
  func json(_ target: StoredTarget, _ position: [JSONValue.Member]) -> JSONValue {
    .object(
      [.init("id", .string(target.id)), .init("rank", .int(target.rank)), .init("kind", .string(target.kind))]
        + position + [
          .init("row", .int(target.row)), .init("column", .int(target.column)),
          .init("dwell_ms", .double(target.dwellMS)), .init("status", .string(target.status.rawValue)),
          .init("visit_order", JSONValue(target.visitOrder)), .init("fits_budget", JSONValue(target.fitsBudget)),
          .init("reason", .string(target.reason)),
        ])
  }
}
