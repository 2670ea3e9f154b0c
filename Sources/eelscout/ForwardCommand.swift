// `eelscout forward`: the round trip on tiles from a file, for comparison with other runtimes.

import ArgumentParser
import Foundation
import ModelWorkshop

struct ForwardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forward",
    abstract: "Run im2spec and spec2im on tiles; write spectra, latents and round-tripped tiles.",
    discussion: """
      Writes spec.npy (N,1,L), z1.npy (N,latents), img.npy (N,1,16,16) and z2.npy (N,latents), float32, into DIR.
      F is a bundle (its first member runs) or a plain pair of networks in AtomAI's layout.

      Example:
        eelscout forward --weights pair.safetensors --input tiles.npy -o out
      """)

  @Option(help: ArgumentHelp("Networks.", valueName: "F.safetensors")) var weights: String
  @Option(help: ArgumentHelp("Tiles, (N,1,16,16).", valueName: "X.npy")) var input: String
  @Option(help: ArgumentHelp("Context features, (N,12), for networks that see them.", valueName: "C.npy"))
  var context: String?
  @Option(name: .shortAndLong, help: ArgumentHelp("Folder for the results.", valueName: "DIR")) var output: String
  @Option(help: "Workers.") var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    guard (1...256).contains(threads) else { throw ValidationError("--threads \(threads): allowed 1…256") }
  }

  func run() async throws {
    try await Commands.reporting {
      let forward = try ForwardRun(weights: weights, input: input, context: context)
      try forward.write(await forward.run(workers: threads), to: output)
      Output.progress("\(forward.count) tiles → \(output)/{spec,z1,img,z2}.npy")
    }
  }
}
