import Foundation
import Im2Spec
import ImageProcessing
import Microscopy
import NeuralNetworks
import StrictJSON
import Testing

@Suite("Model bundles")
struct ModelBundleTests {
  static func draft(context: Bool = true) throws -> ModelBundleDraft {
    let channels = 32
    let plan = try NetworkPlan(CompactFamily.im2spec(latents: 3, channels: channels, context: context))
    let networks = try BundleNetworks(
      im2spec: (0..<2).map { FloatNetwork(plan: plan, seed: UInt64($0)) },
      spec2im: FloatNetwork(plan: NetworkPlan(CompactFamily.spec2im(latents: 3, channels: channels)), seed: 9))
    let scale = ScoreScale(median: -1, medianAbsoluteDeviation: 0.25, standardDeviation: 0.5)
    return ModelBundleDraft(
      networks: networks, pixelSizeNM: 1.5, energyEV: (0..<channels).map { 0.2 + 0.01 * Double($0) },
      scaler: SpectrumScaler(countsPerUnit: 1000, meanSquare: 0.125),
      bank: ReferenceBank(
        count: 2, latentCount: 3, latents: [1, 2, 3, 4, 5, 6], tiles: (0..<512).map { Float($0 % 8) / 8 }),
      calibration: ScoreCalibration(
        scales: ["novelty": scale, "ensemble": scale],
        error: ErrorRegression(
          intercept: -4, weights: ["novelty": 0.5, "ensemble": 0.25], residualQuantiles: -1...1.5),
        contextRanges: context ? [ClosedRange<Double>](repeating: 0...1, count: 12) : [], pitchPixels: 10,
        positions: 77),
      training: ["source": "test"], createdAt: "2026-01-02T03:04:05Z", licence: "CC0-1.0")
  }

  static func temporaryFile() -> String {
    FileManager.default.temporaryDirectory.appending(path: "bundle-\(UUID().uuidString).safetensors").path
  }

  @Test("everything that was written is read, under an id that is the file's hash", arguments: [true, false])
  func roundTrip(context: Bool) throws {
    let draft = try Self.draft(context: context)
    let path = Self.temporaryFile()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try draft.write(to: path)
    let model = try ModelBundle(contentsOf: path)
    #expect(model.id.count == 12 && model.usesContext == context && model.memberCount == 2)
    #expect(model.calibration == draft.calibration)
    #expect(model.bank.tiles == draft.bank.tiles && model.bank.latents == draft.bank.latents)
    #expect(model.energyEV == draft.energyEV && model.countsPerUnit == 1000 && model.meanSquareSpectrum == 0.125)
    #expect(model.training["source"]?.string == "test" && model.licence == "CC0-1.0")
    #expect(model.networks.im2spec.map(\.parameters) == draft.networks.im2spec.map(\.parameters))
  }

  @Test("ensemble mean, variance and round trip are what the networks give one by one")
  func ensemble() throws {
    let model = try Self.draft().model()
    let count = 37
    let batch = TileBatch(
      count: count, tiles: (0..<count * 256).map { Float(($0 * 37) % 101) / 101 },
      context: (0..<count * 12).map { Float(($0 * 13) % 17) / 17 })
    let answer = model.roundTrip(batch)
    let outputs = model.networks.im2spec.map {
      $0.executor(maximumBatch: count).run(batch.tiles, side: batch.context, count: count)
    }
    for position in [0, 15, 16, 36] {
      var variance = 0.0
      for i in position * 32..<(position + 1) * 32 {
        let (a, b) = (Double(outputs[0][i]), Double(outputs[1][i]))
        #expect(abs(Double(answer.spectra[i]) - (a + b) / 2) < 1e-6)
        variance += (a - b) * (a - b) / 4 / 32
      }
      #expect(abs(Double(answer.ensembleVariance[position]) / variance - 1) < 1e-4)
    }
    let back = model.networks.spec2im.executor(maximumBatch: count).run(answer.spectra, count: count)
    for (a, b) in zip(back, answer.tiles) { #expect(abs(a - b) < 1e-5) }
    #expect(model.roundTrip(batch).spectra == answer.spectra)
  }

  @Test("positions of a band get what their tiles get one by one", arguments: [1, 2, 4, 8], [true, false])
  func band(step: Int, context: Bool) throws {
    let model = try Self.draft(context: context).model()
    let (rows, columns) = (EvenIndices(first: 10, step: step, count: 18), EvenIndices(first: 12, step: step, count: 21))
    var image = Raster(rows: rows.span.upperBound + 9, columns: columns.span.upperBound + 11, repeating: 0)
    for index in image.values.indices { image.values[index] = Float((index * 37) % 101) / 101 }
    let count = rows.count * columns.count
    let features = context ? (0..<count * 12).map { Float(($0 * 13) % 17) / 17 } : []
    let band = TileBand(image: image, rows: rows, columns: columns, context: features)
    let expected = model.roundTrip(band.batch(0..<count))
    let answer = try model.roundTrip(band, keepsSpectra: true, checkpoint: {})
    #expect(answer.count == count && answer.spectra.count == expected.spectra.count)
    func expectClose(_ values: [Float], _ expected: [Float], _ tolerance: Float) {
      #expect(values.count == expected.count)
      for (value, wanted) in zip(values, expected) { #expect(abs(value - wanted) < tolerance) }
    }
    expectClose(answer.latents, expected.latents, 2e-6)
    expectClose(answer.spectra, expected.spectra, 2e-6)
    expectClose(answer.roundTripError, expected.roundTripError, 2e-6)
    // The same bytes from a band that is a part of this one.
    let positions = 5 * columns.count..<9 * columns.count
    let partFeatures = context ? Array(features[positions.lowerBound * 12..<positions.upperBound * 12]) : []
    let part = TileBand(image: image, rows: rows.part(5..<9), columns: columns, context: partFeatures)
    let again = try model.roundTrip(part, keepsSpectra: true, checkpoint: {})
    #expect(again.roundTripError == Array(answer.roundTripError[positions]))
    #expect(again.ensembleVariance == Array(answer.ensembleVariance[positions]))
  }

  @Test(
    "a bundle with something missing or wrong is refused with a message that names it",
    arguments: [
      ("eelscout.bundle", "2", "update eelscout"), ("architecture", "{", "JSON"),
      ("architecture", "{}", "neither im2spec nor spec2im"),
      ("pixel_size_nm", "-1", "pixel_size_nm"), ("energy_ev", "[1,2]", "32 ascending"), ("scaler", "{}", "mean_square"),
      ("calibration", "{\"scores\":[]}", "calibration"),
    ])
  func refused(key: String, value: String, message: String) throws {
    let path = Self.temporaryFile()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Self.draft().write(to: path)
    var file = try SafetensorsFile(contentsOf: path)
    file.setMetadata(key, value)
    try file.data.write(to: URL(fileURLWithPath: path))
    let error = try #require(throws: ModelBundleError.self) { try ModelBundle(contentsOf: path) }
    #expect("\(error)".contains(message), "\(error)")
    #expect("\(error)".contains(path))
    #expect(!"\(error)".contains("\n"))
  }

  @Test("a tensor of the wrong shape, and a file that is none, are refused")
  func wrongTensor() throws {
    let path = Self.temporaryFile()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Self.draft().write(to: path)
    var file = try SafetensorsFile(contentsOf: path)
    file.set("bank.latents", shape: [2, 4], floats: [Float](repeating: 0, count: 8))
    try file.data.write(to: URL(fileURLWithPath: path))
    #expect(throws: ModelBundleError.self) { try ModelBundle(contentsOf: path) }
    #expect(throws: ModelBundleError.self) { try ModelBundle(contentsOf: path + ".absent") }
    try Data("not a model".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: ModelBundleError.self) { try ModelBundle(contentsOf: path) }
  }
}
