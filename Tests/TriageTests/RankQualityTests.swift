import Foundation
import Microscopy
import SharedData
import Testing
import Triage

@Suite("Quality of a ranking against truth")
struct RankQualityTests {
  private let n = 24
  private var scores: [Float] { hashedNumbers(n * n, seed: 11) }
  private var roundTrip: [Float] { hashedNumbers(n * n, seed: 12) }
  private var errors: [Float] { zip(hashedNumbers(n * n, seed: 13), scores).map { $0 * $0 + 0.3 * $1 } }

  private func raster(_ values: [Float]) -> Raster { Raster(rows: n, columns: n, values: values) }

  /// Two anomalies of 3×3 grid points, the first visible.
  private func truth() -> AnomalyTruth {
    var labels = [UInt8](repeating: 0, count: n * n)
    for row in 0..<3 { for column in 0..<3 { labels[(4 + row) * n + 4 + column] = 1 } }
    for row in 0..<3 { for column in 0..<3 { labels[(16 + row) * n + 15 + column] = 2 } }
    return AnomalyTruth(
      labels: labels, rows: n, columns: n, isVisible: [true, false], pixelSizeNM: 6,
      grid: ScoringGrid(rows: Array(0..<n), columns: Array(0..<n)))
  }

  @Test("lists equal the reference's spaced maxima, alone and interleaved")
  func lists() throws {
    let quality = try RankQuality.measure(
      combined: raster(scores), error: raster(roundTrip), trueError: raster(errors), truth: truth(),
      lengths: [5, 10], distanceGridPoints: 4)
    // evalt.py's nms (argmax, suppress closer than 4) and the same with two maps in turn, on the same hashed numbers.
    #expect(abs((quality.combinedLists[5]?.precision ?? 9) - 0.2) < 1e-9)
    #expect(abs((quality.combinedLists[10]?.precision ?? 9) - 0.3) < 1e-9)
    #expect(abs((quality.combinedLists[5]?.enrichment ?? 9) - 1.179593) < 2e-6)
    #expect(abs((quality.combinedLists[10]?.enrichment ?? 9) - 1.426771) < 2e-6)
    #expect(abs((quality.interleavedLists[5]?.precision ?? 9) - 0.2) < 1e-9)
    #expect(abs((quality.interleavedLists[10]?.precision ?? 9) - 0.1) < 1e-9)
    #expect(abs((quality.interleavedLists[5]?.enrichment ?? 9) - 1.081616) < 2e-6)
    #expect(abs((quality.interleavedLists[10]?.enrichment ?? 9) - 1.074097) < 2e-6)
  }

  @Test("rank correlation equals SciPy's spearmanr, with and without ties")
  func rankCorrelation() {
    #expect(abs((RankQuality.rankCorrelation(scores, errors) ?? 9) - 0.316126) < 1e-6)
    let tied = scores.map { ($0 * 5).rounded(.down) }
    #expect(abs((RankQuality.rankCorrelation(tied, errors) ?? 9) - 0.313915) < 1e-6)
    #expect(RankQuality.rankCorrelation([1, 1, 1], [1, 2, 3]) == nil)
  }

  @Test("area under the curve counts pairs, ties half")
  func areaUnderCurve() {
    let scores: [Float] = [1, 2, 3, 3, 5, 0]
    let positive = [false, true, true, false, true, false]
    let negative = [true, false, false, true, false, true]
    // Pairs (positive, negative): 2>1, 2<3, 2>0, 3>1, 3=3, 3>0, 5>1, 5>3, 5>0: 7.5 of 9.
    #expect(
      abs((RankQuality.areaUnderCurve(scores, positive: positive, negative: negative) ?? 9) - 7.5 / 9) < 1e-12)
    #expect(RankQuality.areaUnderCurve([1], positive: [true], negative: [false]) == nil)
  }

  @Test("anomalies are found by a target in their footprint, and ordinary film keeps its distance")
  func anomalies() {
    let truth = truth()
    let quality = RankQuality.list([5 * n + 5, 0], trueError: raster(errors), truth: truth)
    #expect(quality.visibleFound == 1 && quality.invisibleFound == 0)
    // 12 nm are two points here: the footprint of rows 4…6 leaves row 8 not ordinary and row 9 ordinary.
    #expect(!truth.isOrdinary[8 * n + 5] && truth.isOrdinary[9 * n + 5])
  }

  // Expected: evalt.py's evaluate in NumPy/SciPy on tuning scan 00, ordinary film by distance_transform_edt.
  @Test("oracle and pixel values on a tuning scan equal the reference", .enabled(if: SharedData.has("science/tuning")))
  func tuningScan() throws {
    let scan = try TuningScan.load("scan00")
    #expect(scan.truth.isOrdinary.count { $0 } == 4274)
    let oracle = try RankQuality.measure(
      combined: scan.error, error: scan.error, trueError: scan.error, truth: scan.truth, lengths: [20])
    #expect(abs((oracle.visibleAUROC ?? 0) - 0.929928) < 1e-5)
    #expect(abs((oracle.invisibleAUROC ?? 0) - 0.975060) < 1e-5)
    #expect(abs((oracle.rankCorrelation ?? 0) - 1) < 1e-12)
    #expect(oracle.combinedLists[20]?.precision == 1 && oracle.combinedLists[20]?.visibleFound == 1)
    #expect(abs((oracle.combinedLists[20]?.enrichment ?? 0) - 7.570547) < 1e-4)
    let pixel = try RankQuality.measure(
      combined: scan.pixels, error: scan.pixels, trueError: scan.error, truth: scan.truth, lengths: [20])
    #expect(abs((pixel.visibleAUROC ?? 0) - 0.501776) < 1e-5)
    #expect(abs((pixel.invisibleAUROC ?? 0) - 0.452722) < 1e-5)
    #expect(abs((pixel.rankCorrelation ?? 0) - -0.046166) < 1e-5)
    #expect(abs((pixel.combinedLists[20]?.enrichment ?? 0) - 0.564340) < 1e-5)
    #expect(pixel.combinedLists[20]?.precision == 0.1)
  }
}
