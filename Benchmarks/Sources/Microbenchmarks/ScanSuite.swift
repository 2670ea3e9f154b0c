// What a scan passes on its way to targets: normalisation, context, pitch, the round trip, neighbours.

import Foundation
import Im2Spec
import ImageProcessing
import Microscopy
import NeuralNetworks
import SeededRandom
import Triage

enum ScanSuite {
  private static let edge = 512
  private static let tiles = 64
  private static let queries = 256

  static func benchmarks(model: ModelBundle) throws -> [Benchmark] {
    let scan = lattice()
    let levels = try ScanNormalisation.levels(of: scan)
    let normalised = try ScanNormalisation.normalise(scan, levels: levels)
    let pixels = edge * edge
    let pair = (model.networks.im2spec[0], model.networks.spec2im)
    let batch = batch(context: model.usesContext)
    let members = model.memberCount
    let there = NetworkExecutor(plan: pair.0.plan, parameters: pair.0.parameters, maximumBatch: tiles)
    let back = NetworkExecutor(plan: pair.1.plan, parameters: pair.1.parameters, maximumBatch: tiles)
    let neighbours = NearestNeighbours(
      points: model.bank.latents, count: model.bank.count, dimensions: model.bank.latentCount)
    let latents = Array(model.bank.latents.prefix(queries * model.bank.latentCount).map { $0 + 0.01 })
    return [
      Benchmark(name: "levels and normalisation of a scan", items: pixels, unit: "pixel") {
        _ = try ScanNormalisation.normalise(scan, levels: try ScanNormalisation.levels(of: scan))
      },
      Benchmark(name: "context features of a scan", items: pixels, unit: "pixel") {
        _ = ContextFeatures(normalised: normalised)
      },
      Benchmark(name: "lattice pitch of a scan", items: pixels, unit: "pixel") { _ = LatticePitch.measure(normalised) },
      Benchmark(name: "round trip of tiles, plain path, one member", items: tiles, unit: "tile") {
        _ = back.run(there.run(batch.tiles, side: batch.context, count: tiles), count: tiles)
      },
      Benchmark(name: "round trip of tiles, shipped model, \(members) members", items: tiles, unit: "tile") {
        _ = model.roundTrip(batch)
      },
      Benchmark(name: "nearest of \(model.bank.count) neighbours", items: queries, unit: "query") {
        _ = neighbours.meanDistances(of: latents, queryCount: queries)
      },
    ]
  }

  /// Soft particles on a square lattice, with noise.
  static func lattice() -> Raster {
    var generator = SeededGenerator(seed: 7)
    let values = (0..<edge * edge).map { index -> Float in
      let (row, column) = (Double(index / edge), Double(index % edge))
      let film = sin(row * 2 * .pi / 10) * sin(column * 2 * .pi / 10) > -0.3 && index % edge > 60 ? 1.0 : 0.0
      return Float(100 * film + 8 + generator.normal() * 10)
    }
    return Raster(rows: edge, columns: edge, values: values)
  }

  private static func batch(context: Bool) -> TileBatch {
    var generator = SeededGenerator(seed: 8)
    func random(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.uniform()) } }
    return TileBatch(
      count: tiles, tiles: random(tiles * TileBatch.tilePixels),
      context: context ? random(tiles * ContextFeatures.count) : [])
  }
}
