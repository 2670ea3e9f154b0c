// Batch normalisation (Ioffe and Szegedy, ICML 2015): per channel over batch and positions.

/// Sizes and constants of one batch norm. `momentum` is PyTorch's default for running statistics.
struct BatchNormGeometry {
  var batch: Int
  var channels: Int
  var plane: Int
  var epsilon: Double
  static var momentum: Double { 0.1 }
  var count: Int { batch * plane }
}

/// y = scale·x + shift, by channel.
struct ScaleAndShift {
  var scale: [Float]
  var shift: [Float]
}

extension ScaleAndShift {
  /// A trained batch norm with its running statistics, worked out in double precision.
  /// - Parameter p: every channel's scale, then every shift, mean and variance.
  init(norm p: [Float], epsilon: Double) {
    let c = p.count / 4
    let factors = (0..<c).map { Double(p[$0]) / (Double(p[3 * c + $0]) + epsilon).squareRoot() }
    scale = factors.map(Float.init)
    shift = (0..<c).map { Float(Double(p[c + $0]) - Double(p[2 * c + $0]) * factors[$0]) }
  }
}

enum BatchNorm<Scalar: NetworkScalar> {
  /// y = (x − running mean)/√(running variance + ε)·scale + shift. `p`: scale, shift, mean, variance.
  static func infer(
    _ g: BatchNormGeometry, _ x: UnsafePointer<Scalar>, parameters p: UnsafePointer<Scalar>,
    _ y: UnsafeMutablePointer<Scalar>
  ) {
    let c = g.channels
    for channel in 0..<c {
      let factor = p[channel] / (p[3 * c + channel] + Scalar(g.epsilon)).squareRoot()
      let shift = p[c + channel] - p[2 * c + channel] * factor
      forEachPlane(g, channel) { start in
        for i in start..<start + g.plane { y[i] = x[i] * factor + shift }
      }
    }
  }

  /// Normalises by the batch's own statistics and moves the running ones towards them.
  static func train(
    _ g: BatchNormGeometry, _ x: UnsafePointer<Scalar>, parameters p: UnsafeMutablePointer<Scalar>,
    _ y: UnsafeMutablePointer<Scalar>
  ) {
    let c = g.channels
    for channel in 0..<c {
      let (mean, variance) = statistics(g, x, channel)
      let factor = p[channel] / (variance + Scalar(g.epsilon)).squareRoot()
      forEachPlane(g, channel) { start in
        for i in start..<start + g.plane { y[i] = (x[i] - mean) * factor + p[c + channel] }
      }
      let m = Scalar(BatchNormGeometry.momentum)
      let unbiased = variance * Scalar(g.count) / Scalar(max(1, g.count - 1))
      p[2 * c + channel] += m * (mean - p[2 * c + channel])
      p[3 * c + channel] += m * (unbiased - p[3 * c + channel])
    }
  }

  /// Gradients of the training-mode output. Adds to `gradients` (scale, shift) and to dx.
  static func backward(
    _ g: BatchNormGeometry, _ x: UnsafePointer<Scalar>, parameters p: UnsafePointer<Scalar>,
    outputGradient dy: UnsafePointer<Scalar>, gradients: UnsafeMutablePointer<Scalar>,
    inputGradient dx: UnsafeMutablePointer<Scalar>?
  ) {
    let n = Scalar(g.count)
    for channel in 0..<g.channels {
      let (mean, variance) = statistics(g, x, channel)
      let inverse = 1 / (variance + Scalar(g.epsilon)).squareRoot()
      var sum: Scalar = 0
      var product: Scalar = 0
      forEachPlane(g, channel) { start in
        for i in start..<start + g.plane {
          sum += dy[i]
          product += dy[i] * (x[i] - mean) * inverse
        }
      }
      gradients[channel] += product
      gradients[g.channels + channel] += sum
      guard let dx else { continue }
      let factor = p[channel] * inverse
      forEachPlane(g, channel) { start in
        for i in start..<start + g.plane {
          dx[i] += factor * (dy[i] - sum / n - (x[i] - mean) * inverse * product / n)
        }
      }
    }
  }

  private static func statistics(_ g: BatchNormGeometry, _ x: UnsafePointer<Scalar>, _ channel: Int)
    -> (mean: Scalar, variance: Scalar)
  {
    var sum: Scalar = 0
    forEachPlane(g, channel) { start in for i in start..<start + g.plane { sum += x[i] } }
    let mean = sum / Scalar(g.count)
    var squares: Scalar = 0
    forEachPlane(g, channel) { start in for i in start..<start + g.plane { squares += (x[i] - mean) * (x[i] - mean) } }
    return (mean, squares / Scalar(g.count))
  }

  /// The offset of the channel's plane in each sample.
  @inline(__always)
  private static func forEachPlane(_ g: BatchNormGeometry, _ channel: Int, _ body: (Int) -> Void) {
    for sample in 0..<g.batch { body((sample * g.channels + channel) * g.plane) }
  }
}
