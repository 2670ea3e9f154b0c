// The element types of tensors that checkpoints of these networks hold.

/// By the name of torch's storage class.
enum ScalarType: String, Sendable {
  case double = "DoubleStorage", float = "FloatStorage", half = "HalfStorage", bfloat16 = "BFloat16Storage"
  case long = "LongStorage", int = "IntStorage", short = "ShortStorage", char = "CharStorage", byte = "ByteStorage"
  case bool = "BoolStorage"

  var size: Int {
    switch self {
    case .double, .long: 8
    case .float, .int: 4
    case .half, .bfloat16, .short: 2
    case .char, .byte, .bool: 1
    }
  }

  var isFloatingPoint: Bool { [.double, .float, .half, .bfloat16].contains(self) }

  /// The number whose little-endian bytes fill the low bits.
  func value(_ bits: UInt64) -> Double {
    switch self {
    case .double: Double(bitPattern: bits)
    case .float: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case .half: Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
    case .bfloat16: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16))
    case .long: Double(Int64(bitPattern: bits))
    case .int: Double(Int32(truncatingIfNeeded: bits))
    case .short: Double(Int16(truncatingIfNeeded: bits))
    case .char: Double(Int8(truncatingIfNeeded: bits))
    case .byte: Double(bits & 0xFF)
    case .bool: bits & 0xFF == 0 ? 0 : 1
    }
  }
}
