// What is kept of an unfinished training, so that an interruption costs seconds, not hours.

import Crypto
import Foundation
import Im2Spec
import NeuralNetworks
import StrictJSON

/// A folder with one file a network, and one that says what they belong to.
public struct TrainingCheckpoints: Sendable {
  /// Work that an interruption may cost.
  static let interval = Duration.seconds(10)
  private static let mark = "training.json"
  private let folder: URL

  /// Opens the folder of a training, or begins one.
  /// - Parameter identity: says everything that decides about the result; a folder with another one is refused.
  public init(folder path: String, identity: JSONValue) throws {
    folder = URL(fileURLWithPath: path)
    let digest = SHA256.hash(data: Data(identity.text.utf8)).hexadecimal
    let fingerprint = JSONValue.object([.init("identity", .string(digest))]).text
    let mark = folder.appendingPathComponent(Self.mark)
    if let found = try? Data(contentsOf: mark) {
      guard found == Data(fingerprint.utf8) else {
        throw WorkshopError(
          "\(path) keeps an unfinished training on other data or with other settings; "
            + "finish it with the same command, or delete the folder to begin anew")
      }
    } else {
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(fingerprint.utf8).write(to: mark, options: .atomic)
      } catch { throw WorkshopError("\(path) cannot be written (\(error.localizedDescription)); choose another -o") }
    }
  }

  /// Whether an earlier run left something to go on with.
  public var isEmpty: Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return !names.contains { $0.hasSuffix(Self.suffix) }
  }

  /// The training is complete and its result is safe elsewhere.
  public func remove() { try? FileManager.default.removeItem(at: folder) }

  private static let suffix = ".safetensors"

  private func file(_ network: String) -> URL {
    folder.appendingPathComponent(network.replacing(" ", with: "-") + Self.suffix)
  }

  func save(_ state: TrainingRun.State, of network: String) throws {
    var file = SafetensorsFile()
    let count = state.trainer.parameters.count
    file.set("parameters", shape: [count], floats: state.trainer.parameters)
    file.set("first_moment", shape: [count], floats: state.trainer.firstMoment)
    file.set("second_moment", shape: [count], floats: state.trainer.secondMoment)
    if let best = state.best { file.set("best", shape: [count], floats: best) }
    // Words of 64 bits do not fit JSON's integers; their digits do.
    let counters: JSONValue = [
      "step": .int(state.trainer.step), "generator": JSONValue(state.generator.map { String($0) }),
      "best_loss": .int(Int(state.bestLoss.bitPattern)), "epochs_since_best": .int(state.epochsSinceBest),
    ]
    file.setMetadata("state", counters.text)
    do { try file.data.write(to: self.file(network), options: .atomic) } catch {
      throw WorkshopError("\(self.file(network).path) cannot be written: \(error.localizedDescription)")
    }
  }

  /// Where a network stood; nil where it has not begun.
  func state(of network: String) throws -> TrainingRun.State? {
    let path = file(network).path
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      let file = try SafetensorsFile(contentsOf: path)
      let counters = try JSONValue.parse((file.metadata["state"] ?? "").utf8)
      let words = counters["generator"]?.array?.compactMap { $0.string.flatMap { UInt64($0) } } ?? []
      let parameters = try file.floats("parameters")
      guard let step = counters["step"]?.int, let bits = counters["best_loss"]?.int, let loss = UInt32(exactly: bits),
        let since = counters["epochs_since_best"]?.int, (4...5).contains(words.count)
      else { throw WorkshopError("counters are missing") }
      let shape = [parameters.count]
      return TrainingRun.State(
        trainer: NetworkTrainer.State(
          step: step, parameters: parameters, firstMoment: try file.floats("first_moment", shape: shape),
          secondMoment: try file.floats("second_moment", shape: shape)),
        generator: words, best: file.tensors["best"] == nil ? nil : try file.floats("best", shape: shape),
        bestLoss: Float(bitPattern: loss), epochsSinceBest: since)
    } catch {
      throw WorkshopError("\(path) is damaged (\(error)); delete it, and this network begins anew")
    }
  }
}
