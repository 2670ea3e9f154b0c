// Metadata and tensors of a bundle beside its networks, checked.

import NeuralNetworks
import StrictJSON

struct BundleFields {
  let file: SafetensorsFile

  init(_ file: SafetensorsFile) { self.file = file }

  /// A bank of more tiles would only slow the search down.
  private static let largestBank = 1 << 20

  func json(_ name: String) throws -> JSONValue {
    guard let text = file.metadata[name] else { throw ArchitectureError("metadata \"\(name)\" is missing") }
    do { return try JSONValue.parse(text.utf8) } catch { throw ArchitectureError("metadata \"\(name)\" is \(error)") }
  }

  func number(_ name: String, _ range: ClosedRange<Double>) throws -> Double {
    guard let value = try json(name).double, range.contains(value) else {
      throw ArchitectureError(
        "metadata \"\(name)\" must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func energies(count: Int) throws -> [Double] {
    let values = try json("energy_ev").array?.compactMap(\.double) ?? []
    guard values.count == count, values.allSatisfy(\.isFinite), zip(values, values.dropFirst()).allSatisfy(<) else {
      throw ArchitectureError("metadata \"energy_ev\" must be \(count) ascending numbers, one a channel")
    }
    return values
  }

  /// An imported bundle has no training tiles: its bank is empty.
  func bank(latents: Int) throws -> ReferenceBank {
    if file.tensors["bank.latents"] == nil, file.tensors["bank.tiles"] == nil {
      return .empty(latentCount: latents)
    }
    guard let count = file.tensors["bank.latents"]?.shape.first, (1...Self.largestBank).contains(count) else {
      throw ArchitectureError("tensor \"bank.latents\" is missing, empty or larger than \(Self.largestBank) tiles")
    }
    return ReferenceBank(
      count: count, latentCount: latents, latents: try file.floats("bank.latents", shape: [count, latents]),
      tiles: try file.floats("bank.tiles", shape: [count, TileBatch.tileEdge, TileBatch.tileEdge]))
  }

  func calibration() throws -> ScoreCalibration? {
    guard file.metadata["calibration"] != nil else { return nil }
    let description = try json("calibration")
    guard let names = description["scores"]?.array?.compactMap(\.string), (1...64).contains(names.count),
      Set(names).count == names.count, let positions = description["positions"]?.int
    else { throw ArchitectureError("metadata \"calibration\" must name its scores and count its positions") }
    func row(_ name: String, _ count: Int) throws -> [Double] {
      try file.floats("calibration.\(name)", shape: [count]).map(Double.init)
    }
    let (median, mad) = (try row("median", names.count), try row("mad", names.count))
    let deviation = try row("deviation", names.count)
    guard mad.allSatisfy({ $0 > 0 }), deviation.allSatisfy({ $0 > 0 }) else {
      throw ArchitectureError("calibration spreads must be positive")
    }
    let weights = try row("error_weights", names.count)
    let residuals = try row("error_residuals", 2)
    let contextCount = file.tensors["calibration.context_minimum"]?.shape.first ?? 0
    guard [0, ContextFeatures.count].contains(contextCount), residuals[0] <= residuals[1] else {
      throw ArchitectureError("calibration tensors do not fit together")
    }
    let low = contextCount == 0 ? [] : try row("context_minimum", contextCount)
    let high = contextCount == 0 ? [] : try row("context_maximum", contextCount)
    guard zip(low, high).allSatisfy(<=) else { throw ArchitectureError("calibration.context_minimum exceeds maximum") }
    return ScoreCalibration(
      scales: Dictionary(
        uniqueKeysWithValues: names.indices.map {
          (
            names[$0],
            ScoreScale(
              median: median[$0], medianAbsoluteDeviation: mad[$0], standardDeviation: deviation[$0])
          )
        }),
      error: ErrorRegression(
        intercept: try row("error_intercept", 1)[0], weights: Dictionary(uniqueKeysWithValues: zip(names, weights)),
        residualQuantiles: residuals[0]...residuals[1]),
      contextRanges: zip(low, high).map { $0...$1 }, pitchPixels: try row("pitch_pixels", 1)[0], positions: positions)
  }

  static func store(
    pixelSizeNM: Double, energyEV: [Double], scaler: SpectrumScaler, training: JSONValue, createdAt: String,
    licence: String, in file: inout SafetensorsFile
  ) {
    file.setMetadata(ModelBundle.versionKey, ModelBundle.version)
    file.setMetadata("pixel_size_nm", JSONValue.double(pixelSizeNM).text)
    file.setMetadata("energy_ev", JSONValue(energyEV).text)
    file.setMetadata("scaler", scaler.json.text)
    file.setMetadata("training", training.text)
    file.setMetadata("created_at", createdAt)
    file.setMetadata("licence", licence)
  }

  /// Counts a unit and the unit of e.
  func scaler() throws -> (countsPerUnit: Double?, meanSquare: Double) {
    let scaler = try json("scaler")
    guard let meanSquare = scaler["mean_square"]?.double, meanSquare > 0, meanSquare.isFinite else {
      throw ArchitectureError("metadata \"scaler\" needs \"mean_square\" > 0")
    }
    return (scaler["counts_per_unit"]?.double, meanSquare)
  }

  static func store(_ calibration: ScoreCalibration, in file: inout SafetensorsFile) {
    let names = calibration.scales.keys.sorted()
    let scales = names.compactMap { calibration.scales[$0] }
    func row(_ name: String, _ values: [Double]) {
      file.set("calibration.\(name)", shape: [values.count], floats: values.map(Float.init))
    }
    row("median", scales.map(\.median))
    row("mad", scales.map(\.medianAbsoluteDeviation))
    row("deviation", scales.map(\.standardDeviation))
    row("error_weights", names.map { calibration.error.weights[$0] ?? 0 })
    row("error_intercept", [calibration.error.intercept])
    row(
      "error_residuals",
      [calibration.error.residualQuantiles.lowerBound, calibration.error.residualQuantiles.upperBound])
    row("pitch_pixels", [calibration.pitchPixels])
    if !calibration.contextRanges.isEmpty {
      row("context_minimum", calibration.contextRanges.map(\.lowerBound))
      row("context_maximum", calibration.contextRanges.map(\.upperBound))
    }
    let description: JSONValue = ["scores": JSONValue(names), "positions": .int(calibration.positions)]
    file.setMetadata("calibration", description.text)
  }
}
