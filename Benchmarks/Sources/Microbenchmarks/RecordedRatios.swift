// Ratios of an earlier run, to compare with.

import Foundation
import StrictJSON

/// For each benchmark, its time in units of the yardstick, and the processor it was measured on.
struct RecordedRatios {
  var processor: String
  var ratios: [String: Double]

  init(_ measurements: [Measurement]) {
    processor = Self.thisProcessor
    ratios = Dictionary(measurements.map { ($0.name, $0.ratio) }) { first, _ in first }
  }

  init(contentsOf path: String) throws {
    let json = try JSONValue.parse(Data(contentsOf: URL(fileURLWithPath: path)))
    processor = json["processor"]?.string ?? "unknown"
    ratios = [:]
    for entry in json["benchmarks"]?.array ?? [] {
      if let name = entry["name"]?.string, let ratio = entry["ratio"]?.double { ratios[name] = ratio }
    }
  }

  func write(to path: String) throws {
    let json: JSONValue = [
      "processor": .string(processor), "unit": "one 512×512×512 single-precision matrix product on the same core",
      "benchmarks": .array(
        ratios.sorted { $0.key < $1.key }.map {
          ["name": .string($0.key), "ratio": .double(Double(String(format: "%.4g", $0.value)) ?? $0.value)]
        }),
    ]
    try Data((json.prettyText + "\n").utf8).write(to: URL(fileURLWithPath: path))
  }

  static var thisProcessor: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }
}
