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
    let networks = try Dictionary(
      uniqueKeysWithValues: NetworkDirection.allCases.map { ($0, try Self.networks($0, in: file)) })
    let (im2spec, spec2im) = (networks[.im2spec] ?? [], networks[.spec2im] ?? [])
    guard let back = spec2im.first, !im2spec.isEmpty else {
      let (held, missing): (NetworkDirection, NetworkDirection) =
        im2spec.isEmpty ? (.spec2im, .im2spec) : (.im2spec, .spec2im)
      throw ArchitectureError(
        "the bundle holds \(held) only and cannot rank places; add the other: "
          + "eelscout model import THIS \(missing).tar -o BOTH.safetensors")
    }
    try self.init(im2spec: im2spec, spec2im: back)
  }

  /// The members of one direction; none when the bundle describes no such network.
  static func networks(_ direction: NetworkDirection, in file: SafetensorsFile) throws -> [FloatNetwork] {
    guard let text = file.metadata["architecture"] else {
      throw ArchitectureError("metadata \"architecture\" is missing")
    }
    let json = try JSONValue.parse(text.utf8)
    guard json[NetworkDirection.im2spec.rawValue] ?? json[NetworkDirection.spec2im.rawValue] != nil else {
      throw ArchitectureError("metadata \"architecture\" describes neither im2spec nor spec2im")
    }
    guard let architecture = json[direction.rawValue] else { return [] }
    let plan = try NetworkPlan(Architecture(json: architecture))
    guard direction == .im2spec else { return [try FloatNetwork(plan: plan, prefix: direction.rawValue, in: file)] }
    let members = (0..<largestEnsemble).prefix { index in
      plan.parameters.first.map { file.tensors["\(direction).\(index).\($0.name)"] != nil } ?? false
    }
    return try members.map { try FloatNetwork(plan: plan, prefix: "\(direction).\($0)", in: file) }
  }

  func store(in file: inout SafetensorsFile) { Self.store([.im2spec: im2spec, .spec2im: [spec2im]], in: &file) }

  /// Writes the networks of the directions given, and what describes them.
  static func store(_ networks: [NetworkDirection: [FloatNetwork]], in file: inout SafetensorsFile) {
    var architecture: [JSONValue.Member] = []
    for direction in NetworkDirection.allCases {
      guard let members = networks[direction], let first = members.first else { continue }
      for (index, member) in members.enumerated() {
        member.store(prefix: direction == .im2spec ? "\(direction).\(index)" : "\(direction)", in: &file)
      }
      architecture.append(.init(direction.rawValue, first.plan.architecture.json))
    }
    file.setMetadata("architecture", JSONValue.object(architecture).text)
  }

  public var usesContext: Bool { im2spec[0].plan.architecture.sideCount > 0 }
  public var channels: Int { im2spec[0].plan.output.planeCount }
}
