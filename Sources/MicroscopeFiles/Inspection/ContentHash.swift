// Identity by content: the same pixels with the same calibration are the same scan, whatever file holds them.

import Crypto
import Microscopy

enum ContentHash {
  /// SHA-256, in lower-case hexadecimal, over
  ///
  /// 1. the text `eelscout content 1` and a line feed,
  /// 2. the number of dimensions and each dimension, as 64-bit little-endian integers,
  /// 3. the pixel size of an image in whole femtometres as a 64-bit little-endian integer, −1 without one,
  /// 4. every value in C order as a little-endian double; complex values as real part, imaginary part.
  ///
  /// Neither the stored number type nor names and times go in, so the forms in which one program saves one image
  /// agree. Femtometres keep `0.0055 µm` and `5.5 nm` equal in spite of rounding.
  static func sha256(_ signal: Signal) throws(DecodeFailure) -> String {
    var hasher = SHA256()
    hasher.update(data: Array("eelscout content 1\n".utf8))
    var header = [signal.pixels.shape.count] + signal.pixels.shape
    header.append(femtometres(signal))
    for value in header { hasher.update(data: littleEndian(UInt64(bitPattern: Int64(value)))) }
    let components = signal.pixels.components
    try signal.pixels.forEachPiece { values, count in
      // The platforms of this package are little-endian, so doubles in memory are what is hashed.
      values.withUnsafeBytes { bytes in
        hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[..<(count * components * 8)]))
      }
    }
    return hasher.finalize().map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  private static func femtometres(_ signal: Signal) -> Int {
    guard let nanometres = signal.pixelSize.nanometres else { return -1 }
    return Int(exactly: (nanometres * 1e6).rounded()) ?? -1
  }

  private static func littleEndian(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }
}
