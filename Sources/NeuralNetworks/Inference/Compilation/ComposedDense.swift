// A dense layer and the convolution of its result are one affine map: composed once, in double precision.

enum ComposedDense {
  /// Weights (filters·plane, inputs) and a bias for each of the filters·plane outputs.
  static func compose(
    inputs: Int, weights: ArraySlice<Float>, bias: ArraySlice<Float>, _ g: ConvolutionGeometry,
    kernel: ArraySlice<Float>, kernelBias: ArraySlice<Float>
  ) -> (weights: [Float], bias: [Float]) {
    let (count, outputs) = (g.inputs * g.plane, g.filters * g.plane)
    let kernel = kernel.map(Double.init)
    let (noBias, kernelBias) = ([Double](repeating: 0, count: g.filters), kernelBias.map(Double.init))
    let weights = Array(weights)
    var columns = [Double](repeating: 0, count: g.columnRows * g.plane)
    var convolved = [Double](repeating: 0, count: outputs)
    func convolve(_ x: [Double], bias: [Double]) {
      x.withUnsafeBufferPointer { x in
        columns.withUnsafeMutableBufferPointer { columns in
          convolved.withUnsafeMutableBufferPointer { y in
            guard let x = x.baseAddress, let columns = columns.baseAddress, let y = y.baseAddress else { return }
            Convolution<Double>.forward(g, x, weight: kernel, bias: bias, y, columns: columns)
          }
        }
      }
    }
    var composed = [Float](repeating: 0, count: outputs * inputs)
    for input in 0..<inputs {
      convolve((0..<count).map { Double(weights[$0 * inputs + input]) }, bias: noBias)
      for output in 0..<outputs { composed[output * inputs + input] = Float(convolved[output]) }
    }
    convolve(bias.map(Double.init), bias: kernelBias)
    return (composed, convolved.map(Float.init))
  }
}
