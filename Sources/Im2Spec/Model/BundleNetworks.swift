// The networks of a bundle: several im2spec members and one spec2im.

import NeuralNetworks
import StrictJSON

/// Members of the ensemble and the way back.
public struct BundleNetworks: Sendable {
  public let im2spec: [FloatNetwork]
  public let spec2im: FloatNetwork

  /// More members than anybody trains; guards against a hostile header.
  private static let largestEnsemble = 64

  public init(im2spec: [FloatNetwork], spec2im: FloatNetwork) throws(ArchitectureError) {
    guard let first = im2spec.first, im2spec.count <= Self.largestEnsemble,
      im2spec.allSatisfy({ $0.plan.architecture == first.plan.architecture })
    else { throw ArchitectureError("a bundle needs 1 to \(Self.largestEnsemble) im2spec members of one architecture") }
    let tile = first.plan.architecture.input
    guard tile.channels == 1, tile.extents == [TileBatch.tileEdge, TileBatch.tileEdge],
      [0, ContextFeatures.count].contains(first.plan.architecture.sideCount)
    else {
      throw ArchitectureError("im2spec must take a 16×16 tile and 0 or \(ContextFeatures.count) context features")
    }
    guard first.plan.output.channels == 1, spec2im.plan.architecture.input == first.plan.output,
      spec2im.plan.output == tile
    else { throw ArchitectureError("spec2im must take im2spec's spectra and give its tiles") }
    self.im2spec = im2spec
    self.spec2im = spec2im
  }

  init(_ file: SafetensorsFile) throws {
    guard let text = file.metadata["architecture"] else {
      throw ArchitectureError("metadata \"architecture\" is missing")
    }
    let json = try JSONValue.parse(text.utf8)
    let plan = try NetworkPlan(Architecture(json: json["im2spec"] ?? .null))
    let back = try NetworkPlan(Architecture(json: json["spec2im"] ?? .null))
    let members = (0..<Self.largestEnsemble).prefix { index in
      plan.parameters.first.map { file.tensors["im2spec.\(index).\($0.name)"] != nil } ?? false
    }
    try self.init(
      im2spec: members.map { try FloatNetwork(plan: plan, prefix: "im2spec.\($0)", in: file) },
      spec2im: FloatNetwork(plan: back, prefix: "spec2im", in: file))
  }

  func store(in file: inout SafetensorsFile) {
    for (index, member) in im2spec.enumerated() { member.store(prefix: "im2spec.\(index)", in: &file) }
    spec2im.store(prefix: "spec2im", in: &file)
    let architecture: JSONValue = [
      "im2spec": im2spec[0].plan.architecture.json, "spec2im": spec2im.plan.architecture.json,
    ]
    file.setMetadata("architecture", architecture.text)
  }

  public var usesContext: Bool { im2spec[0].plan.architecture.sideCount > 0 }
  public var channels: Int { im2spec[0].plan.output.planeCount }
}
