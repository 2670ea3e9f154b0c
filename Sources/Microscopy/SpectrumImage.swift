// Electron energy-loss spectra on a raster of positions.

/// A spectrum image: `counts[(row * columns + column) * channels + channel]`, energy last.
public struct SpectrumImage: Equatable, Sendable {
  public var frame: ScanFrame
  /// Energy loss, eV.
  public var energyAxis: Axis
  public var counts: [Float]

  /// - Precondition: `counts.count == frame.rows * frame.columns * energyAxis.size`.
  public init(frame: ScanFrame, energyAxis: Axis, counts: [Float]) {
    precondition(counts.count == frame.rows * frame.columns * energyAxis.size)
    self.frame = frame
    self.energyAxis = energyAxis
    self.counts = counts
  }

  public func spectrum(at position: PixelPosition) -> ArraySlice<Float> {
    let start = (position.row * frame.columns + position.column) * energyAxis.size
    return counts[start..<start + energyAxis.size]
  }
}
