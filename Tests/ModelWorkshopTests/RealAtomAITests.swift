import Foundation
import Im2Spec
import ModelWorkshop
import NeuralNetworks
import Testing

/// Checkpoints that the real AtomAI writes now, where it is installed: `EELSCOUT_PYTHON`, else python3.
/// See Tests/Scripts/atomai_checkpoints.py.
@Suite("AtomAIImport with the real AtomAI")
struct RealAtomAITests {
  /// Runs the script once into a folder; nil, and loudly, where torch or atomai is not installed.
  private static let folder: String? = {
    let python = ProcessInfo.processInfo.environment["EELSCOUT_PYTHON"] ?? "python3"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    guard let folder = try? WorkshopTests.temporaryFolder() else { return nil }
    process.arguments = [python, "Tests/Scripts/atomai_checkpoints.py", folder]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try? process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      print(
        "SKIPPED: checkpoints of the real AtomAI, because \(python) cannot import torch and atomai (status "
          + "\(process.terminationStatus)); see Tests/Scripts/atomai_checkpoints.py")
      return nil
    }
    return folder
  }()

  /// An NPY array of float32 or float64 in C order, as double precision.
  private func array(_ path: String) throws -> [Double] {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    let isDouble = String(decoding: bytes[10..<start], as: UTF8.self).contains("<f8")
    let size = isDouble ? 8 : 4
    return stride(from: start, to: bytes.count, by: size).map { place in
      let bits = (0..<size).reduce(UInt64(0)) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) }
      return isDouble ? Double(bitPattern: bits) : Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    }
  }

  /// Root mean square and largest difference.
  private func errors(_ values: [Float], _ exact: [Double]) -> (rms: Double, largest: Double) {
    let squares = zip(values, exact).reduce(0.0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    return ((squares / Double(max(1, exact.count))).squareRoot(), AtomAIImportTests.difference(values, exact))
  }

  /// Against double precision the network must err no more than twice as much as PyTorch in single precision. The
  /// largest of some thousand rounding errors is partly luck: that one may be four times as large.
  private func compare(_ network: FloatNetwork, _ name: String, _ folder: String) throws {
    let input = try array("\(folder)/in_\(name).npy").map(Float.init)
    let count = input.count / network.plan.architecture.input.count
    let executor = network.executor(maximumBatch: count)
    let output = executor.run(input, count: count)
    for (kind, values) in [("out", output), ("z", executor.latents(count: count))] {
      let exact = try array("\(folder)/\(kind)_\(name)_64.npy")
      let torch = try array("\(folder)/\(kind)_\(name)_32.npy").map(Float.init)
      let (ours, theirs) = (errors(values, exact), errors(torch, exact))
      print("\(folder.split(separator: "/").last ?? "") \(name) \(kind): \(ours), PyTorch's \(theirs)")
      #expect(exact.count == values.count && theirs.rms > 0)
      #expect(ours.rms <= 2 * theirs.rms && ours.largest <= 4 * theirs.largest)
    }
  }

  @Test(
    "networks imported from AtomAI's files compute what AtomAI does",
    arguments: [("paper", "tar"), ("small_without_batch_norm", "tar"), ("state_dictionaries", "pt")])
  func pairs(name: String, suffix: String) throws {
    guard let root = Self.folder else { return }
    let folder = "\(root)/\(name)"
    let files = ["\(folder)/spec2im.\(suffix)", "\(folder)/im2spec.\(suffix)"]
    let found = try ModelImport(files: files, settings: AtomAIImportTests.settings)
    try compare(try #require(found.im2spec.first), "im2spec", folder)
    try compare(try #require(found.spec2im), "spec2im", folder)
    try found.bundle().write(to: "\(folder)/m.safetensors")
    let model = try ModelBundle(contentsOf: "\(folder)/m.safetensors")
    #expect(model.networks.im2spec[0].parameters == found.im2spec[0].parameters)
  }

  @Test("an ensemble's file holds all its members")
  func ensemble() throws {
    guard let root = Self.folder else { return }
    let folder = "\(root)/ensemble"
    let found = try ModelImport(
      files: ["\(folder)/unsorted_ensemble_metadict.tar"], settings: AtomAIImportTests.settings)
    #expect(found.im2spec.count == 3 && found.spec2im == nil)
    for (index, member) in found.im2spec.enumerated() { try compare(member, "member\(index)", folder) }
  }

  @Test(
    "what torch and AtomAI write beside checkpoints of ImSpec is refused by name",
    arguments: [
      ("legacy", "before version 1.6"), ("segmentor", "type \"seg\""), ("whole_module", "atomai.nets.ed.SignalED"),
    ])
  func refused(name: String, part: String) throws {
    guard let root = Self.folder else { return }
    let error = #expect(throws: WorkshopError.self) {
      try ModelImport(files: ["\(root)/refused/\(name).tar"], settings: AtomAIImportTests.settings)
    }
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
  }
}
