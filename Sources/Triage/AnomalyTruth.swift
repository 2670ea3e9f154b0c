// Where the anomalies of a simulated scan lie, on its scoring grid.

import ImageProcessing
import Microscopy

/// Labels of simulated anomalies, for judging score maps.
public struct AnomalyTruth: Sendable {
  /// Footprints in label rasters reach 3 nm beyond the particles; ordinary film begins 15 nm from them.
  private static let ordinaryBeyondNM = 12.0

  /// At each grid point 0, or k for the k-th anomaly (from 1).
  public let labels: [Int]
  /// Whether each anomaly shows in HAADF.
  public let isVisible: [Bool]
  /// Grid points more than 15 nm from any anomaly.
  public let isOrdinary: [Bool]

  /// - Parameters:
  ///   - labels: (rows, columns) of the scan, 0 or k for the footprint of the k-th anomaly dilated by 3 nm.
  ///   - grid: tile centres in pixels of the scan, inside it.
  public init(
    labels: [UInt8], rows: Int, columns: Int, isVisible: [Bool], pixelSizeNM: Double, grid: ScoringGrid
  ) {
    let distance = DistanceTransform.euclidean(of: labels.map { $0 == 0 }, rows: rows, columns: columns)
    let points = grid.rows.flatMap { row in grid.columns.map { PixelPosition(row: row, column: $0) } }
    self.labels = points.map { Int(labels[$0.row * columns + $0.column]) }
    self.isVisible = isVisible
    isOrdinary = points.map { Double(distance[$0]) * pixelSizeNM > Self.ordinaryBeyondNM }
  }

  /// Grid points inside a visible (or an invisible) anomaly.
  func inside(visible: Bool) -> [Bool] {
    labels.map { $0 > 0 && $0 <= isVisible.count && isVisible[$0 - 1] == visible }
  }

  /// Share of the visible (or invisible) anomalies that some grid point of `indices` hits; nil without such anomalies.
  func found(by indices: [Int], visible: Bool) -> Double? {
    let hit = Set(indices.map { labels[$0] })
    let wanted = isVisible.indices.filter { isVisible[$0] == visible }
    return wanted.isEmpty ? nil : Double(wanted.count { hit.contains($0 + 1) }) / Double(wanted.count)
  }
}
