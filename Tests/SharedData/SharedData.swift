// The reference data that live outside the package, read independently of the readers under test.

import Foundation

/// Reference arrays in the folder that `EELSCOUT_SHARED` names (default `../shared`).
public enum SharedData {
  public static let root = ProcessInfo.processInfo.environment["EELSCOUT_SHARED"] ?? "../shared"

  /// Whether a file or folder of the shared data is there; says so loudly when it is not.
  public static func has(_ path: String) -> Bool {
    let found = FileManager.default.fileExists(atPath: "\(root)/\(path)")
    if !found { print("SKIPPED: \(root)/\(path) is absent; set EELSCOUT_SHARED to the shared reference data") }
    return found
  }

  public struct UnexpectedFile: Error { var name: String }

  /// A NumPy array in row-major order, as double precision.
  public struct Array: Sendable {
    public var shape: [Int]
    public var values: [Double]
    public var floats: [Float] { values.map(Float.init) }
  }

  /// Reads a little-endian NPY file of version 1.
  public static func array(_ path: String) throws -> Array {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)")))
    let headerEnd = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    let header = String(decoding: bytes[10..<headerEnd], as: UTF8.self)
    guard let shapeText = header.split(separator: "(").last?.split(separator: ")").first,
      let type = types.first(where: { header.contains("'\($0.descr)'") })
    else { throw UnexpectedFile(name: path) }
    let shape = shapeText.split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
    let stored = stride(from: headerEnd, to: bytes.count, by: type.size).map { start in
      type.convert((0..<type.size).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) })
    }
    guard header.contains("'fortran_order': True"), shape.count == 2 else { return Array(shape: shape, values: stored) }
    return Array(
      shape: shape, values: stored.indices.map { stored[$0 % shape[1] * shape[0] + $0 / shape[1]] })
  }

  private static let types: [(descr: String, size: Int, convert: @Sendable (UInt64) -> Double)] = [
    ("<f8", 8, { Double(bitPattern: $0) }), ("<f4", 4, { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0))) }),
    ("<f2", 2, { Double(Float16(bitPattern: UInt16(truncatingIfNeeded: $0))) }),
    ("<i8", 8, { Double(Int64(bitPattern: $0)) }), ("<i2", 2, { Double(Int16(truncatingIfNeeded: $0)) }),
    ("|u1", 1, { Double($0) }),
  ]
}
