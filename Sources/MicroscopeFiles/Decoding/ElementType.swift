// The kinds of numbers that files store, by NumPy's names.

/// How one value of an array is stored.
enum ElementType: String, Sendable, CaseIterable {
  case bool
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case float16, float32, float64
  case complex64, complex128

  /// Bytes of one value.
  var size: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64, .complex64: 8
    case .complex128: 16
    }
  }

  var isComplex: Bool { self == .complex64 || self == .complex128 }

  var isInteger: Bool {
    switch self {
    case .float16, .float32, .float64, .complex64, .complex128: false
    default: true
    }
  }

  /// The type by the letter and size of a NumPy `descr`, such as `f4`.
  init?(numpyCode code: String) {
    let codes: [String: ElementType] = [
      "b1": .bool, "?": .bool, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64,
      "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64,
      "f2": .float16, "f4": .float32, "f8": .float64, "c8": .complex64, "c16": .complex128,
    ]
    guard let type = codes[code] else { return nil }
    self = type
  }
}
