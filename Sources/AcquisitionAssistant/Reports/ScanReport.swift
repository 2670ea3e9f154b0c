// Scans: one row a distinct content.

import StrictJSON
import TargetStore

/// Scans as `eelscout scans` prints them.
public enum ScanReport {
  public static func json(_ scans: [ScanSummary]) -> JSONValue { .array(scans.map(json)) }

  public static func table(_ scans: [ScanSummary], _ style: TextStyle) -> String {
    guard !scans.isEmpty else { return "no scans yet\n" }
    let moments = scans.map { Moments.local($0.createdAt) }
    // One offset for all stands in the header and leaves its room to the names.
    let offsets = Set(moments.map { $0.suffix(Self.offsetLength) })
    let offset = offsets.count == 1 ? offsets.first : nil
    var table = TextTable([
      .init("scan", .right), .init("recorded" + (offset ?? "")), .init("domain"), .init("targets", .right),
      .init("px"), .init("nm/px", .right), .init("file"),
    ])
    for (scan, moment) in zip(scans, moments) {
      table.add([
        "\(scan.id)", offset == nil ? moment : String(moment.dropLast(Self.offsetLength)), scan.verdict.rawValue,
        "\(scan.targets)", "\(scan.rows)×\(scan.columns)", Figures.short(scan.pixelSizeNM), name(scan),
      ])
    }
    return table.text(style)
  }

  /// Characters of an offset from UTC, such as ` +01:00`.
  private static let offsetLength = 7

  /// What a list of targets belongs to, with a banner where the scan is not as the model knows it.
  static func heading(_ scan: ScanSummary, _ style: TextStyle) -> String {
    let size = scan.pixelSizeNM.map { "\(Figures.short($0)) nm/px" } ?? "no pixel size: pixels only"
    let rotation = scan.rotationRad.map { ", rotated \(Figures.short($0 * 180 / .pi))°" } ?? ""
    var text = style.bold("scan \(scan.id)  \(TextLayout.oneLine(name(scan)))") + "\n"
    let view = "  \(scan.rows) × \(scan.columns) px, \(size)\(rotation)"
    let moment = "\(Moments.local(scan.createdAt)) (\(Moments.age(scan.createdAt)))\n"
    text += view + (view.count + moment.count < TextLayout.width ? "; " : "\n  ") + moment
    if scan.verdict != .inside {
      text += "  domain: \(style.verdict(scan.verdict.rawValue))\n"
      for reason in scan.reasons { text += TextLayout.wrapped(reason, indent: "    ") }
    }
    if let moment = scan.prunedAt { text += "  its list was pruned \(Moments.local(moment)) by the retention rules\n" }
    if scan.supersededBy != nil { text += "  superseded: other content stands in its file now\n" }
    return text
  }

  private static func name(_ scan: ScanSummary) -> String {
    scan.file.split(separator: "/").last.map(String.init) ?? scan.file
  }

  static func json(_ scan: ScanSummary) -> JSONValue {
    [
      "id": .int(scan.id), "scan_sha256": .string(scan.scanSHA256), "file": .string(scan.file),
      "shape": JSONValue([scan.rows, scan.columns]), "pixel_size_nm": JSONValue(scan.pixelSizeNM),
      "rotation_rad": JSONValue(scan.rotationRad), "dwell_us": JSONValue(scan.dwellUS),
      "channel_name": JSONValue(scan.channelName), "instrument_scan_id": JSONValue(scan.instrumentScanID),
      "acquired_at": JSONValue(scan.acquiredAt), "voltage_v": JSONValue(scan.voltageV),
      "verdict": .string(scan.verdict.rawValue), "reasons": JSONValue(scan.reasons), "targets": .int(scan.targets),
      "model": .string(scan.model), "rules": .string(scan.rules), "rules_revision": .string(scan.rulesRevision),
      "background_level": JSONValue(scan.backgroundLevel), "particle_level": JSONValue(scan.particleLevel),
      "created_at": .string(scan.createdAt), "latency_ms": JSONValue(scan.latencyMS),
      "superseded_by": JSONValue(scan.supersededBy), "pruned_at": JSONValue(scan.prunedAt),
      "geometry": object(scan.geometry), "budget": object(scan.budget),
    ]
  }

  private static func object(_ text: String?) -> JSONValue { text.flatMap { try? JSONValue.parse($0.utf8) } ?? .null }
}
