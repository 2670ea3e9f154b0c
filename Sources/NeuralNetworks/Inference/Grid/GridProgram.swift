// An encoder compiled for lattices of overlapping tiles.

import NeuralKernels

/// Convolutions with a kernel of 3 in series, then a dense layer, possibly with what becomes of a side input.
///
/// `@unchecked Sendable`: the constants are written once, in `init`.
final class GridProgram: @unchecked Sendable {
  struct Convolution {
    var inputs: Int
    var filters: Int
    var weights: Int
    var finish: InferenceStep.Finish
  }

  let convolutions: [Convolution]
  let height: Int
  let width: Int
  let latentCount: Int
  /// Of the dense layer: (latents, channels, places), and the bias where no side input brings it.
  let weights: Int
  let bias: Int?
  /// From the side input to its share of the latents, bias included.
  let side: InferenceProgram?
  let constants: UnsafeMutablePointer<Float>

  /// Nil for encoders of another build, and where tiles by themselves cost less.
  init?(
    plan: NetworkPlan, parameters: [Float], kernels: KernelSet, rowStep: Int, columnStep: Int,
    evenIfSlower: Bool
  ) {
    guard let encoder = Encoder(plan, parameters),
      evenIfSlower || encoder.pays(kernels, rowStep: rowStep, columnStep: columnStep)
    else { return nil }
    var constants: [Float] = []
    func constant(_ values: [Float]) -> Int {
      defer { constants += values }
      return constants.count
    }
    convolutions = encoder.convolutions.map { stage, g, weights in
      Convolution(
        inputs: g.inputs, filters: g.filters,
        weights: constant(
          WeightPacking.blocks(weights, filters: g.filters, depth: g.columnRows, rows: kernels.rows)),
        finish: .init(
          bias: stage.bias.map { constant(Array($0)) }, slope: stage.slope,
          scale: stage.norm.map { constant($0.scale) }, shift: stage.norm.map { constant($0.shift) }))
    }
    (height, width) = (encoder.geometry.height, encoder.geometry.width)
    latentCount = plan.latentCount
    let depth = encoder.geometry.filters * encoder.geometry.plane
    let inputs = encoder.weights.count / latentCount
    let features = (0..<latentCount).flatMap { encoder.weights.dropFirst($0 * inputs).prefix(depth) }
    weights = constant(
      WeightPacking.blocks(features[...], filters: latentCount, depth: depth, rows: kernels.rows))
    if let joined = encoder.dense.joined {
      let rest = (0..<latentCount).flatMap { encoder.weights.dropFirst($0 * inputs + depth).prefix(inputs - depth) }
      var dense = encoder.dense
      dense.body = .dense(inputs: inputs - depth, outputs: latentCount, weights: rest[...], bias: encoder.bias)
      (dense.source, dense.joined) = (joined, nil)
      side = InferenceProgram(plan: plan, work: encoder.side + [.stage(dense)], kernels: kernels)
      bias = nil
    } else {
      side = nil
      bias = constant(Array(encoder.bias))
    }
    self.constants = InferenceProgram.aligned(constants)
  }

  deinit { UnsafeMutableRawPointer(constants).deallocate() }
}

/// The parts of an encoder that lattices can share.
private struct Encoder {
  private(set) var convolutions: [(Stage, ConvolutionGeometry, ArraySlice<Float>)] = []
  private(set) var side: [Work] = []
  let dense: Stage
  let weights: ArraySlice<Float>
  let bias: ArraySlice<Float>

  var geometry: ConvolutionGeometry { convolutions[convolutions.count - 1].1 }

  init?(_ plan: NetworkPlan, _ parameters: [Float]) {
    var image = plan.inputBuffer
    var images: Set<Int> = [image]
    var last: (Stage, ArraySlice<Float>, ArraySlice<Float>)?
    for work in StageGraph(plan, parameters: parameters, layouts: Layout.layouts(of: plan)).work {
      guard case .stage(let stage) = work else { return nil }
      guard stage.isEncoder else { break }
      switch stage.body {
      case .convolution(let g, let weights, isUpsampled: false)
      where stage.source == image && stage.sum == nil && g.kernelHeight == 3 && g.kernelWidth == 3 && g.dilation == 1:
        guard last == nil, let output = stage.output else { return nil }
        convolutions.append((stage, g, weights))
        image = output
        images.insert(image)
      case .dense(_, _, let weights, let bias) where stage.source == image && !convolutions.isEmpty:
        guard last == nil, stage.output == plan.latentBuffer, stage.sum == nil, stage.slope == 1, stage.norm == nil
        else { return nil }
        last = (stage, weights, bias)
      default:
        guard last == nil, !images.contains(stage.source), stage.sum == nil else { return nil }
        side.append(work)
      }
    }
    guard let last else { return nil }
    (dense, weights, bias) = last
    guard plan.architecture.input.channels == 1, min(geometry.height, geometry.width) > 2 * convolutions.count else {
      return nil
    }
  }

  /// What the rims of pieces, the reading of scattered places and filled-up vectors add to shared convolutions; measured.
  private static let overhead = 1.6

  /// Places a tile, by layer: (2·layer + step) in each direction; each is a direct convolution.
  func pays(_ kernels: KernelSet, rowStep: Int, columnStep: Int) -> Bool {
    var (shared, single) = (0.0, 0.0)
    for (index, convolution) in convolutions.enumerated() {
      let g = convolution.1
      let places = Double((2 * index + 2 + rowStep) * (2 * index + 2 + columnStep))
      shared += places * ConvolutionChoice.placeCost(g, kernels)
      single += ConvolutionChoice.best(g, isUpsampled: false, kernels).cost
    }
    return Self.overhead * shared < single
  }
}
