// One metric in the text format of Prometheus (exposition format 0.0.4).

/// A name with its help, type and samples.
package struct MetricFamily: Sendable {
  package enum Kind: String, Sendable { case counter, gauge, histogram }

  private let name: String
  private let help: String
  private let kind: Kind
  private var lines: [String] = []

  package init(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    self.kind = kind
    self.help = help
  }

  package mutating func add(_ value: Double, _ labels: [(String, String)] = [], suffix: String = "") {
    let inside = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
    lines.append("\(name)\(suffix)\(inside.isEmpty ? "" : "{\(inside)}") \(Self.text(value))")
  }

  /// A histogram's samples, whose buckets hold all up to their bound.
  package mutating func add(buckets: [Int], bounds: [Double], sum: Double, _ labels: [(String, String)] = []) {
    var count = 0
    for (bucket, bound) in zip(buckets, bounds + [.infinity]) {
      count += bucket
      add(Double(count), labels + [("le", Self.text(bound))], suffix: "_bucket")
    }
    add(sum, labels, suffix: "_sum")
    add(Double(count), labels, suffix: "_count")
  }

  /// Nothing while there are no samples.
  package var text: String {
    lines.isEmpty
      ? "" : "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n" + lines.map { $0 + "\n" }.joined()
  }

  private static func text(_ value: Double) -> String {
    if value == .infinity { return "+Inf" }
    return Int(exactly: value).map(String.init) ?? "\(value)"
  }

  private static func escaped(_ label: String) -> String {
    var result = ""
    for scalar in label.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
