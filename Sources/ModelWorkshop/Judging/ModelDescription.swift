// A bundle in words, and whether it is fit for use.

import Foundation
import Im2Spec
import StrictJSON
import Triage

/// Describes and checks model bundles.
public enum ModelDescription {
  public static func json(of model: ModelBundle) -> JSONValue {
    let networks = model.networks
    return [
      "id": .string(model.id), "members": .int(model.memberCount), "latents": .int(model.latentCount),
      "context": .bool(model.usesContext), "im2spec_parameters": .int(networks.im2spec[0].plan.parameterCount),
      "spec2im_parameters": .int(networks.spec2im.plan.parameterCount),
      "energy_ev": [
        "first": JSONValue(model.energyEV.first), "last": JSONValue(model.energyEV.last),
        "channels": .int(model.energyEV.count),
      ],
      "pixel_size_nm": .double(model.pixelSizeNM), "counts_per_unit": JSONValue(model.countsPerUnit),
      "mean_square": .double(model.meanSquareSpectrum), "bank_tiles": .int(model.bank.count),
      "calibration_positions": JSONValue(model.calibration?.positions), "training": model.training,
      "created_at": .string(model.createdAt), "licence": .string(model.licence),
    ]
  }

  public static func text(of model: ModelBundle) -> String {
    let networks = model.networks
    // Of an imported model nobody knows what it was trained on.
    let origin = model.training["calibration_sets"] == nil ? "" : " that training left out"
    var lines = [
      "model         \(model.id), made \(model.createdAt), licence \(model.licence)",
      "networks      \(model.memberCount) im2spec (\(networks.im2spec[0].plan.parameterCount) parameters, "
        + "\(model.latentCount) latents, \(model.usesContext ? "tile and context" : "tile only")), "
        + "1 spec2im (\(networks.spec2im.plan.parameterCount))",
      String(
        format: "spectra       %d channels, %.3f…%.3f eV; 1.0 is %.1f counts", model.energyEV.count,
        model.energyEV.first ?? 0, model.energyEV.last ?? 0, model.countsPerUnit ?? .nan),
      String(format: "tiles         16×16 pixels of %.3g nm; bank of %d", model.pixelSizeNM, model.bank.count),
      "calibration   " + (model.calibration.map { "\($0.positions) positions\(origin)" } ?? "none"),
      "source        \(model.training["source"]?.string ?? "unknown")",
    ]
    for figure in model.training["figures"]?.members ?? [] {
      let name = figure.name.replacing("_", with: " ").padding(toLength: 40, withPad: " ", startingAt: 0)
      lines.append("  " + name + String(format: "%.4f", figure.value.double ?? .nan))
    }
    return lines.joined(separator: "\n")
  }

  /// - Throws: `WorkshopError` naming what is missing or wrong.
  public static func verify(_ model: ModelBundle) throws {
    guard model.calibration != nil else { throw WorkshopError("model \(model.id) is not calibrated") }
    do { _ = try ScanTriage(model: model, rules: TriageRules()) } catch { throw WorkshopError("\(error)") }
    let count = min(16, model.bank.count)
    let context = [Float](repeating: 0, count: model.usesContext ? count * CompactFamily.contextCount : 0)
    let answer = model.roundTrip(
      TileBatch(count: count, tiles: Array(model.bank.tiles.prefix(count * TileBatch.tilePixels)), context: context))
    guard (answer.spectra + answer.tiles).allSatisfy(\.isFinite) else {
      throw WorkshopError("model \(model.id) predicts numbers that are not finite")
    }
  }
}
