// Finds the shared reference data and reads NumPy arrays independently of the readers under test.

import Foundation

enum SharedData {
  static let root = ProcessInfo.processInfo.environment["EELSCOUT_SHARED"] ?? "../shared"

  /// Whether a folder of the shared data is there; says so loudly when it is not.
  static func has(_ path: String) -> Bool {
    let found = FileManager.default.fileExists(atPath: "\(root)/\(path)")
    if !found { print("SKIPPED: \(root)/\(path) is absent; set EELSCOUT_SHARED to the shared reference data") }
    return found
  }

  /// An NPY array of f2, f4, f8 or i2 as Float.
  static func array(_ path: String) throws -> (shape: [Int], values: [Float]) {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)"))
    let headerCount = Int(data[8]) | Int(data[9]) << 8
    let header = String(decoding: data[10..<10 + headerCount], as: UTF8.self)
    let body = [UInt8](data[(10 + headerCount)...])
    let shapeText = header.split(separator: "(")[1].split(separator: ")")[0]
    let shape = shapeText.split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
    func words<T: FixedWidthInteger>(_ type: T.Type) -> [T] {
      let size = MemoryLayout<T>.size
      return (0..<body.count / size).map { index in
        (0..<size).reduce(T.zero) { $0 | T(truncatingIfNeeded: body[index * size + $1]) << (8 * $1) }
      }
    }
    let stored: [Float] =
      header.contains("<f4")
      ? words(UInt32.self).map(Float.init(bitPattern:))
      : header.contains("<f8")
        ? words(UInt64.self).map { Float(Double(bitPattern: $0)) }
        : header.contains("<i2") ? words(Int16.self).map(Float.init) : words(UInt16.self).map(half)
    guard header.contains("'fortran_order': True"), shape.count == 2 else { return (shape, stored) }
    return (shape, (0..<stored.count).map { stored[$0 % shape[1] * shape[0] + $0 / shape[1]] })
  }

  private static func half(_ bits: UInt16) -> Float {
    let magnitude = Float(bits & 0x3FF)
    let exponent = Int(bits >> 10 & 31)
    let value = exponent == 0 ? magnitude * 0x1p-24 : (1024 + magnitude) * powf(2, Float(exponent - 25))
    return bits & 0x8000 == 0 ? value : -value
  }

  static func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }
}
