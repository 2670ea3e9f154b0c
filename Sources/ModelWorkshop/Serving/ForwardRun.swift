// The round trip of a plain pair of networks on an array of tiles.

import Foundation
import Im2Spec
import MicroscopeFiles
import SystemPackage

/// Runs im2spec and spec2im on tiles from a file.
public struct ForwardRun: Sendable {
  public let pair: NetworkPair
  /// (count, 1, 16, 16).
  public let tiles: [Float]
  public let count: Int
  private let context: [Float]
  /// Tiles a worker takes at once: whole lane vectors of every instruction set.
  static let block = 64

  /// - Parameters:
  ///   - weights: a pair in plain tensor names, or a bundle, whose first member runs.
  ///   - input: NPY of shape (N, 1, 16, 16) or (N, 16, 16).
  ///   - context: NPY of shape (N, 12), raw features, for networks that want them.
  public init(weights: String, input: String, context: String? = nil) throws {
    pair = try NetworkPair(contentsOf: weights)
    let array = try NPYArray.read(FilePath(input))
    let edge = pair.tileEdge
    guard [[1, edge, edge], [edge, edge]].contains(Array(array.shape.dropFirst())) else {
      throw WorkshopError("\(input): shape \(array.shape) is not (N, 1, \(edge), \(edge))")
    }
    tiles = array.values
    count = array.shape[0]
    if pair.usesContext {
      guard let context else {
        throw WorkshopError("\(weights): this network sees context; give --context X.npy of shape (N, 12)")
      }
      let features = try NPYArray.read(FilePath(context))
      guard features.shape == [count, CompactFamily.contextCount] else {
        throw WorkshopError("\(context): shape \(features.shape) is not (\(count), \(CompactFamily.contextCount))")
      }
      self.context = features.values
    } else {
      self.context = []
    }
  }

  /// The round trip of the tiles, cut into one contiguous part a worker; the same bytes for any number of workers.
  public func run(workers: Int = 1) async -> NetworkPair.Output {
    await run(
      repeatedTo: count, workers: workers,
      runners: (0..<max(1, workers)).map { _ in makeRunner(maximumBatch: min(count, Self.block)) })
  }

  func makeRunner(maximumBatch: Int = block) -> BorrowedRunner {
    BorrowedRunner(pair.runner(maximumBatch: maximumBatch))
  }

  /// As many tiles as `total`, the file's over and over.
  func run(repeatedTo total: Int, workers: Int, runners: [BorrowedRunner]) async -> NetworkPair.Output {
    let blocks = (total + Self.block - 1) / Self.block
    let share = (blocks + runners.count - 1) / runners.count
    var parts = [NetworkPair.Output?](repeating: nil, count: runners.count)
    await withTaskGroup(of: (Int, NetworkPair.Output).self) { group in
      for (worker, runner) in runners.enumerated() {
        group.addTask {
          var output = NetworkPair.Output(spectra: [], imageLatents: [], tiles: [], spectrumLatents: [])
          for block in worker * share..<max(worker * share, min(blocks, (worker + 1) * share)) {
            let first = block * Self.block
            output.append(self.run(first..<min(total, first + Self.block), runner: runner.runner))
          }
          return (worker, output)
        }
      }
      for await (worker, output) in group { parts[worker] = output }
    }
    var result = NetworkPair.Output(spectra: [], imageLatents: [], tiles: [], spectrumLatents: [])
    for part in parts { if let part { result.append(part) } }
    return result
  }

  private func run(_ range: Range<Int>, runner: NetworkPair.Runner) -> NetworkPair.Output {
    func rows(_ values: [Float], _ size: Int) -> [Float] {
      var part: [Float] = []
      part.reserveCapacity(range.count * size)
      for index in range { part += values[index % count * size..<(index % count + 1) * size] }
      return part
    }
    return runner.run(
      rows(tiles, pair.tileEdge * pair.tileEdge),
      context: pair.usesContext ? rows(context, CompactFamily.contextCount) : [], count: range.count)
  }

  /// Writes `spec.npy`, `z1.npy`, `img.npy`, `z2.npy` (float32) into a folder that is made if need be.
  public func write(_ output: NetworkPair.Output, to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let edge = pair.tileEdge
    let latents = output.spectrumLatents.count / max(1, count)
    for (name, values, shape) in [
      ("spec", output.spectra, [count, 1, pair.channels]), ("z1", output.imageLatents, [count, pair.latents]),
      ("img", output.tiles, [count, 1, edge, edge]), ("z2", output.spectrumLatents, [count, latents]),
    ] {
      try NPYWriter.write(values, shape: shape, to: FilePath("\(folder)/\(name).npy"))
    }
  }
}

/// One worker's executors, handed from task to task; only one task at a time holds it.
struct BorrowedRunner: @unchecked Sendable {
  let runner: NetworkPair.Runner

  init(_ runner: NetworkPair.Runner) { self.runner = runner }
}
