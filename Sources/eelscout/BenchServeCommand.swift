// `eelscout bench-serve`: joins an interleaved benchmark of several runtimes.

import ArgumentParser
import Foundation
import ModelWorkshop

struct BenchServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-serve",
    abstract: "Time the round trip on request: batch sizes in, seconds a tile out, one JSON line each.",
    discussion: """
      With --input: independent tiles, in batches of the sizes sent. With --scan: every tile of a lattice on a scan, as
      triage runs them, in the fewest bands of rows that hold the number sent; B in the answer is the number timed.

      Example:
        echo 64 | eelscout bench-serve --weights pair.safetensors --input tiles.npy
        echo 1024 | eelscout bench-serve --weights pair.safetensors --scan scan.npy --stride 4
      """)

  @Option(help: ArgumentHelp("Networks.", valueName: "F.safetensors")) var weights: String
  @Option(help: ArgumentHelp("Tiles, (N,1,16,16); ref_*.npy beside it are compared with.", valueName: "X.npy"))
  var input: String?
  @Option(
    help: ArgumentHelp(
      "Scan, (rows,columns); its _z1.npy and _mse.npy at stride 1 are compared with.", valueName: "X.npy"))
  var scan: String?
  @Option(help: "Pixels from one tile of the scan to the next.") var stride = 4
  @Option(help: "Workers.") var threads = 1

  func validate() throws {
    guard (1...256).contains(threads) else { throw ValidationError("--threads \(threads): allowed 1…256") }
    guard (1...64).contains(stride) else { throw ValidationError("--stride \(stride): allowed 1…64") }
    guard (input == nil) != (scan == nil) else { throw ValidationError("give either --input or --scan") }
  }

  func run() async throws {
    let start = ContinuousClock.now
    try await Commands.reporting {
      if let scan {
        let server = try ScanBenchServer(
          weights: weights, scan: scan, stride: stride, threads: threads, startedAt: start)
        try await serve(ready: server.readyLine, server.answer)
      } else if let input {
        let server = try BenchServer(weights: weights, input: input, threads: threads, startedAt: start)
        try await serve(ready: server.readyLine, server.answer)
      }
    }
  }

  private func serve(ready: () async throws -> String, _ answering: (String) async -> String?) async throws {
    answer(try await ready())
    while let line = readLine() {
      guard let result = await answering(line) else {
        throw WorkshopError("\"\(line)\" is no batch size; send a whole number of at least 1")
      }
      answer(result)
    }
  }

  /// The reader waits for each line: nothing may stay in a buffer.
  private func answer(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
