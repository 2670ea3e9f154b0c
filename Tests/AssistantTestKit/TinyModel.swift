// A complete model bundle with untrained networks: right in every part, made in a moment.

import Im2Spec
import Microscopy
import NeuralNetworks
import SeededRandom
import StrictJSON
import TestExtent
import Triage

/// Two members with random weights, a bank and a calibration from square films.
public enum TinyModel {
  private static let latents = 4
  private static let channels = 32
  private static let positions = 400

  /// Those of the shipped model; under a sanitizer ones with few multiplications, because nearly all time would go there.
  private static let architectures = Extent.now.choose(
    usual: (
      im2spec: CompactFamily.im2spec(latents: latents, channels: channels, context: false),
      spec2im: CompactFamily.spec2im(latents: latents, channels: channels)
    ), sanitized: (im2spec: leastIm2spec, spec2im: leastSpec2im))

  private static let leastIm2spec = Architecture(
    input: TensorShape(channels: 1, extents: [TileBatch.tileEdge, TileBatch.tileEdge]),
    encoder: [
      .convolution(name: "conv", filters: 2, kernel: 3, dilation: 1), .leakyReLU(slope: 0.1),
      .dense(name: "fc", outputs: latents),
    ], decoder: [.dense(name: "fc", outputs: channels), .reshape(TensorShape(channels: 1, extents: [channels]))])

  private static let leastSpec2im = Architecture(
    input: TensorShape(channels: 1, extents: [channels]), encoder: [.dense(name: "fc", outputs: latents)],
    decoder: [
      .dense(name: "fc", outputs: TileBatch.tilePixels),
      .reshape(TensorShape(channels: 1, extents: [TileBatch.tileEdge, TileBatch.tileEdge])),
    ])

  /// Made once a process: fitting takes longer than most tests.
  private static let draft = Result { try make() }

  /// Writes the bundle; the same bytes each time.
  /// - Parameter createdAt: a bundle of another time is another model to everybody who looks at its hash.
  public static func write(to path: String, createdAt: String? = nil) throws {
    var draft = try draft.get()
    draft.createdAt = createdAt ?? draft.createdAt
    try draft.write(to: path)
  }

  /// Writes the bundle as an import leaves it: without bank and calibration.
  public static func writeUncalibrated(to path: String) throws {
    var draft = try draft.get()
    (draft.bank, draft.calibration) = (.empty(latentCount: latents), nil)
    try draft.write(to: path)
  }

  /// Writes a bundle with im2spec only.
  public static func writeOneWay(to path: String) throws {
    let draft = try draft.get()
    try OneWayBundle(
      direction: .im2spec, networks: draft.networks.im2spec, pixelSizeNM: draft.pixelSizeNM, energyEV: draft.energyEV,
      scaler: draft.scaler, training: draft.training, createdAt: draft.createdAt, licence: draft.licence
    ).write(to: path)
  }

  private static func make() throws -> ModelBundleDraft {
    let (forward, back) = try (NetworkPlan(architectures.im2spec), NetworkPlan(architectures.spec2im))
    let networks = try BundleNetworks(
      im2spec: [1, 2].map { FloatNetwork(plan: forward, seed: $0) }, spec2im: FloatNetwork(plan: back, seed: 3))
    let batch = try trainingTiles()
    let executor = networks.im2spec[0].executor(maximumBatch: positions)
    let bank = ReferenceBank(
      count: positions, latentCount: latents, latents: executor.encode(batch.tiles, count: positions),
      tiles: batch.tiles)
    var draft = ModelBundleDraft(
      networks: networks, pixelSizeNM: 1.5, energyEV: (0..<channels).map { 0.2 + 0.05 * Double($0) },
      scaler: SpectrumScaler(countsPerUnit: 1_000, meanSquare: 0.1), bank: bank, training: ["source": "untrained"],
      createdAt: "2026-01-01T00:00:00Z", licence: "none")
    let answer = try draft.model().roundTrip(batch)
    var generator = SeededGenerator(seed: 5)
    let errors = (0..<positions).map { _ in 0.002 + 0.02 * generator.uniform() }
    draft.calibration = try CalibrationFit.fit(
      samples: [CalibrationSample(tiles: batch, roundTrip: answer, error: errors)], bank: bank, trainingContext: [],
      pitches: [10, 10, 10])
    return draft
  }

  private static func trainingTiles() throws -> TileBatch {
    let film = SquareFilm.scan(rows: 160, columns: 160, seed: 77)
    let image = try ScanNormalisation.normalise(film.image, levels: ScanNormalisation.levels(of: film.image))
    var generator = SeededGenerator(seed: 78)
    var tiles: [Float] = []
    for _ in 0..<positions {
      let (row, column) = (generator.index(below: 144), generator.index(below: 144))
      for pixel in 0..<TileBatch.tilePixels { tiles.append(image[row + pixel / 16, column + pixel % 16]) }
    }
    return TileBatch(count: positions, tiles: tiles, context: [])
  }
}
