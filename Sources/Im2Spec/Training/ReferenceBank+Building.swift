// The bank is made from the training set as a fast scan would show it.

import NeuralNetworks
import SeededRandom

extension ReferenceBank {
  /// Dose that the bank and the calibration tiles are noised to: the middle of a fast scan's, electrons a pixel.
  public static let dose = 100.0...101.0

  /// Draws tiles evenly from a training set, turns each at random, noises it and encodes it with the first member.
  public init(drawnFrom set: TrainingSet, count wanted: Int = 4000, networks: BundleNetworks, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let slow = set.slowScanIndices
    let indices = generator.permutation(slow.count).prefix(wanted).map { slow[$0] }.sorted()
    var tiles: [Float] = []
    var context: [Float] = []
    for index in indices {
      TileAugmentation.appendTile(
        of: set.windows, index: index, orientation: generator.index(below: 8), to: &tiles)
      context += set.context[index * ContextFeatures.count..<(index + 1) * ContextFeatures.count]
    }
    TileAugmentation.addNoise(to: &tiles, dose: Self.dose, generator: &generator)
    let member = networks.im2spec[0]
    let executor = member.executor(maximumBatch: indices.count)
    let latents = executor.encode(tiles, side: networks.usesContext ? context : [], count: indices.count)
    self.init(count: indices.count, latentCount: member.plan.latentCount, latents: latents, tiles: tiles)
  }
}
