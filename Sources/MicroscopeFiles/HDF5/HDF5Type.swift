// HDF5's descriptions of numbers as the element types that are decoded.

import CHDF5

/// How the values of a data set are stored.
struct HDF5Type: Equatable {
  var element: ElementType
  var isBigEndian: Bool
  /// Values of `element` in one of the data set: 3 or 4 for colours.
  var channels = 1

  /// Nil for texts, references, odd widths and structures other than complex numbers and colours.
  init?(_ type: hid_t) {
    guard type >= 0 else { return nil }
    switch H5Tget_class(type) {
    case H5T_COMPOUND: self.init(compound: type)
    case H5T_ENUM: self.init(enumeration: type)
    default: self.init(number: type)
    }
  }

  private init?(number type: hid_t) {
    let size = Int(H5Tget_size(type))
    isBigEndian = H5Tget_order(type) == H5T_ORDER_BE
    guard H5Tget_precision(type) == 8 * size, H5Tget_offset(type) == 0 else { return nil }
    switch H5Tget_class(type) {
    case H5T_INTEGER:
      let isSigned = H5Tget_sign(type) == H5T_SGN_2
      let kinds: [Int: ElementType] =
        isSigned ? [1: .int8, 2: .int16, 4: .int32, 8: .int64] : [1: .uint8, 2: .uint16, 4: .uint32, 8: .uint64]
      guard let kind = kinds[size] else { return nil }
      element = kind
    case H5T_FLOAT:
      guard let kind = Self.float(type, size: size) else { return nil }
      element = kind
    default: return nil
    }
  }

  /// IEEE 754 formats, by where sign, exponent and mantissa lie.
  private static func float(_ type: hid_t, size: Int) -> ElementType? {
    var (sign, exponent, exponentBits, mantissa, mantissaBits) = (0, 0, 0, 0, 0)
    guard H5Tget_fields(type, &sign, &exponent, &exponentBits, &mantissa, &mantissaBits) >= 0, mantissa == 0 else {
      return nil
    }
    switch (size, sign, exponent, exponentBits, mantissaBits) {
    case (2, 15, 10, 5, 10): return .float16
    case (4, 31, 23, 8, 23): return .float32
    case (8, 63, 52, 11, 52): return .float64
    default: return nil
    }
  }

  /// h5py stores truth values as an enumeration of one byte.
  private init?(enumeration type: hid_t) {
    let base = H5Tget_super(type)
    defer { H5Tclose(base) }
    guard base >= 0 else { return nil }
    self.init(number: base)
    if element.size == 1, H5Tget_nmembers(type) == 2 { element = .bool }
  }

  /// Two floats named for the real and the imaginary part, or three or four integers named for colours.
  private init?(compound type: hid_t) {
    let count = Int(H5Tget_nmembers(type))
    guard (2...4).contains(count) else { return nil }
    var names = ""
    var first: HDF5Type?
    for index in 0..<count {
      let member = H5Tget_member_type(type, UInt32(index))
      defer { H5Tclose(member) }
      guard member >= 0, let stored = HDF5Type(number: member), first == nil || first == stored,
        Int(H5Tget_member_offset(type, UInt32(index))) == index * stored.element.size,
        let name = H5Tget_member_name(type, UInt32(index))
      else { return nil }
      defer { H5free_memory(name) }
      names += String(cString: name).prefix(1).lowercased()
      first = stored
    }
    guard let first, Int(H5Tget_size(type)) == count * first.element.size else { return nil }
    isBigEndian = first.isBigEndian
    switch (names, first.element) {
    case ("ri", .float32): element = .complex64
    case ("ri", .float64): element = .complex128
    case ("rgb", .uint8), ("rgba", .uint8), ("rgb", .uint16), ("rgba", .uint16):
      element = first.element
      channels = count
    default: return nil
    }
  }
}
