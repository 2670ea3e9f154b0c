// One scan with the targets that are handed on, and where they lie for whoever takes them.

import Microscopy
import StrictJSON
import TargetStore

/// A scan's part of an export: pixels are canonical, every other position is derived from them.
public struct ExportedScan: Sendable {
  public let scan: ScanSummary
  /// In the order asked for.
  public let targets: [StoredTarget]
  /// What whoever uses the list must know of this scan.
  public let notes: [String]
  let frame: ScanFrame
  /// Where the scan lies in its context; nil where its file did not say.
  let geometry: ScanGeometry?

  init(_ scan: ScanSummary, targets: [StoredTarget], notes: [String] = []) {
    self.scan = scan
    self.targets = targets
    frame = ScanFrame(
      rows: scan.rows, columns: scan.columns, pixelSizeNM: scan.pixelSizeNM, rotationRad: scan.rotationRad)
    geometry = scan.geometry.flatMap { try? JSONValue.parse($0.utf8) }.map(ScanGeometry.init)
    self.notes = notes + Self.notes(scan, geometry)
  }

  /// Where the scan is not what the list's user might take it for.
  private static func notes(_ scan: ScanSummary, _ geometry: ScanGeometry?) -> [String] {
    var notes: [String] = []
    switch scan.verdict {
    case .inside: break
    case .marked:
      notes.append("scan \(scan.id) is outside the model's domain in part: " + scan.reasons.joined(separator: "; "))
    case .refused:
      notes.append("scan \(scan.id) was refused and has no targets: " + scan.reasons.joined(separator: "; "))
    }
    if scan.supersededBy != nil {
      notes.append("scan \(scan.id) is superseded: its file holds another scan now, so its targets may lie elsewhere")
    }
    if scan.prunedAt != nil { notes.append("the list of scan \(scan.id) was pruned by the retention rules") }
    if scan.pixelSizeNM == nil {
      notes.append("scan \(scan.id) states no pixel size: positions in pixels and fractions only")
    }
    if geometry?.subscan != nil {
      notes.append("scan \(scan.id) is a subscan: positions for a beam are those in its context scan")
    }
    return notes
  }

  /// The last part of the path it was seen at.
  var fileName: String { scan.file.split(separator: "/").last.map(String.init) ?? scan.file }

  func position(_ target: StoredTarget) -> PixelPosition { PixelPosition(row: target.row, column: target.column) }
}
