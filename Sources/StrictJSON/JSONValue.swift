// A JSON document as a value: objects keep their order, so the same value always prints the same bytes.

/// One JSON value.
public enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// One `"name": value` pair of an object.
  public struct Member: Equatable, Sendable {
    public var name: String
    public var value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .null }
}

extension JSONValue {
  public init(_ value: String?) { self = value.map(JSONValue.string) ?? .null }
  public init(_ value: Double?) { self = value.map(JSONValue.double) ?? .null }
  public init(_ value: Int?) { self = value.map(JSONValue.int) ?? .null }
  public init(_ value: Bool?) { self = value.map(JSONValue.bool) ?? .null }
  /// A single-precision number, printed with the digits that single precision has.
  public init(_ value: Float) { self = value.isFinite ? .double(Double(value.description) ?? Double(value)) : .null }
  public init(_ values: [Double]) { self = .array(values.map(JSONValue.double)) }
  public init(_ values: [Int]) { self = .array(values.map(JSONValue.int)) }
  public init(_ values: [String]) { self = .array(values.map(JSONValue.string)) }

  /// Member of an object by name; nil for other kinds, or where there is none. The last of several wins.
  public subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  public var members: [Member]? { if case .object(let value) = self { value } else { nil } }

  /// The number, whether written with a fraction or without.
  public var double: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// The number where it is a whole one that fits.
  public var int: Int? {
    switch self {
    case .int(let value): value
    case .double(let value): Int(exactly: value)
    default: nil
    }
  }
}
