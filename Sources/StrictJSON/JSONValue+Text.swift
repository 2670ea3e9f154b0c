// JSONValue → text. Non-finite numbers become null, as JSON has no word for them.

extension JSONValue {
  /// The document on one line.
  public var text: String {
    var out = ""
    write(to: &out, indent: nil)
    return out
  }

  /// The document with two-space indentation; arrays of plain numbers stay on one line.
  public var prettyText: String {
    var out = ""
    write(to: &out, indent: 0)
    return out
  }

  private var isScalar: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  private func write(to out: inout String, indent: Int?) {
    switch self {
    case .null: out += "null"
    case .bool(let value): out += value ? "true" : "false"
    case .int(let value): out += String(value)
    case .double(let value): out += Self.number(value)
    case .string(let value): Self.quote(value, to: &out)
    case .array(let values):
      let inner = values.allSatisfy(\.isScalar) ? nil : indent
      Self.writeList(values, "[", "]", inner, to: &out) { value, inner, out in value.write(to: &out, indent: inner) }
    case .object(let members):
      Self.writeList(members, "{", "}", indent, to: &out) { member, inner, out in
        Self.quote(member.name, to: &out)
        out += inner == nil ? ":" : ": "
        member.value.write(to: &out, indent: inner)
      }
    }
  }

  private static func writeList<Element>(
    _ elements: [Element], _ open: String, _ close: String, _ indent: Int?, to out: inout String,
    _ write: (Element, Int?, inout String) -> Void
  ) {
    out += open
    let inner = indent.map { $0 + 1 }
    for (index, element) in elements.enumerated() {
      if index > 0 { out += "," }
      if let inner { out += "\n" + String(repeating: "  ", count: inner) }
      write(element, inner, &out)
    }
    if let indent, !elements.isEmpty { out += "\n" + String(repeating: "  ", count: indent) }
    out += close
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    if let whole = Int(exactly: value), abs(whole) < 1 << 53 { return "\(whole).0" }
    return value.description
  }

  private static func quote(_ text: String, to out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
  }
}
