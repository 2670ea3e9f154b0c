// Average pooling and nearest-neighbour up-sampling of images and signals, one sample at a time.

enum Pooling<Scalar: NetworkScalar> {
  /// (channels, height, width) → (channels, height / window.0, width / window.1).
  static func forward(
    channels: Int, height: Int, width: Int, window: (Int, Int), _ x: UnsafePointer<Scalar>,
    _ y: UnsafeMutablePointer<Scalar>
  ) {
    let size = Scalar(window.0 * window.1)
    forEachWindow(channels, height, width, window) { source, target in
      var sum: Scalar = 0
      for i in 0..<window.0 { for j in 0..<window.1 { sum += x[source + i * width + j] } }
      y[target] = sum / size
    }
  }

  static func backward(
    channels: Int, height: Int, width: Int, window: (Int, Int), outputGradient dy: UnsafePointer<Scalar>,
    inputGradient dx: UnsafeMutablePointer<Scalar>
  ) {
    let size = Scalar(window.0 * window.1)
    forEachWindow(channels, height, width, window) { source, target in
      let share = dy[target] / size
      for i in 0..<window.0 { for j in 0..<window.1 { dx[source + i * width + j] += share } }
    }
  }

  /// The offset of each window's first value and that of its mean.
  @inline(__always)
  private static func forEachWindow(
    _ channels: Int, _ height: Int, _ width: Int, _ window: (Int, Int), _ body: (Int, Int) -> Void
  ) {
    let (rows, columns) = (height / window.0, width / window.1)
    for channel in 0..<channels {
      for i in 0..<rows {
        for j in 0..<columns {
          body((channel * height + i * window.0) * width + j * window.1, (channel * rows + i) * columns + j)
        }
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
