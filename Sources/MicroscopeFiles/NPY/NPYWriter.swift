// Writing NPY arrays.

import SystemPackage

/// A number type that NPY files can hold.
public protocol NPYElement: BitwiseCopyable {
  /// NumPy's `descr`, little-endian.
  static var npyDescr: String { get }
}

extension Float: NPYElement { public static var npyDescr: String { "<f4" } }
extension Double: NPYElement { public static var npyDescr: String { "<f8" } }
extension Float16: NPYElement { public static var npyDescr: String { "<f2" } }
extension Int16: NPYElement { public static var npyDescr: String { "<i2" } }
extension UInt16: NPYElement { public static var npyDescr: String { "<u2" } }
extension UInt8: NPYElement { public static var npyDescr: String { "|u1" } }
extension Int8: NPYElement { public static var npyDescr: String { "|i1" } }

public enum NPYWriter {
  /// Writes `values`, in C order of `shape`, as an NPY 1.0 file that appears whole or not at all.
  ///
  /// The header is padded to a multiple of 64 bytes, as NumPy does, so that the values can be mapped.
  /// - Precondition: `values.count` is the product of `shape`.
  public static func write<Element: NPYElement>(
    _ values: [Element], shape: [Int], to path: FilePath
  ) throws(MicroscopeFileError) {
    precondition(values.count == shape.reduce(1, *), "an array of shape \(shape) got \(values.count) values")
    let header = header(descr: Element.npyDescr, shape: shape)
    var outcome: Result<Void, MicroscopeFileError> = .success(())
    // The platforms of this package are little-endian, so the values are written as they lie in memory.
    header.withUnsafeBytes { headerBytes in
      values.withUnsafeBytes { valueBytes in
        outcome = Result { () throws(MicroscopeFileError) in
          try AtomicFile.write([headerBytes, valueBytes], to: path)
        }
      }
    }
    try outcome.get()
  }

  static func header(descr: String, shape: [Int]) -> [UInt8] {
    let sizes = shape.map { "\($0)," }.joined(separator: " ")
    let tuple = shape.count == 1 ? sizes : String(sizes.dropLast())
    var text = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(tuple)), }"
    let unpadded = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = text.utf8.count
    return NPYHeader.mark + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
  }
}
