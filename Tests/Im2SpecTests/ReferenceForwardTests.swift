import Foundation
import Im2Spec
import ImageProcessing
import Microscopy
import NeuralNetworks
import SharedData
import StrictJSON
import Testing

@Suite("Forward passes against reference networks")
struct ReferenceForwardTests {
  private func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }

  @Test(
    "AtomAI's round trip, within twice the error of PyTorch's own single precision",
    arguments: InferenceKernels.allCases.filter(\.isAvailable), [false, true])
  func atomAI(kernels: InferenceKernels, isOneByOne: Bool) throws {
    guard SharedData.has("peer_bench"), !isOneByOne || [.avx512, .avx2].contains(kernels) else { return }
    let pair = try NetworkPair(contentsOf: "\(SharedData.root)/peer_bench/sample_imspec_L200.safetensors")
    let input = try SharedData.array("peer_bench/ref_in_patches.npy")
    func executor(_ network: FloatNetwork) throws -> FloatExecutor {
      isOneByOne
        ? try #require(network.sampleExecutor(kernels)) : network.executor(maximumBatch: 64, kernels: kernels)
    }
    let im2spec = try executor(pair.im2spec)
    let spectra = im2spec.run(input.floats, count: 64)
    let tiles = try executor(pair.spec2im).run(spectra, count: 64)
    for (name, values) in [("spec", spectra), ("img", tiles), ("z1", im2spec.latents(count: 64))] {
      let exact = try SharedData.array("peer_bench/ref64_\(name).npy").floats
      let torch = try SharedData.array("peer_bench/ref_\(name).npy").floats
      let ours = largestDifference(values, exact)
      let peers = largestDifference(torch, exact)
      let path = isOneByOne ? "\(kernels), one by one" : "\(kernels)"
      print("\(path), \(name): largest difference from double precision \(ours), PyTorch's \(peers)")
      #expect(ours <= 2 * peers)
    }
    let exact = try Self.roundTripErrors(input.floats, SharedData.array("peer_bench/ref64_img.npy").floats)
    let torch = try Self.roundTripErrors(input.floats, SharedData.array("peer_bench/ref_img.npy").floats)
    let ours = largestDifference(Self.roundTripErrors(input.floats, tiles), exact)
    let peers = largestDifference(torch, exact)
    print("\(kernels), round-trip error: largest difference from double precision \(ours), PyTorch's \(peers)")
    #expect(ours <= 2 * peers)
  }

  @Test("AtomAI's round trip on a scan, at strides that share the encoder, within twice PyTorch's own error")
  func scan() throws {
    guard SharedData.has("peer_bench") else { return }
    let pair = try NetworkPair(contentsOf: "\(SharedData.root)/peer_bench/sample_imspec_L200.safetensors")
    let scan = try SharedData.array("peer_bench/ref_scan96.npy")
    let image = Raster(rows: scan.shape[0], columns: scan.shape[1], values: scan.floats)
    let torch = (
      latents: try SharedData.array("peer_bench/ref_scan96_z1.npy").floats,
      errors: try SharedData.array("peer_bench/ref_scan96_mse.npy").floats
    )
    func places(_ step: Int) -> EvenIndices { EvenIndices(first: 8, step: step, count: (96 - 16) / step + 1) }
    func band(_ step: Int) -> TileBand {
      TileBand(image: image, rows: places(step), columns: places(step), context: [])
    }
    /// Of a lattice of `step`, the values at the places of the coarsest.
    let coarsest = 16
    func common(_ values: [Float], step: Int, size: Int) -> [Float] {
      let (width, count) = (places(step).count, places(coarsest).count)
      return (0..<count * count).flatMap { place in
        let first = (place / count * width + place % count) * (coarsest / step) * size
        return values[first..<first + size]
      }
    }
    let exact = exactRoundTrip(pair, band(coarsest))
    for (name, step) in [1, 2, 4, 8].map({ ("stride \($0)", $0) }) {
      let ours = try PairBands(pair).roundTrip(band(step), keepsSpectra: false)
      for (what, size, values, reference, truth) in [
        ("z1", pair.latents, ours.latents, torch.latents, exact.latents),
        ("mse", 1, ours.roundTripError, torch.errors, exact.errors),
      ] {
        let difference = largestDifference(common(values, step: step, size: size), truth)
        let peers = largestDifference(common(reference, step: 1, size: size), truth)
        print("\(name), \(what): largest difference from double precision \(difference), PyTorch's \(peers)")
        #expect(difference <= 2 * peers)
      }
    }
  }

  /// Latents and round-trip errors in double precision.
  private func exactRoundTrip(_ pair: NetworkPair, _ band: TileBand) -> (latents: [Float], errors: [Float]) {
    let tiles = band.batch(0..<band.count).tiles
    let (forward, back) = (Self.exact(pair.im2spec, band.count), Self.exact(pair.spec2im, band.count))
    let spectra = forward.run(tiles.map(Double.init), count: band.count)
    let latents = forward.latents(count: band.count).map { Float($0) }
    let round = back.run(spectra, count: band.count)
    let errors = stride(from: 0, to: tiles.count, by: 256).map { start in
      Float((start..<start + 256).reduce(0.0) { $0 + pow(Double(tiles[$1]) - round[$1], 2) } / 256)
    }
    return (latents, errors)
  }

  private static func exact(_ network: FloatNetwork, _ count: Int) -> NetworkExecutor<Double> {
    NetworkExecutor(plan: network.plan, parameters: network.parameters.map(Double.init), maximumBatch: count)
  }

  /// Mean squared difference of each tile from its round trip.
  private static func roundTripErrors(_ tiles: [Float], _ back: [Float]) -> [Float] {
    stride(from: 0, to: tiles.count, by: 256).map { start in
      Float((start..<start + 256).reduce(0.0) { $0 + pow(Double(tiles[$1]) - Double(back[$1]), 2) } / 256)
    }
  }

  /// Weights of the study's networks, by our parameter names.
  static func studyNetwork(_ name: String, _ plan: NetworkPlan) throws -> FloatNetwork {
    let root = "\(SharedData.root)/science/models"
    let manifest = try JSONValue.parse(Data(contentsOf: URL(fileURLWithPath: "\(root)/manifest.json")))
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(root)/\(name).f32")))
    let isSpec2im = name.hasPrefix("s2i")
    var network = FloatNetwork(plan: plan, seed: 0)
    for entry in manifest[name]?.array ?? [] {
      guard let key = entry["name"]?.string, let offset = entry["offset"]?.int else { continue }
      let count = (entry["shape"]?.array ?? []).compactMap(\.int).reduce(1, *)
      let values = (offset..<offset + count).map { index in
        Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[index * 4 + $1]) << (8 * $1) })
      }
      let parts = key.split(separator: ".").map(String.init)
      let suffix = parts[parts.count - 1]
      let ours: String =
        switch parts[0] {
        case "hm": "enc.context_scale.mean"
        case "hs": "enc.context_scale.deviation"
        case "e": "enc.conv\((Int(parts[1]) ?? 0) + 1).\(suffix)"
        case "h1": "enc.context.\(suffix)"
        case "fc": "enc.fc.\(suffix)"
        case "d": "dec.fc.\(suffix)"
        case "py": "dec.dil\((Int(parts[2]) ?? 0) + 1).\(suffix)"
        case "c1": "dec.up1.\(suffix)"
        case "c2": "dec.up2.\(suffix)"
        default: "dec.out.\(suffix)"
        }
      try network.set(ours, to: values)
    }
    #expect(manifest[name]?.array?.count == plan.parameters.count, "\(isSpec2im)")
    return network
  }

  static func studyNetworks(_ family: String) throws -> BundleNetworks {
    let plan = try NetworkPlan(CompactFamily.im2spec(latents: 10, channels: 128, context: family == "C"))
    let back = try NetworkPlan(CompactFamily.spec2im(latents: 10, channels: 128))
    return try BundleNetworks(
      im2spec: (0..<4).map { try studyNetwork("\(family)_\($0)", plan) }, spec2im: studyNetwork("s2i_\(family)", back))
  }

  @Test("the study's context and tile-only networks", arguments: ["C", "T"])
  func study(family: String) throws {
    guard SharedData.has("science/models") else { return }
    let networks = try Self.studyNetworks(family)
    let tiles = try SharedData.array("science/models/ref_patches.npy")
    let context = try SharedData.array("science/models/ref_context12.npy").floats
    let count = tiles.shape[0]
    let batch = TileBatch(count: count, tiles: tiles.floats, context: networks.usesContext ? context : [])
    let spectra = try SharedData.array("science/models/ref_\(family)_spectra.npy").floats
    let latents = try SharedData.array("science/models/ref_\(family)_latent.npy").floats
    for (index, member) in networks.im2spec.enumerated() {
      let executor = member.executor(maximumBatch: count)
      let predicted = executor.run(batch.tiles, side: batch.context, count: count)
      let reference = Array(spectra[index * predicted.count..<(index + 1) * predicted.count])
      #expect(largestDifference(predicted, reference) < 5e-6)
      let z = executor.latents(count: count)
      #expect(largestDifference(z, Array(latents[index * z.count..<(index + 1) * z.count])) < 5e-5)
    }
    let draft = ModelBundleDraft(
      networks: networks, pixelSizeNM: 1.5, energyEV: (0..<128).map { 0.2 + Double($0) / 127 },
      scaler: SpectrumScaler(countsPerUnit: 1013.5, meanSquare: 0.1376),
      bank: ReferenceBank(
        count: 1, latentCount: 10, latents: [Float](repeating: 0, count: 10), tiles: [Float](repeating: 0, count: 256)),
      training: .null, createdAt: "", licence: "")
    let result = try draft.model().roundTrip(batch)
    let back = try SharedData.array("science/models/ref_\(family)_roundtrip.npy").floats
    let difference = largestDifference(result.tiles, back)
    print("family \(family): largest difference of the round-tripped tiles \(difference)")
    #expect(difference < 2e-5)
    #expect(networks.im2spec[0].parameters.count == (family == "C" ? 58_227 + 24 : 57_859))
  }
}
