// Long sums, part by part: a running sum of thousands of products loses more than PyTorch's.

import NeuralKernels

extension BatchGradient {
  /// Inputs of a dense layer that are summed up by themselves.
  private static let inputsOfPart = 256
  /// What gathers a cascade into one or two channels cancels much, and keeps every rounding error.
  static let fewFilters = 2

  /// A dense layer. Packed weights are (block of outputs, input, output).
  func sumInParts(
    _ step: WeightedStep, _ index: Int, _ shape: tk_convolution, _ x: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>
  ) {
    var output = 0
    while output < step.outputs.count {
      let outputs = blockSize(step.outputs.count - output)
      let weights = workspace.weights[index] + output &* step.inputCount
      for input in stride(from: 0, to: step.inputCount, by: Self.inputsOfPart) {
        var part = shape
        part.inputs = min(Self.inputsOfPart, step.inputCount - input)
        part.output_lanes = outputs
        let isLast = input + part.inputs == step.inputCount
        kernels.convolve(
          &part, x + input, weights + input &* outputs, input == 0 ? workspace.biases[index] + output : nil,
          input == 0 ? nil : UnsafePointer(y + output), isLast ? step.slope : 1, y + output)
      }
      output += outputs
    }
  }

  /// Outputs of the next block of packed weights: the largest half, quarter, … of a whole one that the rest fills.
  private func blockSize(_ rest: Int) -> Int {
    var size = kernels.block
    while size > rest { size /= 2 }
    return size
  }

  /// A convolution of one sample with as few filters as one block of packed weights, (tap, input, output), holds.
  func sumTapByTap(
    _ step: WeightedStep, _ g: ConvolutionGeometry, _ index: Int, _ shape: tk_convolution, _ x: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>
  ) {
    let centre = (row: g.kernelHeight / 2, column: g.kernelWidth / 2)
    let taps = (0..<g.kernelHeight).flatMap { row in (0..<g.kernelWidth).map { (row: row, column: $0) } }
    // The one in the middle reaches every output.
    for tap in [centre] + taps.filter({ $0 != centre }) {
      let (down, right) = ((tap.row - centre.row) &* g.dilation, (tap.column - centre.column) &* g.dilation)
      let rows = max(0, -down)..<max(max(0, -down), min(g.height, g.height - down))
      guard !rows.isEmpty else { continue }
      var part = shape
      (part.kernel_height, part.kernel_width, part.height) = (1, 1, rows.count)
      let output = y + rows.lowerBound &* g.width &* shape.output_stride
      kernels.convolve(
        &part, x + (rows.lowerBound + down) &* shape.input_pitch + right &* shape.input_stride,
        workspace.weights[index] + (tap.row &* g.kernelWidth + tap.column) &* g.inputs &* step.outputs.count,
        tap == centre ? workspace.biases[index] : nil, tap == centre ? nil : UnsafePointer(output), 1, output)
    }
    if step.slope != 1 { kernels.activate(g.plane &* shape.output_stride, step.slope, y, y) }
  }
}
