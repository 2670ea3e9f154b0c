// The study's reference arrays, for tests that compare with them.

import Foundation
import Microscopy

/// Reads the little-endian NPY files of the study; the shared folder is optional.
enum SharedScience {
  static let folder = URL(
    fileURLWithPath: (ProcessInfo.processInfo.environment["EELSCOUT_SHARED"] ?? "../shared") + "/science")

  static let present: Bool = {
    let found = FileManager.default.fileExists(atPath: folder.path)
    if !found { print("SKIPPED: no study data at \(folder.path); set EELSCOUT_SHARED") }
    return found
  }()

  struct UnexpectedFile: Error { var name: String }

  /// Row-major values.
  static func doubles(_ name: String) throws -> [Double] { try array(name).values }

  static func raster(_ name: String) throws -> Raster {
    let (shape, values) = try array(name)
    guard shape.count == 2 else { throw UnexpectedFile(name: name) }
    return Raster(rows: shape[0], columns: shape[1], values: values.map(Float.init))
  }

  private static func array(_ name: String) throws -> (shape: [Int], values: [Double]) {
    let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
    let headerLength = Int(bytes[8]) | Int(bytes[9]) << 8
    let header = String(decoding: bytes[10..<10 + headerLength], as: UTF8.self)
    let body = bytes[(10 + headerLength)...]
    guard let shapeText = header.split(separator: "(").last?.split(separator: ")").first else {
      throw UnexpectedFile(name: name)
    }
    let shape = shapeText.split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
    let isFortranOrder = header.contains("'fortran_order': True")
    func numbers(_ size: Int, _ convert: (UInt64) -> Double) -> [Double] {
      let stored = stride(from: body.startIndex, to: body.endIndex, by: size).map { start in
        convert((0..<size).reduce(0) { $0 | UInt64(body[start + $1]) << (8 * UInt64($1)) })
      }
      guard isFortranOrder, shape.count == 2 else { return stored }
      return (0..<shape[0]).flatMap { row in (0..<shape[1]).map { stored[$0 * shape[0] + row] } }
    }
    if header.contains("<f4") {
      return (shape, numbers(4) { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0))) })
    }
    if header.contains("<f8") { return (shape, numbers(8) { Double(bitPattern: $0) }) }
    if header.contains("<i2") {
      return (shape, numbers(2) { Double(Int16(truncatingIfNeeded: $0)) })
    }
    if header.contains("<i8") { return (shape, numbers(8) { Double(Int64(bitPattern: $0)) }) }
    if header.contains("|u1") { return (shape, numbers(1) { Double($0) }) }
    throw UnexpectedFile(name: name)
  }
}
