// Numbers as operators read them.

import Foundation

extension Double {
  /// With a fixed number of decimals.
  func text(_ decimals: Int) -> String { String(format: "%.\(decimals)f", self) }

  /// With its sign.
  func signedText(_ decimals: Int) -> String { String(format: "%+.\(decimals)f", self) }

  /// Three significant digits, with an exponent where the number is large or small.
  var scientificText: String { String(format: "%.3g", self) }
}
