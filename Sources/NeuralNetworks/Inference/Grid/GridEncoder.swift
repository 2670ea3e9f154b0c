// Encodes every tile of a lattice on an image, sharing what overlapping tiles share.

import NeuralKernels

/// Encoders of one architecture with the memory to run them over lattices of one spacing. Not thread-safe.
///
/// A tile's latents are the same bytes wherever the lattice is cut into pieces.
public final class GridEncoder {
  private let programs: [GridProgram]
  private let sides: [InferenceExecutor?]
  private let kernels: KernelSet
  /// By the number of tiles side by side.
  private var plans: [Int: GridPlan] = [:]
  private let widest: GridLayout
  /// The image, then each convolution's result, then the latents.
  private let tensors: [UnsafeMutablePointer<Float>]
  private let scratch: UnsafeMutablePointer<Float>
  private let memory: UnsafeMutablePointer<Float>

  /// Bytes of the largest tensor that a worker should keep.
  private static let largestTensor = 8 << 20
  private static let largestBlocks = 8

  init?(_ programs: [GridProgram], kernels: KernelSet, rowStep: Int, columnStep: Int) {
    guard let first = programs.first else { return nil }
    self.programs = programs
    self.kernels = kernels
    sides = programs.map { $0.side.map(InferenceExecutor.init) }
    let image = (
      rows: GridLine(extent: first.height, step: rowStep), columns: GridLine(extent: first.width, step: columnStep)
    )
    let channels = [1] + first.convolutions.map(\.filters)
    var widest = GridLayout(
      layers: [image] + first.choices.map { (rows: $0.rows, columns: $0.columns) },
      tiles: Self.largestBlocks * kernels.lanes, lanes: kernels.lanes)
    func size(_ layer: Int) -> Int { widest.channelLength(layer) * channels[layer] }
    while widest.tiles > kernels.lanes, channels.indices.contains(where: { size($0) * 4 > Self.largestTensor }) {
      widest.tiles -= kernels.lanes
    }
    self.widest = widest
    // Vectors of the last places end beyond their class.
    let slack = 2 * kernels.lanes
    let latents = first.latentCount * widest.tiles
    let sizes = channels.indices.map { size($0) + slack } + [latents, GridPlan.scratch(first, widest, kernels)]
    let total = sizes.reduce(0, +)
    memory = KernelMemory.allocate(Float.self, total)
    memory.initialize(repeating: 0, count: total)
    var next = memory
    let parts = sizes.map { size in
      defer { next += size }
      return next
    }
    tensors = parts.dropLast()
    scratch = parts[parts.count - 1]
  }

  deinit { UnsafeMutableRawPointer(memory).deallocate() }

  /// A lattice of tiles on an image of `imageColumns` columns; the first tile's first pixel is (row, column).
  public struct Lattice: Sendable {
    public var imageColumns: Int
    public var row: Int
    public var column: Int
    public var rows: Int
    public var columns: Int

    public init(imageColumns: Int, row: Int, column: Int, rows: Int, columns: Int) {
      self.imageColumns = imageColumns
      self.row = row
      self.column = column
      self.rows = rows
      self.columns = columns
    }
  }

  /// Latents of every tile, row by row: for each network (rows · columns, latents).
  /// - Parameters:
  ///   - image: one channel, row by row; every tile lies inside.
  ///   - side: (rows · columns, side count), or empty.
  public func encode(_ image: [Float], _ lattice: Lattice, side: [Float] = []) -> [[Float]] {
    let count = lattice.rows * lattice.columns
    var latents = zip(programs, sides).map { program, executor in
      executor?.encodeSide(side, count: count) ?? [Float](repeating: 0, count: count * program.latentCount)
    }
    // Pieces as even as can be: the last one pays for whole vectors too.
    let pieces = (lattice.columns + widest.tiles - 1) / widest.tiles
    for piece in 0..<pieces {
      let first = lattice.columns * piece / pieces
      let plan = plan(tiles: lattice.columns * (piece + 1) / pieces - first)
      for index in programs.indices {
        encode(image, lattice, programs[index], plan, firstColumn: first) { row in
          addLatents(
            to: &latents[index], first: row * lattice.columns + first, programs[index].latentCount, plan.layout)
        }
      }
    }
    return latents
  }

  private func plan(tiles: Int) -> GridPlan {
    if let known = plans[tiles] { return known }
    let plan = GridPlan(programs[0], widest, tiles: tiles, kernels)
    plans[tiles] = plan
    return plan
  }

  /// Calls `body` when the latents of a row of tiles are ready.
  private func encode(
    _ image: [Float], _ lattice: Lattice, _ program: GridProgram, _ plan: GridPlan, firstColumn: Int,
    _ body: (Int) -> Void
  ) {
    let layout = plan.layout
    let step = layout.layers[0].rows.step
    clearZeros(program, layout)
    for row in 0..<lattice.rows {
      let phase = row % layout.phases
      let rows = row == 0 ? 0..<layout.height : max(0, layout.height - step)..<layout.height
      load(image, lattice, plan, row: row, firstColumn: firstColumn, rows, phase: phase)
      let tables = row == 0 ? plan.first : plan.phases[phase]
      for (index, layer) in tables.layers.enumerated() {
        for tiles in layer { convolve(program, layer: index + 1, layout, tiles) }
      }
      project(program, layout, tables.whole)
      body(row)
    }
  }

  /// Some rows of the image under a row of tiles.
  private func load(
    _ image: [Float], _ lattice: Lattice, _ plan: GridPlan, row: Int, firstColumn: Int, _ rows: Range<Int>, phase: Int
  ) {
    let layout = plan.layout
    let (down, along) = (layout.layers[0].rows.step, layout.layers[0].columns.step)
    let width = layout.imageWidth
    let origin =
      (lattice.row + row * down) * lattice.imageColumns + lattice.column + firstColumn * along
    precondition(
      origin >= 0 && origin + (layout.height - 1) * lattice.imageColumns + width <= image.count,
      "tiles beyond their image")
    image.withUnsafeBufferPointer { image in
      plan.imageColumns.withUnsafeBufferPointer { places in
        for line in rows {
          let source = origin + line * lattice.imageColumns
          let target = tensors[0] + layout.row(0, line, phase: phase)
          for column in 0..<width { target[places[column]] = image[source + column] }
        }
      }
    }
  }

  /// Other layouts may have been here before.
  private func clearZeros(_ program: GridProgram, _ layout: GridLayout) {
    for (layer, channels) in ([1] + program.convolutions.map(\.filters)).enumerated() {
      for channel in 0..<channels {
        (tensors[layer] + channel * layout.channelLength(layer) + layout.zero(layer))
          .update(repeating: 0, count: layout.lanes)
      }
    }
  }

  private func convolve(_ program: GridProgram, layer: Int, _ layout: GridLayout, _ tiles: GridTiles) {
    let convolution = program.convolutions[layer - 1]
    guard let weights = convolution.weights[[tiles.rows, tiles.columns]] else {
      preconditionFailure("no weights for a pair of algorithms")
    }
    let finish = convolution.finish
    func constant(_ offset: Int?) -> UnsafePointer<Float>? { offset.map { UnsafePointer(program.constants + $0) } }
    var f = KernelFinish(
      bias: constant(finish.bias), slope: finish.slope, scale: constant(finish.scale), shift: constant(finish.shift),
      output: tensors[layer], sum: nil, shareOfLinear: 0, shareOfActivated: 0, shareOfNormalised: 0, startsSum: 0,
      channelStride: layout.channelLength(layer))
    let x = tensors[layer - 1]
    let inputStride = layout.channelLength(layer - 1)
    tiles.reads.withUnsafeBufferPointer { reads in
      tiles.writes.withUnsafeBufferPointer { writes in
        guard let reads = reads.baseAddress, let writes = writes.baseAddress else { return }
        if let call = GridPlan.call(tiles, convolution, isDirect: program.choices[layer - 1].isDirect, kernels) {
          call.run(
            kernels, tiles: tiles.count, reads: reads, writes: writes, weights: program.constants + weights, x: x,
            inputStride: inputStride, scratch: scratch, &f)
        } else {
          var g = KernelConvolution(
            inputs: Int32(convolution.inputs), filters: Int32(convolution.filters), taps: 9,
            places: Int32(tiles.count), inputStride: inputStride, reads: reads, writes: writes,
            weights: program.constants + weights)
          kernels.table.pointee.convolve(&g, x, &f)
        }
      }
    }
  }

  /// The dense layer: a convolution whose kernel is the whole tile. One channel at a time, so that a channel's features
  /// stay in the cache for all latents, and long sums stay exact.
  private func project(_ program: GridProgram, _ layout: GridLayout, _ whole: GridTiles) {
    let layer = program.convolutions.count
    let taps = layout.height * layout.width
    whole.reads.withUnsafeBufferPointer { reads in
      whole.writes.withUnsafeBufferPointer { writes in
        for channel in 0..<program.convolutions[layer - 1].filters {
          let isFirst = channel == 0
          var f = KernelFinish(
            bias: isFirst ? program.bias.map { UnsafePointer(program.constants + $0) } : nil, slope: 1, scale: nil,
            shift: nil, output: nil, sum: tensors[layer + 1], shareOfLinear: 1, shareOfActivated: 0,
            shareOfNormalised: 0, startsSum: isFirst ? 1 : 0, channelStride: layout.ownBlocks * layout.lanes)
          var g = KernelConvolution(
            inputs: 1, filters: Int32(program.latentCount), taps: Int32(taps), places: Int32(whole.count),
            inputStride: 0, reads: reads.baseAddress, writes: writes.baseAddress,
            weights: program.constants + program.weights + channel * program.latentCount * taps)
          kernels.table.pointee.convolve(&g, tensors[layer] + channel * layout.channelLength(layer), &f)
        }
      }
    }
  }

  private func addLatents(to latents: inout [Float], first: Int, _ size: Int, _ layout: GridLayout) {
    let source = tensors[tensors.count - 1]
    let stride = layout.ownBlocks * layout.lanes
    latents.withUnsafeMutableBufferPointer { latents in
      for tile in 0..<layout.tiles {
        for latent in 0..<size { latents[(first + tile) * size + latent] += source[latent * stride + tile] }
      }
    }
  }
}

extension FloatNetwork {
  /// An encoder for lattices of tiles `rowStep` and `columnStep` pixels apart, one worker's; all networks in turn.
  /// Nil where the networks are not built for it, or where single tiles cost less: far apart, or on the plain path.
  public static func gridEncoder(
    _ networks: [FloatNetwork], rowStep: Int, columnStep: Int,
    kernels: InferenceKernels = InferenceKernels.current.kernels
  ) -> GridEncoder? {
    gridEncoder(networks, rowStep: rowStep, columnStep: columnStep, kernels: kernels, evenIfSlower: false)
  }

  /// The same, also where single tiles would cost less.
  package static func gridEncoder(
    _ networks: [FloatNetwork], rowStep: Int, columnStep: Int, kernels: InferenceKernels, evenIfSlower: Bool
  ) -> GridEncoder? {
    guard let set = KernelSet(kernels), let first = networks.first,
      networks.allSatisfy({ $0.plan.architecture == first.plan.architecture })
    else { return nil }
    let programs = networks.compactMap {
      GridProgram(
        plan: $0.plan, parameters: $0.parameters, kernels: set, rowStep: rowStep, columnStep: columnStep,
        evenIfSlower: evenIfSlower)
    }
    guard programs.count == networks.count else { return nil }
    return GridEncoder(programs, kernels: set, rowStep: rowStep, columnStep: columnStep)
  }
}
