// `eelscout bench-train`: joins an interleaved benchmark of training.

import ArgumentParser
import Foundation
import Im2Spec
import ModelWorkshop

struct BenchTrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-train",
    abstract: "Time training steps on request: batch sizes in, seconds a sample out, one JSON line each.",
    discussion: """
      The ready line tells the losses of the first 20 steps (64 samples, Adam at 1e-3), for comparison.

      Example:
        echo 64 | eelscout bench-train --weights pair.safetensors --network im2spec --input tiles.npy --target spectra.npy
      """,
    shouldDisplay: false)

  @Option(help: ArgumentHelp("Networks to start from.", valueName: "F.safetensors")) var weights: String
  @Option(help: "Which of the two: im2spec or spec2im.") var network: TrainingDirection
  @Option(help: ArgumentHelp("Inputs, one row a sample.", valueName: "X.npy")) var input: String
  @Option(help: ArgumentHelp("What the network should answer.", valueName: "Y.npy")) var target: String
  @Option(help: ArgumentHelp("Context features, (N,12), for networks that see them.", valueName: "C.npy"))
  var side: String?
  @Option(help: "Threads that share a step.") var threads = 1

  func validate() throws {
    guard (1...256).contains(threads) else { throw ValidationError("--threads \(threads): allowed 1…256") }
  }

  func run() async throws {
    let start = ContinuousClock.now
    try await Commands.reporting {
      let server = try TrainingBenchServer(
        weights: weights, direction: network, input: input, target: target, side: side, threads: threads,
        startedAt: start)
      answer(server.readyLine())
      while let line = readLine() {
        guard let result = await server.answer(line) else {
          throw WorkshopError("\"\(line)\" is no batch size; send a whole number of at least 1")
        }
        answer(result)
      }
    }
  }

  /// The reader waits for each line: nothing may stay in a buffer.
  private func answer(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}

extension TrainingDirection: ExpressibleByArgument {}
