// Average pooling of signals and nearest-neighbour up-sampling of images and signals, one sample at a time.

enum Pooling<Scalar: NetworkScalar> {
  /// (channels, length) → (channels, length / window).
  static func forward(
    channels: Int, length: Int, window: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>
  ) {
    let outputs = length / window
    for channel in 0..<channels {
      for i in 0..<outputs {
        var sum: Scalar = 0
        let start = channel * length + i * window
        for j in start..<start + window { sum += x[j] }
        y[channel * outputs + i] = sum / Scalar(window)
      }
    }
  }

  static func backward(
    channels: Int, length: Int, window: Int, outputGradient dy: UnsafePointer<Scalar>,
    inputGradient dx: UnsafeMutablePointer<Scalar>
  ) {
    let outputs = length / window
    for channel in 0..<channels {
      for i in 0..<outputs {
        let share = dy[channel * outputs + i] / Scalar(window)
        let start = channel * length + i * window
        for j in start..<start + window { dx[j] += share }
      }
    }
  }
}

enum Upsampling<Scalar: NetworkScalar> {
  /// (channels, height, width) → (channels, height·factor.0, width·factor.1).
  static func forward(
    channels: Int, height: Int, width: Int, factor: (Int, Int), _ x: UnsafePointer<Scalar>,
    _ y: UnsafeMutablePointer<Scalar>
  ) {
    forEachLine(channels, height, width, factor) { source, target in
      for j in 0..<width * factor.1 { y[target + j] = x[source + j / factor.1] }
    }
  }

  static func backward(
    channels: Int, height: Int, width: Int, factor: (Int, Int), outputGradient dy: UnsafePointer<Scalar>,
    inputGradient dx: UnsafeMutablePointer<Scalar>
  ) {
    forEachLine(channels, height, width, factor) { source, target in
      for j in 0..<width * factor.1 { dx[source + j / factor.1] += dy[target + j] }
    }
  }

  /// Offsets of each line of the larger image and of the line it repeats.
  @inline(__always)
  private static func forEachLine(
    _ channels: Int, _ height: Int, _ width: Int, _ factor: (Int, Int), _ body: (Int, Int) -> Void
  ) {
    for channel in 0..<channels {
      for row in 0..<height * factor.0 {
        body((channel * height + row / factor.0) * width, (channel * height * factor.0 + row) * width * factor.1)
      }
    }
  }
}
