// Two latents in coordinates that use their plane well.

/// The principal axes of a cloud of two latents: networks leave their latents correlated as chance has it, and a grid along
/// the raw latents would be empty for the most part. Turning the axes changes nothing that the decoder can tell.
struct LatentPlane: Sendable {
  /// (n, 2), about the cloud's mean; the first axis is the longer one.
  let coordinates: [Float]
  private let mean: (Float, Float)
  private let cosine, sine: Float

  /// - Parameter latents: (n, 2).
  init(_ latents: [Float]) {
    let count = max(1, latents.count / 2)
    var sums = (x: 0.0, y: 0.0)
    for i in 0..<latents.count / 2 { sums = (sums.x + Double(latents[2 * i]), sums.y + Double(latents[2 * i + 1])) }
    let mean = (Float(sums.x / Double(count)), Float(sums.y / Double(count)))
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for i in 0..<latents.count / 2 {
      let (x, y) = (Double(latents[2 * i] - mean.0), Double(latents[2 * i + 1] - mean.1))
      (xx, yy, xy) = (xx + x * x, yy + y * y, xy + x * y)
    }
    // The eigenvector of the larger eigenvalue of [[xx, xy], [xy, yy]], pointing to positive first latents.
    let larger = ((xx + yy) + ((xx - yy) * (xx - yy) + 4 * xy * xy).squareRoot()) / 2
    var axis: (x: Double, y: Double) = xx >= yy ? (1, 0) : (0, 1)
    if abs(xy) > 1e-300 { axis = (abs(xy), xy > 0 ? larger - xx : xx - larger) }
    let length = (axis.x * axis.x + axis.y * axis.y).squareRoot()
    axis = (axis.x / length, axis.y / length)
    let (cosine, sine) = (Float(axis.x), Float(axis.y))
    (self.mean, self.cosine, self.sine) = (mean, cosine, sine)
    coordinates = (0..<latents.count / 2).flatMap { i -> [Float] in
      let (x, y) = (latents[2 * i] - mean.0, latents[2 * i + 1] - mean.1)
      return [cosine * x + sine * y, cosine * y - sine * x]
    }
  }

  /// The latents of points given in the plane's coordinates: (n, 2) → (n, 2).
  func latents(of points: [Float]) -> [Float] {
    (0..<points.count / 2).flatMap { i -> [Float] in
      let (u, v) = (points[2 * i], points[2 * i + 1])
      return [mean.0 + cosine * u - sine * v, mean.1 + sine * u + cosine * v]
    }
  }
}
