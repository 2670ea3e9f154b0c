// Everything that is trained for one image: networks on all tiles, and predictions out of fold.

import ModelWorkshop

/// Predictions at every tile position by networks of one number of latents.
struct ComparedPrediction: Sendable {
  let latents: Int
  /// (positions, target size).
  let values: [Float]
  let errors: PredictionErrors
}

/// Networks and predictions that the figures draw from.
struct TrainedNetworks: Sendable {
  /// Trained on all tiles, by number of latents.
  let onAllTiles: [Int: LatentNetworks]
  /// Errors of those networks on the tiles they were trained on.
  let inSample: [Direction: [Int: PredictionErrors]]
  /// What figures 3 to 6 compare: out of fold, or in-sample where the image is too small for blocks.
  let compared: [Direction: [ComparedPrediction]]
  /// Errors of the mean target predicted everywhere: of the other folds, or of all.
  let baseline: [Direction: PredictionErrors]
  /// Fold of each tile position; nil when nothing could be predicted out of fold.
  let fold: [Int]?
  /// Why there are no folds.
  let foldRefusal: String?

  /// - Parameter stage: called before each stage; answers with where its progress goes.
  static func train(
    _ image: AnalysedImage, settings: AnalysisSettings, stages: TrainingStages
  ) async throws -> TrainedNetworks {
    let onAllTiles = try await sweep(image, settings.allLatents, settings: settings, stages: stages, name: "")
    let inSample = errors(onAllTiles, image)
    let validation = BlockCrossValidation(folds: settings.folds, settings: settings.training)
    var folds: [OutOfFold] = []
    var refusal: String?
    let steps = 2 * settings.steps * settings.folds * settings.compared.count
    do {
      folds = try await validation.predict(
        image.tileSet, latents: settings.compared, progress: stages.next(steps: steps, name: ""))
    } catch let error as WorkshopError {
      refusal = error.description
    }
    var compared: [Direction: [ComparedPrediction]] = [:]
    var baseline: [Direction: PredictionErrors] = [:]
    for direction in Direction.allCases {
      let (targets, size) = (direction.targets(image), direction.targetSize(image))
      let predictions = settings.compared.enumerated().map { index, latents in
        folds.isEmpty
          ? onAllTiles[latents].map {
            direction.network($0).outputs(direction.features(image), count: image.count)
          } ?? [] : direction.predictions(folds[index])
      }
      compared[direction] = zip(settings.compared, predictions).map { latents, values in
        ComparedPrediction(
          latents: latents, values: values,
          errors: PredictionErrors(predicted: values, reference: targets, size: size))
      }
      let mean = folds.first.map(direction.baseline) ?? MeanTarget.everywhere(targets, size: size)
      baseline[direction] = PredictionErrors(predicted: mean, reference: targets, size: size)
    }
    return TrainedNetworks(
      onAllTiles: onAllTiles, inSample: inSample, compared: compared, baseline: baseline, fold: folds.first?.fold,
      foldRefusal: refusal)
  }

  /// Networks of several numbers of latents on every tile of an image.
  static func sweep(
    _ image: AnalysedImage, _ latents: [Int], settings: AnalysisSettings, stages: TrainingStages, name: String
  ) async throws -> [Int: LatentNetworks] {
    let sweep = LatentSweep(settings: settings.training)
    let networks = try await sweep.train(
      image.pairs, scaler: image.scaler, latents: latents,
      progress: stages.next(steps: sweep.steps(latents), name: name))
    return Dictionary(networks.map { ($0.latents, $0) }) { first, _ in first }
  }

  static func errors(
    _ networks: [Int: LatentNetworks], _ image: AnalysedImage
  ) -> [Direction: [Int: PredictionErrors]] {
    var errors: [Direction: [Int: PredictionErrors]] = [:]
    for direction in Direction.allCases {
      errors[direction] = networks.mapValues {
        PredictionErrors(
          predicted: direction.network($0).outputs(direction.features(image), count: image.count),
          reference: direction.targets(image), size: direction.targetSize(image))
      }
    }
    return errors
  }
}

enum MeanTarget {
  /// The mean row of an (n, size) array, n times.
  static func everywhere(_ values: [Float], size: Int) -> [Float] {
    var mean = [Double](repeating: 0, count: size)
    let count = Double(max(1, values.count / size))
    for i in values.indices { mean[i % size] += Double(values[i]) / count }
    return values.indices.map { Float(mean[$0 % size]) }
  }
}
