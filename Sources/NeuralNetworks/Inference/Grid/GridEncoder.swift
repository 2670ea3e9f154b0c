// Encodes every tile of a lattice on an image, sharing what overlapping tiles share.

import NeuralKernels

/// Encoders of one architecture with the memory to run them over lattices of one spacing. Not thread-safe.
///
/// A tile's latents are the same bytes wherever the lattice is cut into pieces.
public final class GridEncoder {
  private let programs: [GridProgram]
  private let sides: [InferenceExecutor?]
  private let kernels: KernelSet
  /// By the number of lane vectors in a row of tiles, from one on.
  private let layouts: [GridLayout]
  private let tables: [GridTables]
  /// The image, then each convolution's result, then the latents.
  private let tensors: [UnsafeMutablePointer<Float>]
  private let memory: UnsafeMutablePointer<Float>

  /// Bytes of the largest tensor that a worker should keep.
  private static let largestTensor = 4 << 20
  private static let largestBlocks = 4

  init?(_ programs: [GridProgram], kernels: KernelSet, rowStep: Int, columnStep: Int) {
    guard let first = programs.first else { return nil }
    self.programs = programs
    self.kernels = kernels
    sides = programs.map { $0.side.map(InferenceExecutor.init) }
    let layers = first.convolutions.count
    var shape = GridLayout(
      height: first.height, width: first.width, rowStep: rowStep, columnStep: columnStep, blocks: Self.largestBlocks,
      tileRows: 16, lanes: kernels.lanes)
    let filters = first.convolutions[layers - 1].filters
    while shape.channelLength(layers) * filters * 4 > Self.largestTensor, shape.tileRows > 4 || shape.blocks > 1 {
      if shape.tileRows > 4 { shape.tileRows /= 2 } else { shape.blocks /= 2 }
    }
    layouts = (1...shape.blocks).map { blocks in
      var layout = shape
      layout.blocks = blocks
      return layout
    }
    tables = layouts.map { GridTables($0, layers: layers, columns: kernels.columns) }
    // Shared classes read one float before their first; results of whole vectors end beyond their last.
    let slack = 2 * kernels.lanes
    let channels = [first.convolutions[0].inputs] + first.convolutions.map(\.filters)
    let sizes =
      channels.enumerated().map { shape.channelLength($0) * $1 + slack } + [first.latentCount * shape.tileColumns]
    let size = sizes.reduce(slack, +)
    memory = UnsafeMutableRawPointer.allocate(byteCount: size * 4, alignment: CacheLine.size)
      .bindMemory(to: Float.self, capacity: size)
    memory.initialize(repeating: 0, count: size)
    var next = memory + slack
    tensors = sizes.map { size in
      defer { next += size }
      return next
    }
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
    let largest = layouts[layouts.count - 1]
    for firstColumn in stride(from: 0, to: lattice.columns, by: largest.tileColumns) {
      let columns = min(largest.tileColumns, lattice.columns - firstColumn)
      let blocks = (columns + kernels.lanes - 1) / kernels.lanes
      for firstRow in stride(from: 0, to: lattice.rows, by: largest.tileRows) {
        let rows = min(largest.tileRows, lattice.rows - firstRow)
        let layout = layouts[blocks - 1]
        load(image, lattice, layout, firstRow: firstRow, firstColumn: firstColumn, rows: rows, columns: columns)
        for index in programs.indices {
          encode(programs[index], layout, tables[blocks - 1], rows: rows) { row in
            let first = (firstRow + row) * lattice.columns + firstColumn
            addLatents(to: &latents[index], first: first, count: columns, programs[index].latentCount, layout)
          }
        }
      }
    }
    return latents
  }

  /// The image, its columns sorted by their remainder.
  private func load(
    _ image: [Float], _ lattice: Lattice, _ layout: GridLayout, firstRow: Int, firstColumn: Int, rows: Int, columns: Int
  ) {
    let height = layout.height + (rows - 1) * layout.rowStep
    let width = layout.width + (columns - 1) * layout.columnStep
    let origin =
      (lattice.row + firstRow * layout.rowStep) * lattice.imageColumns + lattice.column
      + firstColumn * layout.columnStep
    precondition(
      origin >= 0 && origin + (height - 1) * lattice.imageColumns + width <= image.count, "tiles beyond their image")
    // Rows of another width may have left something where this one keeps its zeros.
    tensors[0].update(repeating: 0, count: layout.imageRows * layout.rowLength(0))
    image.withUnsafeBufferPointer { image in
      for row in 0..<height {
        let source = origin + row * lattice.imageColumns
        let target = tensors[0] + row * layout.rowLength(0)
        for column in 0..<width { target[layout.shared(0, column)] = image[source + column] }
      }
    }
  }

  /// Calls `body` when the latents of a row of tiles are ready.
  private func encode(
    _ program: GridProgram, _ layout: GridLayout, _ tables: GridTables, rows: Int, _ body: (Int) -> Void
  ) {
    let height = layout.height + (rows - 1) * layout.rowStep
    for layer in 1...program.convolutions.count {
      clearZeros(layer, layout, channels: program.convolutions[layer - 1].filters)
      for row in layer..<height - layer {
        convolve(program, layer, layout, tables.shared[layer - 1], row: row)
      }
    }
    for row in 0..<rows {
      for layer in 1...program.convolutions.count {
        convolve(program, layer, layout, tables.borders[layer - 1], row: row * layout.rowStep)
      }
      project(program, layout, tables.whole, row: row * layout.rowStep)
      body(row)
    }
  }

  /// Rows of another width may have been here before.
  private func clearZeros(_ layer: Int, _ layout: GridLayout, channels: Int) {
    let length = layout.rowLength(layer)
    let rows = layout.channelLength(layer) / length
    for row in 0..<channels * rows {
      (tensors[layer] + row * length + layout.zero(layer)).update(repeating: 0, count: layout.lanes)
    }
  }

  private func convolve(
    _ program: GridProgram, _ layer: Int, _ layout: GridLayout, _ table: PlaceTable, row: Int
  ) {
    let convolution = program.convolutions[layer - 1]
    let finish = convolution.finish
    func constant(_ offset: Int?) -> UnsafePointer<Float>? { offset.map { UnsafePointer(program.constants + $0) } }
    var f = KernelFinish(
      bias: constant(finish.bias), slope: finish.slope, scale: constant(finish.scale), shift: constant(finish.shift),
      output: tensors[layer] + row * layout.rowLength(layer), sum: nil, shareOfLinear: 0, shareOfActivated: 0,
      shareOfNormalised: 0, startsSum: 0, channelStride: layout.channelLength(layer))
    run(
      table, inputs: convolution.inputs, filters: convolution.filters, taps: 9,
      inputStride: layout.channelLength(layer - 1), weights: program.constants + convolution.weights,
      x: tensors[layer - 1] + row * layout.rowLength(layer - 1), &f)
  }

  /// The dense layer: a convolution whose kernel is the whole tile.
  private func project(_ program: GridProgram, _ layout: GridLayout, _ table: PlaceTable, row: Int) {
    let layer = program.convolutions.count
    var f = KernelFinish(
      bias: program.bias.map { UnsafePointer(program.constants + $0) }, slope: 1, scale: nil, shift: nil,
      output: tensors[layer + 1], sum: nil, shareOfLinear: 0, shareOfActivated: 0, shareOfNormalised: 0, startsSum: 0,
      channelStride: layout.tileColumns)
    run(
      table, inputs: program.convolutions[layer - 1].filters, filters: program.latentCount,
      taps: layout.height * layout.width, inputStride: layout.channelLength(layer),
      weights: program.constants + program.weights, x: tensors[layer] + row * layout.rowLength(layer), &f)
  }

  private func run(
    _ table: PlaceTable, inputs: Int, filters: Int, taps: Int, inputStride: Int, weights: UnsafePointer<Float>,
    x: UnsafePointer<Float>, _ finish: inout KernelFinish
  ) {
    table.reads.withUnsafeBufferPointer { reads in
      table.writes.withUnsafeBufferPointer { writes in
        var g = KernelConvolution(
          inputs: Int32(inputs), filters: Int32(filters), taps: Int32(taps), places: Int32(writes.count),
          inputStride: inputStride, reads: reads.baseAddress, writes: writes.baseAddress, weights: weights)
        kernels.table.pointee.convolve(&g, x, &finish)
      }
    }
  }

  private func addLatents(to latents: inout [Float], first: Int, count: Int, _ size: Int, _ layout: GridLayout) {
    let source = tensors[tensors.count - 1]
    latents.withUnsafeMutableBufferPointer { latents in
      for tile in 0..<count {
        for latent in 0..<size { latents[(first + tile) * size + latent] += source[latent * layout.tileColumns + tile] }
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
