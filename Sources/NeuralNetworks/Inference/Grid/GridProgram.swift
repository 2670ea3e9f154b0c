// An encoder compiled for lattices of overlapping tiles.

import NeuralKernels

/// Convolutions with a kernel of 3 in series, then a dense layer, possibly with what becomes of a side input.
///
/// `@unchecked Sendable`: the constants are written once, in `init`.
final class GridProgram: @unchecked Sendable {
  struct Convolution {
    var inputs: Int
    var filters: Int
    /// By pair of algorithms, down the columns and along the rows; one for a direct convolution.
    var weights: [[BilinearAlgorithm]: Int]
    var finish: InferenceStep.Finish
  }

  let convolutions: [Convolution]
  let choices: [GridChoice]
  let height: Int
  let width: Int
  let latentCount: Int
  /// Of the dense layer: for each channel (latents, places); and the bias where no side input brings it.
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
      let choices = encoder.choices(kernels, rowStep: rowStep, columnStep: columnStep),
      evenIfSlower || encoder.pays(choices, kernels)
    else { return nil }
    self.choices = choices
    var constants = ConstantPool()
    convolutions = zip(encoder.convolutions, choices).map { convolution, choice in
      let (stage, g, weights) = convolution
      var packed: [[BilinearAlgorithm]: Int] = [:]
      for row in choice.rows.counts.map(\.algorithm) {
        for column in choice.columns.counts.map(\.algorithm) where packed[[row, column]] == nil {
          packed[[row, column]] = constants.add(
            choice.isDirect
              ? WeightPacking.blocks(weights, filters: g.filters, depth: g.columnRows, rows: kernels.rows)
              : WeightPacking.transformed(weights, g, rows: row, columns: column, blockRows: kernels.rows))
        }
      }
      return Convolution(
        inputs: g.inputs, filters: g.filters, weights: packed,
        finish: .init(
          bias: stage.bias.map { constants.add(Array($0)) }, slope: stage.slope,
          scale: stage.norm.map { constants.add($0.scale) }, shift: stage.norm.map { constants.add($0.shift) }))
    }
    (height, width) = (encoder.geometry.height, encoder.geometry.width)
    latentCount = plan.latentCount
    let (latents, plane) = (plan.latentCount, encoder.geometry.plane)
    let depth = encoder.geometry.filters * plane
    let inputs = encoder.weights.count / latentCount
    weights = constants.add(
      (0..<encoder.geometry.filters).flatMap { channel in
        let rows = (0..<latents).flatMap { encoder.weights.dropFirst($0 * inputs + channel * plane).prefix(plane) }
        return WeightPacking.blocks(rows[...], filters: latents, depth: plane, rows: kernels.rows)
      })
    if let joined = encoder.dense.joined {
      let rest = (0..<latentCount).flatMap { encoder.weights.dropFirst($0 * inputs + depth).prefix(inputs - depth) }
      var dense = encoder.dense
      dense.body = .dense(inputs: inputs - depth, outputs: latentCount, weights: rest[...], bias: encoder.bias)
      (dense.source, dense.joined) = (joined, nil)
      side = InferenceProgram(plan: plan, work: encoder.side + [.stage(dense)], kernels: kernels)
      bias = nil
    } else {
      side = nil
      bias = constants.add(Array(encoder.bias))
    }
    self.constants = constants.allocated()
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

  /// What the rims of pieces, filled-up vectors and a dense layer that reads scattered places add; measured.
  private static let overhead = 1.4

  /// How each convolution is covered; nil where tiles are too far apart to share.
  func choices(_ kernels: KernelSet, rowStep: Int, columnStep: Int) -> [GridChoice]? {
    var rows = GridLine(extent: geometry.height, step: rowStep)
    var columns = GridLine(extent: geometry.width, step: columnStep)
    var choices: [GridChoice] = []
    for (_, g, _) in convolutions {
      guard let choice = GridChoice.best(g, after: rows, columns, kernels) else { return nil }
      choices.append(choice)
      (rows, columns) = (choice.rows, choice.columns)
    }
    return choices
  }

  func pays(_ choices: [GridChoice], _ kernels: KernelSet) -> Bool {
    let single = convolutions.reduce(0.0) { $0 + ConvolutionChoice.best($1.1, isUpsampled: false, kernels).cost }
    return Self.overhead * choices.reduce(0.0) { $0 + $1.cost } < single
  }
}
