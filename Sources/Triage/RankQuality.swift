// How good a ranking is, against simulated truth: the measures of METHOD sections 3 and 7.

import ImageProcessing
import Microscopy

/// How good a list of grid points is.
public struct ListQuality: Equatable, Sendable {
  /// Share of the points in the scan's top decile of e; 0.1 by chance.
  public var precision: Double
  /// Mean e at the points over the scan's mean; 1 by chance.
  public var enrichment: Double
  /// Share of the anomalies that are hit; nil where the scan has none of the kind.
  public var visibleFound: Double?
  public var invisibleFound: Double?
}

/// How good the maps of one scan are.
public struct ScanQuality: Sendable {
  public var meanError: Double
  /// Area under the ROC curve of the combined score, anomalies against ordinary film; nil without such anomalies.
  public var visibleAUROC: Double?
  public var invisibleAUROC: Double?
  /// Spearman's rank correlation of the combined score with e.
  public var rankCorrelation: Double?
  /// By list length: the combined score alone, and interleaved with the raw round trip.
  public var combinedLists: [Int: ListQuality]
  public var interleavedLists: [Int: ListQuality]
}

/// Quality measures as the study computed them: on the whole grid, without exclusion zones.
public enum RankQuality {
  /// Measures the maps of one scan.
  /// - Parameters:
  ///   - trueError: e on the same grid.
  ///   - distanceGridPoints: smallest distance of two targets; 8 points of stride 2 are one tile.
  /// - Throws: nothing, for maps that lie in memory.
  public static func measure(
    combined: Raster, error: Raster, trueError: Raster, truth: AnomalyTruth, lengths: [Int] = [10, 20, 50],
    distanceGridPoints: Int = 8
  ) throws -> ScanQuality {
    let longest = lengths.max() ?? 0
    func lists(errorPicks: Int) throws -> [Int: ListQuality] {
      let order = try spacedList(
        combined: combined, error: error, errorPicks: errorPicks, count: longest,
        distanceGridPoints: distanceGridPoints)
      return Dictionary(
        uniqueKeysWithValues: Set(lengths).map {
          ($0, list(Array(order.prefix($0)), trueError: trueError, truth: truth))
        })
    }
    return ScanQuality(
      meanError: mean(trueError.values),
      visibleAUROC: areaUnderCurve(
        combined.values, positive: truth.inside(visible: true), negative: truth.isOrdinary),
      invisibleAUROC: areaUnderCurve(
        combined.values, positive: truth.inside(visible: false), negative: truth.isOrdinary),
      rankCorrelation: rankCorrelation(combined.values, trueError.values),
      combinedLists: try lists(errorPicks: 0), interleavedLists: try lists(errorPicks: 1))
  }

  /// Measures a list of grid points (row-major indices).
  public static func list(_ indices: [Int], trueError: Raster, truth: AnomalyTruth) -> ListQuality {
    let hot = Quantile.linear(of: trueError.values, 0.9)
    let errors = indices.map { trueError.values[$0] }
    let count = Double(max(1, indices.count))
    return ListQuality(
      precision: Double(errors.count { $0 >= hot }) / count,
      enrichment: errors.isEmpty ? 0 : mean(errors) / mean(trueError.values),
      visibleFound: truth.found(by: indices, visible: true),
      invisibleFound: truth.found(by: indices, visible: false))
  }

  /// Area under the ROC curve: the chance that a positive scores above a negative, ties counting half.
  public static func areaUnderCurve(_ scores: [Float], positive: [Bool], negative: [Bool]) -> Double? {
    let positives = scores.indices.filter { positive[$0] }.map { scores[$0] }
    let negatives = scores.indices.filter { negative[$0] }.map { scores[$0] }
    guard !positives.isEmpty, !negatives.isEmpty else { return nil }
    let sum = ranks(positives + negatives).prefix(positives.count).reduce(0, +)
    let n = Double(positives.count)
    return (sum - n * (n + 1) / 2) / (n * Double(negatives.count))
  }

  /// Spearman's rank correlation with average ranks for ties; nil where one side is constant.
  public static func rankCorrelation(_ a: [Float], _ b: [Float]) -> Double? {
    guard a.count == b.count, a.count > 1 else { return nil }
    let (x, y) = (ranks(a), ranks(b))
    let centre = Double(a.count + 1) / 2
    var (xy, xx, yy) = (0.0, 0.0, 0.0)
    for index in x.indices {
      xy += (x[index] - centre) * (y[index] - centre)
      xx += (x[index] - centre) * (x[index] - centre)
      yy += (y[index] - centre) * (y[index] - centre)
    }
    return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : nil
  }

  private static func spacedList(
    combined: Raster, error: Raster, errorPicks: Int, count: Int, distanceGridPoints: Int
  ) throws -> [Int] {
    var selection = TargetSelection(
      grid: ScoringGrid(rows: Array(0..<combined.rows), columns: Array(0..<combined.columns)),
      eligible: PlaceSet(rows: combined.rows, columns: combined.columns, repeating: true),
      distancePixels: Double(distanceGridPoints))
    try selection.takeInterleaved(
      count, combined: combined, error: error, anomalyPicks: 1, errorPicks: errorPicks)
    return selection.choices.map(\.index)
  }

  /// Ranks from 1, ties sharing their average.
  private static func ranks(_ values: [Float]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var first = 0
    while first < order.count {
      var last = first
      while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
      for index in first...last { ranks[order[index]] = Double(first + last) / 2 + 1 }
      first = last + 1
    }
    return ranks
  }

  private static func mean(_ values: [Float]) -> Double {
    values.reduce(0.0) { $0 + Double($1) } / Double(max(1, values.count))
  }
}
