// The noise of a spectrum that is known only once.

public enum NoiseEstimate {
  /// Variance of white noise on a smooth spectrum, from its second differences: a noise of variance σ² gives 6σ².
  public static func variance(of spectrum: ArraySlice<Float>) -> Double {
    guard spectrum.count > 2 else { return 0 }
    var sum = 0.0
    for i in spectrum.startIndex + 1..<spectrum.endIndex - 1 {
      let second = Double(spectrum[i - 1]) - 2 * Double(spectrum[i]) + Double(spectrum[i + 1])
      sum += second * second
    }
    return sum / (6 * Double(spectrum.count - 2))
  }
}
