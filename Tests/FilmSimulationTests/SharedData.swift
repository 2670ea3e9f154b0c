// Reference arrays that live outside the package, and a reader for the few NPY types among them.

import Foundation

/// The shared reference data, or a loud note that they are absent.
enum SharedData {
  static func folder(_ name: String) -> URL? {
    let root = ProcessInfo.processInfo.environment["EELSCOUT_SHARED"] ?? "../shared"
    let url = URL(fileURLWithPath: root).appendingPathComponent(name)
    guard FileManager.default.fileExists(atPath: url.path) else {
      print("SKIPPED: no reference data at \(url.path); set EELSCOUT_SHARED to the folder that holds `science`")
      return nil
    }
    return url
  }

  /// Values of a little-endian C-order NPY file of float16, float32, int16 or uint8.
  static func values(_ url: URL) throws -> [Double] {
    let data = [UInt8](try Data(contentsOf: url))
    let headerEnd = 10 + Int(data[8]) + 256 * Int(data[9])
    let header = String(decoding: data[10..<headerEnd], as: UTF8.self)
    let body = data[headerEnd...]
    func words(_ width: Int) -> [UInt32] {
      stride(from: body.startIndex, to: body.endIndex, by: width).map { start in
        (0..<width).reduce(UInt32(0)) { $0 | UInt32(body[start + $1]) << UInt32(8 * $1) }
      }
    }
    if header.contains("<f4") { return words(4).map { Double(Float(bitPattern: $0)) } }
    if header.contains("<f2") { return words(2).map { Double(Float16(bitPattern: UInt16($0))) } }
    if header.contains("<i2") { return words(2).map { Double(Int16(bitPattern: UInt16($0))) } }
    return body.map(Double.init)
  }
}

func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

func deviation(_ values: [Double]) -> Double {
  let centre = mean(values)
  return mean(values.map { ($0 - centre) * ($0 - centre) }).squareRoot()
}

func quantile(_ values: [Double], _ share: Double) -> Double {
  let sorted = values.sorted()
  let place = share * Double(sorted.count - 1)
  let low = Int(place)
  let high = min(low + 1, sorted.count - 1)
  return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
}
