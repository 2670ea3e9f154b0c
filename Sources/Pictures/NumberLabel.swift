// Numbers as pictures write them.

import Foundation

/// Short texts of numbers.
enum NumberLabel {
  /// Three significant digits.
  static func text(_ value: Float) -> String {
    guard value != 0, value.isFinite else { return "0" }
    var digits = 0
    var magnitude = abs(value)
    while magnitude < 100 && digits < 8 {
      magnitude *= 10
      digits += 1
    }
    var unit: Float = 1
    for _ in 0..<digits { unit *= 10 }
    let rounded = (value * unit).rounded() / unit
    return rounded == rounded.rounded() && abs(rounded) < 1e6 ? "\(Int(rounded))" : "\(rounded)"
  }

  /// A tick's number with the decimals that its distance from the next one asks for.
  static func tick(_ value: Double, step: Double) -> String {
    if abs(value) < step * 1e-6 { return "0" }
    if abs(value) >= 1e5 || step < 1e-4 { return String(format: "%.3g", value) }
    return String(format: "%.*f", max(0, Int((-log10(step) - 1e-9).rounded(.up))), value)
  }
}
