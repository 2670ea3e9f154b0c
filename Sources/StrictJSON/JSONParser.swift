// Text → JSONValue, with limits, for files that strangers wrote.

/// Why a text is not JSON, and at which byte.
public struct JSONParseError: Error, Equatable, CustomStringConvertible {
  public var message: String
  public var byteOffset: Int
  public var description: String { "not valid JSON: \(message) at byte \(byteOffset)" }
}

extension JSONValue {
  /// Parses a whole document.
  ///
  /// Python's `NaN`, `Infinity` and `-Infinity` are read as non-finite numbers, because instrument software writes them.
  /// - Parameter maximumDepth: nesting of arrays and objects beyond which the text is refused.
  public static func parse(_ bytes: some Collection<UInt8>, maximumDepth: Int = 64) throws(JSONParseError) -> JSONValue
  {
    var parser = JSONParser(bytes: Array(bytes), maximumDepth: maximumDepth)
    return try parser.document()
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  let maximumDepth: Int
  var position = 0

  mutating func document() throws(JSONParseError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw failure("text after the end of the document") }
    return value
  }

  func failure(_ message: String) -> JSONParseError { JSONParseError(message: message, byteOffset: position) }

  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  mutating func accept(_ character: Character) -> Bool {
    guard let byte = current, byte == character.asciiValue else { return false }
    position += 1
    return true
  }

  mutating func accept(word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  mutating func value(depth: Int) throws(JSONParseError) -> JSONValue {
    guard depth <= maximumDepth else { throw failure("nested deeper than \(maximumDepth) levels") }
    skipSpace()
    guard let byte = current else { throw failure("the text ends early") }
    switch Character(UnicodeScalar(byte)) {
    case "{": return try object(depth: depth)
    case "[": return try array(depth: depth)
    case "\"": return .string(try string())
    case "t" where accept(word: "true"): return .bool(true)
    case "f" where accept(word: "false"): return .bool(false)
    case "n" where accept(word: "null"): return .null
    case "N" where accept(word: "NaN"): return .double(.nan)
    case "I" where accept(word: "Infinity"): return .double(.infinity)
    case "-" where accept(word: "-Infinity"): return .double(-.infinity)
    case "-", "0"..."9": return try number()
    default: throw failure("unexpected character")
    }
  }

  mutating func object(depth: Int) throws(JSONParseError) -> JSONValue {
    position += 1
    var members: [JSONValue.Member] = []
    skipSpace()
    if accept("}") { return .object(members) }
    while true {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw failure("an object needs a quoted name") }
      let name = try string()
      skipSpace()
      guard accept(":") else { throw failure("a colon is missing after \"\(name.prefix(40))\"") }
      members.append(.init(name, try value(depth: depth + 1)))
      skipSpace()
      if accept(",") { continue }
      if accept("}") { return .object(members) }
      throw failure("an object is not closed")
    }
  }

  mutating func array(depth: Int) throws(JSONParseError) -> JSONValue {
    position += 1
    var values: [JSONValue] = []
    skipSpace()
    if accept("]") { return .array(values) }
    while true {
      values.append(try value(depth: depth + 1))
      skipSpace()
      if accept(",") { continue }
      if accept("]") { return .array(values) }
      throw failure("an array is not closed")
    }
  }

  mutating func number() throws(JSONParseError) -> JSONValue {
    let start = position
    var isWhole = true
    while let byte = current {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"): break
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): isWhole = false
      default:
        return try number(from: start, isWhole: isWhole)
      }
      position += 1
    }
    return try number(from: start, isWhole: isWhole)
  }

  func number(from start: Int, isWhole: Bool) throws(JSONParseError) -> JSONValue {
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let whole = Int(text) { return .int(whole) }
    guard let value = Double(text) else { throw failure("\"\(text.prefix(40))\" is not a number") }
    return .double(value)
  }

  mutating func string() throws(JSONParseError) -> String {
    position += 1
    var units: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: units, as: UTF8.self) else { throw failure("a string is not UTF-8") }
        return text
      case UInt8(ascii: "\\"): try escape(into: &units)
      case 0..<0x20: throw failure("a control character inside a string")
      default: units.append(byte)
      }
    }
    throw failure("a string is not closed")
  }

  mutating func escape(into units: inout [UInt8]) throws(JSONParseError) {
    guard let byte = current else { throw failure("the text ends early") }
    position += 1
    switch Character(UnicodeScalar(byte)) {
    case "\"", "\\", "/": units.append(byte)
    case "b": units.append(0x08)
    case "f": units.append(0x0C)
    case "n": units.append(0x0A)
    case "r": units.append(0x0D)
    case "t": units.append(0x09)
    case "u":
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code), accept(word: "\\u") {
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw failure("half of a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      // A lone surrogate, which Python writes for undecodable bytes, becomes U+FFFD.
      units.append(contentsOf: String(UnicodeScalar(code) ?? "\u{FFFD}").utf8)
    default: throw failure("unknown escape")
    }
  }

  mutating func hexadecimal() throws(JSONParseError) -> UInt32 {
    guard position + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw failure("\\u needs four hexadecimal digits") }
    position += 4
    return code
  }
}
