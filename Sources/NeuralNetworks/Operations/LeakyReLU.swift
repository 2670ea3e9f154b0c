// The activation of every network here: y = x for x > 0, slope·x below.

enum LeakyReLU<Scalar: NetworkScalar> {
  static func forward(
    count: Int, slope: Scalar, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>
  ) {
    for i in 0..<count { y[i] = x[i] > 0 ? x[i] : slope * x[i] }
  }

  static func backward(
    count: Int, slope: Scalar, _ x: UnsafePointer<Scalar>, outputGradient dy: UnsafePointer<Scalar>,
    inputGradient dx: UnsafeMutablePointer<Scalar>
  ) {
    for i in 0..<count { dx[i] += x[i] > 0 ? dy[i] : slope * dy[i] }
  }
}
