// How well spectra and tiles of one set are predicted.

import Im2Spec
import Microscopy
import StrictJSON

/// Errors of one predictor on one set, beside the baselines that predict one spectrum and one tile everywhere.
public struct SetEvaluation: Sendable {
  public let name: String
  public let positions: Int
  /// Who predicts, in words.
  public var predictor: String
  /// How training and test are kept apart, in words.
  public var split: String
  public let latents: Int
  /// Predicted spectra against the measured ones.
  public let spectra: SpectralMeasures
  public let spectraBaseline: SpectralMeasures
  /// Against noise-free spectra, where a simulation knows them.
  public let cleanSpectra: SpectralMeasures?
  /// Tiles from measured spectra against the real tiles, background 0, particle 1.
  public let tiles: SpectralMeasures
  public let tilesBaseline: SpectralMeasures
  /// Mean of e, the squared error in units of the mean squared training spectrum; noise-free truth where it is known,
  /// else less the noise floor.
  public let meanError: Double

  /// A model on a set; tiles as the file has them, no noise is added. Baseline: the set's own mean.
  public init(model: ModelBundle, set: SpectrumSet) throws {
    guard set.channels == model.energyEV.count else {
      throw WorkshopError("\(set.name) has \(set.channels) channels, the model \(model.energyEV.count)")
    }
    let step = (model.energyEV.last ?? 0) - (model.energyEV.dropLast().last ?? 0)
    if let (ours, theirs) = zip(set.energyEV, model.energyEV).first(where: { abs($0 - $1) > 0.5 * step }) {
      throw WorkshopError(
        "\(set.name): its channels stand at other energies (\(ours) eV where the model has \(theirs) eV); "
          + "prepare the spectra as the model's were: see `eelscout model info`")
    }
    let pairs = try SpectrumSet.trainingSet([set.seen(in: set.image)])
    let scale = try Self.scale(model)
    let answer = model.roundTrip(pairs.batch(Array(0..<pairs.count), context: model.usesContext))
    let channels = set.channels
    name = set.name
    positions = pairs.count
    predictor = "model \(model.id)"
    split = "a set the model may not have seen"
    latents = model.latentCount
    let measured = set.counts.map { $0 / scale }
    spectra = SpectralMeasures(predicted: answer.spectra, reference: measured, size: channels)
    spectraBaseline = .meanBaseline(training: measured, reference: measured, size: channels)
    cleanSpectra = set.cleanCounts.map { clean in
      SpectralMeasures(predicted: answer.spectra, reference: clean.map { $0 / scale }, size: channels)
    }
    let real = pairs.batch(Array(0..<pairs.count), context: false).tiles
    let executor = model.networks.spec2im.executor(maximumBatch: Self.blockSize)
    let back = stride(from: 0, to: pairs.count, by: Self.blockSize).flatMap { start in
      let end = min(start + Self.blockSize, pairs.count)
      return executor.run(Array(measured[start * channels..<end * channels]), count: end - start)
    }
    tiles = SpectralMeasures(predicted: back, reference: real, size: TileBatch.tilePixels)
    tilesBaseline = .meanBaseline(training: real, reference: real, size: TileBatch.tilePixels)
    let errors = Self.errors(answer.spectra, set, scale: Double(scale), meanSquare: model.meanSquareSpectrum)
    meanError = errors.reduce(0, +) / Double(errors.count)
  }

  /// Spectra that a network takes at once.
  private static let blockSize = 64

  /// Predictions at every position of a set by networks that were not trained there. Baseline: the mean of each fold's
  /// training pairs.
  public init(_ prediction: OutOfFold, of set: SpectrumSet, split: String) throws {
    let pairs = try SpectrumSet.trainingSet([set.seen(in: set.image)])
    let scale = Float(prediction.scaler.countsPerUnit)
    let channels = set.channels
    name = set.name
    positions = pairs.count
    predictor = "networks trained on the other folds"
    self.split = split
    latents = prediction.latents
    let measured = set.counts.map { $0 / scale }
    spectra = SpectralMeasures(predicted: prediction.spectra, reference: measured, size: channels)
    spectraBaseline = SpectralMeasures(predicted: prediction.meanSpectra, reference: measured, size: channels)
    cleanSpectra = set.cleanCounts.map { clean in
      SpectralMeasures(predicted: prediction.spectra, reference: clean.map { $0 / scale }, size: channels)
    }
    let real = pairs.batch(Array(0..<pairs.count), context: false).tiles
    tiles = SpectralMeasures(predicted: prediction.tiles, reference: real, size: TileBatch.tilePixels)
    tilesBaseline = SpectralMeasures(predicted: prediction.meanTiles, reference: real, size: TileBatch.tilePixels)
    let errors = Self.errors(
      prediction.spectra, set, scale: Double(scale), meanSquare: prediction.scaler.meanSquare)
    meanError = errors.reduce(0, +) / Double(errors.count)
  }

  private static func scale(_ model: ModelBundle) throws -> Float {
    guard let counts = model.countsPerUnit else {
      throw WorkshopError("model \(model.id) does not say how many counts its unit stands for")
    }
    return Float(counts)
  }

  /// e at every position: against noise-free spectra, or against noisy ones less their estimated noise.
  /// - Parameters:
  ///   - predicted: (positions, channels), in units of `scale` counts.
  ///   - meanSquare: of the training spectra, in those units: the unit of e.
  static func errors(_ predicted: [Float], _ set: SpectrumSet, scale: Double, meanSquare: Double) -> [Double] {
    let channels = set.channels
    let truth = set.truthCounts
    return (0..<predicted.count / channels).map { position in
      let range = position * channels..<(position + 1) * channels
      var sum = 0.0
      for i in range {
        let difference = Double(predicted[i]) - Double(truth[i]) / scale
        sum += difference * difference
      }
      let floor = set.cleanCounts == nil ? NoiseEstimate.variance(of: truth[range]) / (scale * scale) : 0
      return (sum / Double(channels) - floor) / meanSquare
    }
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
