// Pooling and up-sampling of packed samples: whole pixels are added up and repeated.

extension ResamplingStep {
  /// Adds `scale` times the pixels of each window of the large image to the window's pixel of the small one.
  func gather(_ x: UnsafePointer<Float>, scale: Float, addingTo y: UnsafeMutablePointer<Float>) {
    forEachPixel { largePixel, smallPixel in
      for c in 0..<stride { y[smallPixel &+ c] += scale * x[largePixel &+ c] }
    }
  }

  /// Adds `scale` times each pixel of the small image to the pixels of its window in the large one.
  func spread(_ x: UnsafePointer<Float>, scale: Float, addingTo y: UnsafeMutablePointer<Float>) {
    forEachPixel { largePixel, smallPixel in
      for c in 0..<stride { y[largePixel &+ c] += scale * x[smallPixel &+ c] }
    }
  }

  /// Offsets of each pixel of the large image that lies in a whole window, and of the window's pixel.
  @inline(__always)
  private func forEachPixel(_ body: (Int, Int) -> Void) {
    for row in 0..<small.height * factor.0 {
      for column in 0..<small.width * factor.1 {
        body(
          (row &* large.width &+ column) &* stride, (row / factor.0 &* small.width &+ column / factor.1) &* stride)
      }
    }
  }
}
