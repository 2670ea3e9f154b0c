// `eelscout bench-serve`: joins an interleaved benchmark of several runtimes.

import ArgumentParser
import Foundation
import ModelWorkshop

struct BenchServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-serve",
    abstract: "Time the round trip on request: batch sizes in, seconds a tile out, one JSON line each.",
    discussion: """
      Example:
        echo 64 | eelscout bench-serve --weights pair.safetensors --input tiles.npy
      """)

  @Option(help: ArgumentHelp("Networks.", valueName: "F.safetensors")) var weights: String
  @Option(help: ArgumentHelp("Tiles, (N,1,16,16); ref_*.npy beside it are compared with.", valueName: "X.npy"))
  var input: String
  @Option(help: "Workers.") var threads = 1

  func validate() throws {
    guard (1...256).contains(threads) else { throw ValidationError("--threads \(threads): allowed 1…256") }
  }

  func run() async throws {
    let start = ContinuousClock.now
    try await Commands.reporting {
      let server = try BenchServer(weights: weights, input: input, threads: threads, startedAt: start)
      answer(try await server.readyLine())
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
