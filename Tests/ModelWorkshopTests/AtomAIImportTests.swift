import Foundation
import Im2Spec
import Microscopy
import ModelWorkshop
import NeuralNetworks
import SharedData
import Testing
import TorchTestKit

/// A folder of its own, taken away with the test.
final class ScratchFolder {
  let path: String

  init() throws { path = try WorkshopTests.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ data: Data, _ name: String) throws -> String {
    try data.write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    return "\(path)/\(name)"
  }
}

/// Networks of `peer_bench` as AtomAI would have saved them.
enum PeerCheckpoint {
  static let file = "peer_bench/sample_imspec_L200.safetensors"

  /// - Parameter names: this project's names to AtomAI's; the stride of `Sequential` with batch norm is 3.
  private static func atomAIName(_ name: String) -> String {
    let parts = name.split(separator: ".").map(String.init)
    let suffix = parts[parts.count - 1]
    let torch = ["mean": "running_mean", "var": "running_var"][suffix] ?? suffix
    let step = parts.count == 4 ? 2 : 0  // batch norm
    func number(_ stem: String) -> Int { (Int(parts[1].dropFirst(stem.count)) ?? 0) - 1 }
    switch parts[1] {
    case "fc": return "\(parts[0] == "enc" ? "encoder" : "decoder").fc.\(torch)"
    case "out": return "decoder.out.\(torch)"
    case "conv": return "decoder.conv.block.\(step).\(torch)"
    case "up1", "up2": return "decoder.deconv\(number("up") + 1).block.\(step).\(torch)"
    case let layer where layer.hasPrefix("dil"):
      return "decoder.dilblock.atrous_module.\(3 * number("dil") + step).\(torch)"
    default: return "encoder.conv.block.\(3 * number("conv") + step).\(torch)"
    }
  }

  static func checkpoint(_ direction: NetworkDirection) throws -> AtomAICheckpoint {
    let file = try SafetensorsFile(contentsOf: "\(SharedData.root)/\(file)")
    var checkpoint = AtomAICheckpoint()
    let isForward = direction == .im2spec
    checkpoint.keys = [
      ("model_type", .text("imspec")), ("in_dim", .ints(isForward ? [16, 16] : [200])),
      ("out_dim", .ints(isForward ? [200] : [16, 16])), ("latent_dim", .int(10)), ("nblayers_encoder", .int(3)),
      ("nblayers_decoder", .int(4)), ("nbfilters_encoder", .int(64)), ("nbfilters_decoder", .int(64)),
      ("batchnorm", .bool(true)), ("encoder_downsampling", .int(isForward ? 0 : 16)),
      ("decoder_upsampling", .bool(!isForward)),
    ]
    let prefix = "\(direction.rawValue)."
    for (name, tensor) in file.tensors.sorted(by: { $0.key < $1.key }) where name.hasPrefix(prefix) {
      checkpoint.tensors.append(
        (atomAIName(String(name.dropFirst(prefix.count))), tensor.shape, try file.floats(name)))
    }
    return checkpoint
  }
}

@Suite("Import of AtomAI's networks")
struct AtomAIImportTests {
  static let settings = ImportSettings(energyAxis: .range(0.2, 1.2), pixelSizeNM: 1.5, countsPerUnit: 1000)

  private func message(_ files: [String], _ settings: ImportSettings = settings) -> String {
    do {
      _ = try ModelImport(files: files, settings: settings).bundle()
      return "accepted"
    } catch { return "\(error)" }
  }

  /// A small im2spec (16×16 → 8, one latent, one layer each, one filter) or spec2im, without batch norm.
  static func small(_ direction: NetworkDirection) -> AtomAICheckpoint {
    let isForward = direction == .im2spec
    func kernel(_ image: Bool) -> [Int] { image ? [3, 3] : [3] }
    var checkpoint = AtomAICheckpoint()
    checkpoint.keys = [
      ("model_type", .text("imspec")), ("in_dim", .ints(isForward ? [16, 16] : [8])),
      ("out_dim", .ints(isForward ? [8] : [16, 16])),
    ]
    let (inputs, outputs) = isForward ? (256, 8) : (8, 256)
    for (name, shape) in [
      ("encoder.conv.block.0.weight", [1, 1] + kernel(isForward)), ("encoder.conv.block.0.bias", [1]),
      ("encoder.fc.weight", [1, inputs]), ("encoder.fc.bias", [1]), ("decoder.fc.weight", [outputs, 1]),
      ("decoder.fc.bias", [outputs]), ("decoder.dilblock.atrous_module.0.weight", [1, 1] + kernel(!isForward)),
      ("decoder.dilblock.atrous_module.0.bias", [1]), ("decoder.conv.block.0.weight", [1, 1] + kernel(!isForward)),
      ("decoder.conv.block.0.bias", [1]), ("decoder.out.weight", isForward ? [1, 1, 1] : [1, 1, 1, 1]),
      ("decoder.out.bias", [1]),
    ] {
      let count = shape.reduce(1, *)
      checkpoint.tensors.append((name, shape, (0..<count).map { Float($0 % 5) / 8 }))
    }
    return checkpoint
  }

  @Test("a pair in AtomAI's checkpoints predicts what PyTorch did with it, in whichever order the files come")
  func pair() async throws {
    guard SharedData.has(PeerCheckpoint.file) else { return }
    let folder = try ScratchFolder()
    let files = try [NetworkDirection.spec2im, .im2spec].map {
      try folder.write(PeerCheckpoint.checkpoint($0).data, "\($0.rawValue).tar")
    }
    let input = "\(SharedData.root)/peer_bench/ref_in_patches.npy"
    for order in [files, files.reversed()] {
      try ModelImport(files: order, settings: Self.settings).bundle().write(to: "\(folder.path)/m.safetensors")
      let output = try await ForwardRun(weights: "\(folder.path)/m.safetensors", input: input).run()
      for (name, values) in [("spec", output.spectra), ("z1", output.imageLatents), ("img", output.tiles)] {
        let exact = try SharedData.array("peer_bench/ref64_\(name).npy").values
        let torch = try SharedData.array("peer_bench/ref_\(name).npy").values
        #expect(Self.difference(values, exact) <= 2 * Self.difference(torch.map(Float.init), exact), "\(name)")
      }
    }
    let model = try ModelBundle(contentsOf: "\(folder.path)/m.safetensors")
    #expect(model.bank.isEmpty && model.calibration == nil && model.energyEV.count == 200)
    #expect(model.energyEV.first == 0.2 && model.energyEV.last == 1.2 && model.countsPerUnit == 1000)
    #expect(throws: WorkshopError.self) { try ModelDescription.verify(model) }
  }

  @Test("the pair in this project's tensor names, or one of the two with the other from a checkpoint")
  func safetensors() throws {
    guard SharedData.has(PeerCheckpoint.file) else { return }
    let folder = try ScratchFolder()
    let peers = "\(SharedData.root)/\(PeerCheckpoint.file)"
    let whole = try ModelImport(files: [peers], settings: Self.settings)
    #expect(whole.im2spec.count == 1)
    let back = try folder.write(PeerCheckpoint.checkpoint(.spec2im).data, "b.tar")
    #expect(whole.spec2im?.parameters == (try ModelImport(files: [back], settings: Self.settings).spec2im?.parameters))
    #expect(message([peers, back]).contains("2 spec2im networks"))
  }

  static func difference(_ a: [Float], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).map { abs(Double($0) - $1) }.max() ?? 0 : .infinity
  }

  @Test("one network makes a bundle that waits for the other; both together are whole")
  func oneWay() throws {
    let folder = try ScratchFolder()
    for (first, second) in [(NetworkDirection.im2spec, NetworkDirection.spec2im), (.spec2im, .im2spec)] {
      let files = try [first, second].map { try folder.write(Self.small($0).data, "\($0.rawValue).tar") }
      let half = "\(folder.path)/half.safetensors"
      try ModelImport(files: [files[0]], settings: Self.settings).bundle().write(to: half)
      let error = #expect(throws: ModelBundleError.self) { try ModelBundle(contentsOf: half) }
      #expect("\(String(describing: error))".contains("holds \(first.rawValue) only"), "\(String(describing: error))")
      #expect("\(String(describing: error))".contains("eelscout model import THIS \(second.rawValue).tar"))
      // Axis, pixel size and scale are in the half already.
      try ModelImport(files: [half, files[1]], settings: ImportSettings()).bundle().write(
        to: "\(folder.path)/both.safetensors")
      let model = try ModelBundle(contentsOf: "\(folder.path)/both.safetensors")
      #expect(model.pixelSizeNM == 1.5 && model.memberCount == 1 && model.energyEV.count == 8)
      #expect(message(["\(folder.path)/both.safetensors"]).contains("whole bundle already"))
    }
  }

  @Test("several im2spec files are an ensemble; unlike ones are refused")
  func ensemble() throws {
    let folder = try ScratchFolder()
    let files = try (0..<3).map { index in
      var member = Self.small(.im2spec)
      member.tensors[1].values[0] = Float(index)
      return try folder.write(member.data, "\(index).tar")
    }
    let members = try ModelImport(files: files, settings: Self.settings).im2spec
    #expect(members.map { $0.parameters[9] } == [0, 1, 2])
    var other = Self.small(.im2spec)
    other.tensors.append(("encoder.conv.block.2.weight", [1, 1, 3, 3], [Float](repeating: 0, count: 9)))
    other.tensors.append(("encoder.conv.block.2.bias", [1], [0]))
    #expect(message(files + [try folder.write(other.data, "deep.tar")]).contains("deep.tar: has other layers"))
  }

  @Test("everything that the files do not say is asked for at once")
  func missing() throws {
    let folder = try ScratchFolder()
    let file = try folder.write(Self.small(.im2spec).data, "im.tar")
    let all = message([file], ImportSettings())
    for part in [
      "no energy axis, no pixel size, no scale", "--energy-range-ev LO HI", "8 channels", "--energy-axis F.npy",
      "--pixel-size-nm", "--scale COUNTS",
    ] { #expect(all.contains(part), "\(all)") }
    var some = Self.settings
    some.pixelSizeNM = nil
    #expect(message([file], some).contains("no pixel size. Add --pixel-size-nm"), "\(message([file], some))")
    some.energyAxis = .range(1.2, 0.2)
    #expect(message([file], some).contains("ascend"))
    #expect(throws: MissingInput.self) { try ModelImport(files: ["\(folder.path)/absent.tar"], settings: some) }
  }

  @Test("keys that the tensors contradict, and AtomAI's two names for batch norm")
  func keys() throws {
    let folder = try ScratchFolder()
    for (key, value, part) in [
      ("latent_dim", AtomAICheckpoint.Value.int(3), "latent_dim 3, its tensors say 1"),
      ("nblayers_encoder", .int(2), "nblayers_encoder 2"), ("nblayers_decoder", .int(4), "nblayers_decoder 4"),
      ("nbfilters_encoder", .int(64), "nbfilters_encoder 64"), ("nbfilters_decoder", .int(2), "nbfilters_decoder 2"),
      ("batchnorm", .bool(true), "batchnorm true"), ("batch_norm", .bool(true), "batchnorm true"),
      ("encoder_downsampling", .int(2), "pooling [16, 16] by 2"),
      ("decoder_upsampling", .bool(true), "upsampling true"),
      ("batchnorm", .bool(false), "accepted"), ("batch_norm", .bool(false), "accepted"),
      ("encoder_downsampling", .int(0), "accepted"),
    ] {
      var checkpoint = Self.small(.im2spec)
      checkpoint.keys.append((key, value))
      let answer = message([try folder.write(checkpoint.data, "im.tar")])
      #expect(answer.contains(part), "\(key): \(answer)")
    }
  }

  @Test("layers that cannot be represented are refused by name")
  func layers() throws {
    let folder = try ScratchFolder()
    func refused(_ part: String, _ change: (inout AtomAICheckpoint) -> Void) throws {
      var checkpoint = Self.small(.im2spec)
      change(&checkpoint)
      let answer = message([try folder.write(checkpoint.data, "im.tar")])
      #expect(answer.contains(part) && answer.contains("im.tar"), "\(answer)")
    }
    func add(_ name: String, _ shape: [Int]) -> (inout AtomAICheckpoint) -> Void {
      { $0.tensors.append((name, shape, [Float](repeating: 0, count: shape.reduce(1, *)))) }
    }
    try refused("decoder.convtranspose.weight", add("decoder.convtranspose.weight", [1, 1, 3]))
    try refused("attention.query", add("attention.query", [4]))
    try refused("module 1 of encoder.conv.block") { checkpoint in  // batch norm before the activation
      for suffix in ["weight", "bias", "running_mean", "running_var"] {
        add("encoder.conv.block.1.\(suffix)", [1])(&checkpoint)
      }
    }
    try refused("3-D convolutions") {
      $0.tensors[0] = ("encoder.conv.block.0.weight", [1, 1, 3, 3, 3], [Float](repeating: 0, count: 27))
    }
    try refused("kernel of 5×5") {
      $0.tensors[0] = ("encoder.conv.block.0.weight", [1, 1, 5, 5], [Float](repeating: 0, count: 25))
    }
    try refused("not finite") { $0.tensors[1].values[0] = .nan }
    try refused("dec.fc.bias") { $0.tensors.remove(at: 5) }
    try refused("type \"seg\"") { $0.keys[0].value = .text("seg") }
    try refused("8×8 pixels") {
      $0.keys[1].value = .ints([8, 8])
      $0.tensors[2] = ("encoder.fc.weight", [1, 64], [Float](repeating: 0, count: 64))
    }
    let longer = try folder.write(Self.small(.spec2im).data, "b.tar")
    var peer = Self.small(.im2spec)
    peer.keys[2].value = .ints([9])
    peer.tensors[4] = ("decoder.fc.weight", [9, 1], [Float](repeating: 0, count: 9))
    peer.tensors[5] = ("decoder.fc.bias", [9], [Float](repeating: 0, count: 9))
    let answer = message([try folder.write(peer.data, "a.tar"), longer])
    #expect(answer.contains("b.tar: spec2im takes spectra of 8 channels; im2spec gives 9"), "\(answer)")
  }

  @Test("spectra with their images calibrate an imported pair, so that it can rank; half a bundle cannot be")
  func calibration() throws {
    let folder = try ScratchFolder()
    let files = try [NetworkDirection.im2spec, .spec2im].map {
      try folder.write(Self.small($0).data, "\($0.rawValue).tar")
    }
    let sets = try (0..<2).map { try Self.set(seed: 40 + $0, channels: 8) }
    let bundle = try ModelImport(files: files, settings: Self.settings).bundle()
    try bundle.calibrated(on: sets, seed: 1).write(to: "\(folder.path)/m.safetensors")
    let model = try ModelBundle(contentsOf: "\(folder.path)/m.safetensors")
    #expect(model.bank.count == sets[0].positions.count && model.calibration?.positions == sets[1].positions.count)
    try ModelDescription.verify(model)
    let half = try ModelImport(files: [files[0]], settings: Self.settings).bundle()
    #expect(throws: WorkshopError.self) { try half.calibrated(on: sets, seed: 1) }
    let error = #expect(throws: WorkshopError.self) {
      try bundle.calibrated(on: [Self.set(seed: 40, channels: 9)], seed: 1)
    }
    #expect(error?.description.contains("9 channels, the networks 8") == true)
  }

  /// A simulated film with spectra that only need to be numbers.
  private static func set(seed: UInt64, channels: Int) throws -> SpectrumSet {
    let film = try WorkshopTests.smallFilm(seed)
    let image = film.slowScan().image
    let positions = stride(from: 8, to: image.rows - 8, by: 3).flatMap { row in
      stride(from: 8, to: image.columns - 8, by: 3).map { PixelPosition(row: row, column: $0) }
    }
    let counts = (0..<positions.count * channels).map { Float(100 + ($0 * 37) % 101) }
    return SpectrumSet(
      name: "film", image: image, pixelSizeNM: 1.5, energyEV: (0..<channels).map(Double.init), positions: positions,
      counts: counts)
  }
}
