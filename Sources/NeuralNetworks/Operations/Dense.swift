// Fully connected layers, a whole batch at once.

enum Dense<Scalar: NetworkScalar> {
  /// y (batch, outputs) = x (batch, inputs) · Wᵀ + b, W stored (outputs, inputs).
  static func forward(
    batch: Int, inputs: Int, outputs: Int, _ x: UnsafePointer<Scalar>, weight: UnsafePointer<Scalar>,
    bias: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>
  ) {
    for sample in 0..<batch { (y + sample &* outputs).update(from: bias, count: outputs) }
    Scalar.multiply(m: batch, n: outputs, k: inputs, x, transposeA: false, weight, transposeB: true, y, beta: 1)
  }

  static func backward(
    batch: Int, inputs: Int, outputs: Int, _ x: UnsafePointer<Scalar>, weight: UnsafePointer<Scalar>,
    outputGradient dy: UnsafePointer<Scalar>, weightGradient: UnsafeMutablePointer<Scalar>,
    biasGradient: UnsafeMutablePointer<Scalar>, inputGradient dx: UnsafeMutablePointer<Scalar>?
  ) {
    for sample in 0..<batch {
      let row = dy + sample &* outputs
      for i in 0..<outputs { biasGradient[i] += row[i] }
    }
    Scalar.multiply(
      m: outputs, n: inputs, k: batch, dy, transposeA: true, x, transposeB: false, weightGradient, beta: 1)
    guard let dx else { return }
    Scalar.multiply(m: batch, n: inputs, k: outputs, dy, transposeA: false, weight, transposeB: false, dx, beta: 1)
  }
}
