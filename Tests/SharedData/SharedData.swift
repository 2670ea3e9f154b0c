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
  public static func array(_ path: String) throws -> Array { try array(of: bytes(path), path) }

  /// Reads an array of an `.npz` archive whose members are stored, not compressed.
  public static func array(_ member: String, inArchive path: String) throws -> Array {
    let bytes = try bytes(path)
    let name = Swift.Array("\(member).npy".utf8)
    // A local header: "PK\u{3}\u{4}", 22 bytes, lengths of name and extra field, the name, the extra field.
    guard
      let start = bytes.indices.dropLast(30 + name.count).first(where: {
        bytes[$0..<$0 + 4] == [0x50, 0x4B, 3, 4] && bytes[$0 + 30..<$0 + 30 + name.count].elementsEqual(name)
      })
    else { throw UnexpectedFile(name: "\(path): \(member)") }
    let extra = Int(bytes[start + 28]) | Int(bytes[start + 29]) << 8
    return try array(of: Swift.Array(bytes[(start + 30 + name.count + extra)...]), member)
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)")))
  }

  private static func array(of bytes: [UInt8], _ path: String) throws -> Array {
    let headerEnd = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    let header = String(decoding: bytes[10..<headerEnd], as: UTF8.self)
    guard let shapeText = header.split(separator: "(").last?.split(separator: ")").first,
      let type = types.first(where: { header.contains("'\($0.descr)'") })
    else { throw UnexpectedFile(name: path) }
    let shape = shapeText.split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
    let end = headerEnd + shape.reduce(type.size, *)
    let stored = stride(from: headerEnd, to: end, by: type.size).map { start in
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
