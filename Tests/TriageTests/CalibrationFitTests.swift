import Im2Spec
import Microscopy
import Testing
import Triage

@Suite("Fitting a calibration")
struct CalibrationFitTests {
  /// Sixty bank tiles and two hundred calibration tiles of hashed numbers.
  private func fit(errors: [Double]? = nil, splitAt split: Int = 200) throws -> ScoreCalibration {
    let (count, latentCount) = (200, 3)
    let bank = ReferenceBank(
      count: 60, latentCount: latentCount, latents: hashedNumbers(60 * latentCount, seed: 2),
      tiles: hashedNumbers(60 * 256, seed: 1))
    let tiles = hashedNumbers(count * 256, seed: 3)
    let latents = hashedNumbers(count * latentCount, seed: 4).map { $0 * 2 }
    let variance = hashedNumbers(count, seed: 5).map { $0 * 0.01 }
    let roundTripError = hashedNumbers(count, seed: 6).map { $0 + 0.1 }
    let hashed: [Double] = hashedNumbers(count, seed: 7).map { number in
      let value = Double(number)
      return 0.1 * value * value
    }
    let errors = errors ?? hashed
    func sample(_ range: Range<Int>) -> CalibrationSample {
      let batch = TileBatch(
        count: range.count, tiles: Array(tiles[range.lowerBound * 256..<range.upperBound * 256]), context: [])
      let answer = RoundTripBatch(
        count: range.count, latents: Array(latents[range.lowerBound * 3..<range.upperBound * 3]), spectra: [],
        ensembleVariance: Array(variance[range]), tiles: [], roundTripError: Array(roundTripError[range]))
      return CalibrationSample(tiles: batch, roundTrip: answer, error: Array(errors[range]))
    }
    let samples = split < count ? [sample(0..<split), sample(split..<count)] : [sample(0..<count)]
    let context = (0..<24).map { Float($0) }
    return try CalibrationFit.fit(
      samples: samples, bank: bank, trainingContext: context, pitches: [10, 11, 10, 12, 11])
  }

  // Expected values: numpy on the same hashed numbers. Scores as in METHOD 6: brute-force distances, whitening by
  // cholesky(inv(cov + 1e-6)), D4 canonical 4x4 pools; z = clip((s - median) / (1.4826 MAD), -1, 8);
  // ridge lambda 30 on centred z of log(max(e, 1.5e-3)); numpy.quantile of the residuals.
  private static let scales: [(Score, Double, Double, Double)] = [
    (.ensemble, -5.384657, 0.580984, 1.008696), (.roundTrip, -0.469515, 0.366862, 0.566920),
    (.tileNeighbours, -1.333822, 0.078332, 0.112835), (.novelty, 1.102514, 0.370690, 0.631174),
    (.mahalanobis, 3.010028, 0.550000, 1.030600),
  ]

  @Test("medians, MADs and deviations of every score equal NumPy's", arguments: scales)
  func scoreScale(score: Score, median: Double, deviation: Double, standardDeviation: Double) throws {
    let scale = try #require(try fit().scales[score.rawValue])
    #expect(abs(scale.median - median) < 5e-6)
    #expect(abs(scale.medianAbsoluteDeviation - deviation) < 5e-6)
    #expect(abs(scale.standardDeviation - standardDeviation) < 5e-6)
  }

  @Test("the error regression and its residual quantiles equal NumPy's")
  func regression() throws {
    let calibration = try fit()
    let expected: [Score: Double] = [
      .ensemble: -0.266704, .roundTrip: 0.108578, .tileNeighbours: -0.133260, .novelty: 0.032048,
      .mahalanobis: 0.049412,
    ]
    for (score, weight) in expected {
      #expect(abs((calibration.error.weights[score.rawValue] ?? 99) - weight) < 1e-5)
    }
    #expect(abs(calibration.error.intercept - -3.978497) < 1e-5)
    #expect(abs(calibration.error.residualQuantiles.lowerBound - -2.501411) < 1e-5)
    #expect(abs(calibration.error.residualQuantiles.upperBound - 1.664292) < 1e-5)
    let predicted = try #require(calibration.scales[Score.predictedError.rawValue])
    #expect(abs(predicted.median - -3.986321) < 1e-5 && abs(predicted.medianAbsoluteDeviation - 0.186113) < 1e-5)
  }

  @Test("context ranges, the median pitch and the number of positions")
  func ranges() throws {
    let calibration = try fit()
    #expect(calibration.contextRanges == (0..<12).map { Double($0)...Double($0 + 12) })
    #expect(calibration.pitchPixels == 11 && calibration.positions == 200)
  }

  @Test("films may come in any portions")
  func portions() throws {
    #expect(try fit() == fit(splitAt: 37))
  }

  @Test("samples that do not fit are refused")
  func refusals() throws {
    var broken = hashedNumbers(200, seed: 7).map(Double.init)
    broken[3] = .nan
    #expect(throws: TriageError.self) { try fit(errors: broken) }
    let bank = ReferenceBank(count: 3, latentCount: 3, latents: hashedNumbers(9, seed: 1), tiles: [])
    #expect(throws: TriageError.self) {
      try CalibrationFit.fit(samples: [], bank: bank, trainingContext: [], pitches: [10])
    }
  }
}
