// How well a model predicts one set it was not trained on.

import Im2Spec
import Microscopy
import StrictJSON

/// Errors of a model on one set, beside the mean-spectrum baseline.
public struct SetEvaluation: Sendable {
  public let name: String
  public let positions: Int
  /// Spectra of the ensemble mean against the measured ones.
  public let spectra: SpectralMeasures
  /// The set's own mean spectrum predicted everywhere.
  public let spectraBaseline: SpectralMeasures
  /// Against noise-free spectra, where a simulation knows them.
  public let cleanSpectra: SpectralMeasures?
  /// Tiles from measured spectra against the real tiles, background 0, particle 1.
  public let tiles: SpectralMeasures
  public let tilesBaseline: SpectralMeasures
  /// Mean of e, the squared error in units of the mean squared training spectrum; noise-free truth where it is known,
  /// else less the noise floor.
  public let meanError: Double

  /// Tiles as the file has them; no noise is added.
  public init(model: ModelBundle, set: SpectrumSet) throws {
    let pairs = try SpectrumSet.trainingSet([set.seen(in: set.image)])
    let scale = try Self.scale(model)
    let answer = model.roundTrip(pairs.batch(Array(0..<pairs.count), context: model.usesContext))
    let channels = set.channels
    guard channels == model.energyEV.count else {
      throw WorkshopError("\(set.name) has \(channels) channels, the model \(model.energyEV.count)")
    }
    name = set.name
    positions = pairs.count
    let measured = set.counts.map { $0 / scale }
    spectra = SpectralMeasures(predicted: answer.spectra, reference: measured, size: channels)
    spectraBaseline = .meanBaseline(training: measured, reference: measured, size: channels)
    cleanSpectra = set.cleanCounts.map { clean in
      SpectralMeasures(predicted: answer.spectra, reference: clean.map { $0 / scale }, size: channels)
    }
    let real = pairs.batch(Array(0..<pairs.count), context: false).tiles
    let executor = model.networks.spec2im.executor(maximumBatch: pairs.count)
    tiles = SpectralMeasures(
      predicted: executor.run(measured, count: pairs.count), reference: real, size: TileBatch.tilePixels)
    tilesBaseline = .meanBaseline(training: real, reference: real, size: TileBatch.tilePixels)
    let errors = Self.errors(answer, set, model: model)
    meanError = errors.reduce(0, +) / Double(errors.count)
  }

  private static func scale(_ model: ModelBundle) throws -> Float {
    guard let counts = model.countsPerUnit else {
      throw WorkshopError("model \(model.id) does not say how many counts its unit stands for")
    }
    return Float(counts)
  }

  /// e at every position: against noise-free spectra, or against noisy ones less their estimated noise.
  static func errors(_ answer: RoundTripBatch, _ set: SpectrumSet, model: ModelBundle) -> [Double] {
    let scale = model.countsPerUnit ?? 1
    let channels = set.channels
    let truth = set.truthCounts
    return (0..<answer.count).map { position in
      let range = position * channels..<(position + 1) * channels
      var sum = 0.0
      for i in range {
        let difference = Double(answer.spectra[i]) - Double(truth[i]) / scale
        sum += difference * difference
      }
      let floor = set.cleanCounts == nil ? noiseVariance(truth[range]) / (scale * scale) : 0
      return (sum / Double(channels) - floor) / model.meanSquareSpectrum
    }
  }

  /// Variance of white noise on a smooth spectrum, from its second differences: a noise of variance σ² gives 6σ².
  private static func noiseVariance(_ spectrum: ArraySlice<Float>) -> Double {
    guard spectrum.count > 2 else { return 0 }
    var sum = 0.0
    for i in spectrum.startIndex + 1..<spectrum.endIndex - 1 {
      let second = Double(spectrum[i - 1]) - 2 * Double(spectrum[i]) + Double(spectrum[i + 1])
      sum += second * second
    }
    return sum / (6 * Double(spectrum.count - 2))
  }

  /// The figures that a bundle carries about itself.
  static func figures(_ evaluations: [SetEvaluation]) -> JSONValue {
    let count = Double(max(1, evaluations.count))
    func mean(_ value: (SetEvaluation) -> Double) -> Double { evaluations.map(value).reduce(0, +) / count }
    return [
      "calibration_mean_error": .double(mean(\.meanError)),
      "calibration_nmse": .double(mean(\.spectra.nmse)),
      "calibration_unexplained_variance": .double(mean(\.spectra.unexplainedVariance)),
      "calibration_nmse_of_mean_spectrum": .double(mean(\.spectraBaseline.nmse)),
      "calibration_tile_mean_squared_error": .double(mean(\.tiles.meanSquaredError)),
    ]
  }
}
