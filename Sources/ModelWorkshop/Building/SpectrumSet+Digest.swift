// The identity of a training set in a bundle's provenance.

import Crypto
import Foundation

extension SpectrumSet {
  /// SHA-256 over the little-endian image values, positions and counts.
  var digest: String {
    var hash = SHA256()
    func update(_ values: [Float]) {
      var bytes = Data(capacity: values.count * 4)
      for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
      hash.update(data: bytes)
    }
    update(image.values)
    update(positions.flatMap { [Float($0.row), Float($0.column)] })
    update(counts)
    return hash.finalize().hexadecimal
  }
}

extension SHA256Digest {
  /// 64 lower-case hexadecimal digits.
  var hexadecimal: String { map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
}
