// What an import makes, and what it says about itself.

import Foundation
import Im2Spec
import StrictJSON

public enum ImportedBundle: Sendable {
  /// Both networks. A bank and a calibration can be added to the draft before it is written.
  case whole(ModelBundleDraft)
  /// im2spec or spec2im alone.
  case oneWay(OneWayBundle)

  public var pixelSizeNM: Double {
    switch self {
    case .whole(let draft): draft.pixelSizeNM
    case .oneWay(let bundle): bundle.pixelSizeNM
    }
  }

  /// Energy of each channel, eV.
  public var energyEV: [Double] {
    switch self {
    case .whole(let draft): draft.energyEV
    case .oneWay(let bundle): bundle.energyEV
    }
  }

  /// Writes the bundle, after reading it back in memory as its users will.
  public func write(to path: String) throws {
    switch self {
    case .whole(let draft):
      _ = try draft.model()
      try draft.write(to: path)
    case .oneWay(let bundle): try bundle.write(to: path)
    }
  }
}

extension ModelDescription {
  public static func json(of bundle: OneWayBundle) -> JSONValue {
    [
      "direction": .string(bundle.direction.rawValue), "members": .int(bundle.networks.count),
      "latents": .int(bundle.networks[0].plan.latentCount),
      "parameters": .int(bundle.networks[0].plan.parameterCount),
      "energy_ev": [
        "first": JSONValue(bundle.energyEV.first), "last": JSONValue(bundle.energyEV.last),
        "channels": .int(bundle.energyEV.count),
      ],
      "pixel_size_nm": .double(bundle.pixelSizeNM), "counts_per_unit": .double(bundle.scaler.countsPerUnit),
      "mean_square": .double(bundle.scaler.meanSquare), "training": bundle.training,
      "created_at": .string(bundle.createdAt), "licence": .string(bundle.licence),
    ]
  }

  public static func text(of bundle: OneWayBundle) -> String {
    let parameters = bundle.networks[0].plan.parameterCount
    let other: NetworkDirection = bundle.direction == .im2spec ? .spec2im : .im2spec
    return [
      "model         made \(bundle.createdAt), licence \(bundle.licence)",
      "networks      \(bundle.networks.count) \(bundle.direction.rawValue) (\(parameters) parameters, "
        + "\(bundle.networks[0].plan.latentCount) latents), no \(other.rawValue): cannot rank places",
      String(
        format: "spectra       %d channels, %.3f…%.3f eV; 1.0 is %.1f counts", bundle.energyEV.count,
        bundle.energyEV.first ?? 0, bundle.energyEV.last ?? 0, bundle.scaler.countsPerUnit),
      String(format: "tiles         16×16 pixels of %.3g nm; no bank", bundle.pixelSizeNM),
      "calibration   none",
      "source        \(bundle.training["source"]?.string ?? "unknown")",
    ].joined(separator: "\n")
  }
}
