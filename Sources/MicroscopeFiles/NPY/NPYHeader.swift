// The header of an NPY array: a Python dictionary, parsed by hand and never evaluated.

/// Type, order and shape of an NPY array, and where its values begin.
struct NPYHeader: Equatable {
  var type: ElementType
  var isBigEndian: Bool
  var isFortranOrder: Bool
  var shape: [Int]
  /// Bytes from the start of the file to the first value.
  var dataOffset: Int

  static let mark: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

  init(_ source: some ByteSource, limits: FileLimits) throws(DecodeFailure) {
    let prefix = try source.bytes(at: 0, count: 8)
    guard prefix.starts(with: Self.mark) else { throw .rejected("it does not begin as an NPY array does") }
    let lengthBytes: Int
    switch (prefix[6], prefix[7]) {
    case (1, 0): lengthBytes = 2
    case (2, 0), (3, 0): lengthBytes = 4
    default: throw .rejected("NPY version \(prefix[6]).\(prefix[7]); versions 1.0, 2.0 and 3.0 are read")
    }
    let length = try source.bytes(at: 8, count: lengthBytes).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= limits.npyHeaderBytes else {
      throw .rejected("its header claims \(length) bytes; at most \(limits.npyHeaderBytes) are read")
    }
    let fields = try NPYHeaderParser.fields(try source.bytes(at: 8 + lengthBytes, count: length))
    dataOffset = 8 + lengthBytes + length
    isFortranOrder = fields.isFortranOrder
    shape = fields.shape
    (type, isBigEndian) = try Self.elementType(fields.descr)
  }

  private static func elementType(_ descr: String) throws(DecodeFailure) -> (ElementType, isBigEndian: Bool) {
    let order = descr.first.map { "<>|=".contains($0) } == true ? descr.first : nil
    let code = String(order == nil ? descr[...] : descr.dropFirst())
    if let type = ElementType(numpyCode: code) { return (type, order == ">") }
    switch code.first {
    case "O": throw .rejected("it holds Python objects, which only running its code could read; save plain numbers")
    case "M", "m": throw .rejected("it holds dates (dtype '\(descr)'); save plain numbers")
    case "S", "a", "U", "V": throw .rejected("it holds text or raw bytes (dtype '\(descr)'); save plain numbers")
    default: throw .rejected("unknown dtype '\(descr.prefix(20))'; save plain integers or floating-point numbers")
    }
  }
}

/// Recursive descent over the few Python literals that an NPY header may hold.
private struct NPYHeaderParser {
  let bytes: [UInt8]
  var position = 0

  struct Fields {
    var descr: String
    var isFortranOrder: Bool
    var shape: [Int]
  }

  static func fields(_ bytes: [UInt8]) throws(DecodeFailure) -> Fields {
    var parser = NPYHeaderParser(bytes: bytes)
    return try parser.dictionary()
  }

  private func failure(_ what: String) -> DecodeFailure {
    .rejected("its header is not what NumPy writes: \(what) at byte \(position) of the header")
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private mutating func accept(_ text: StaticString) -> Bool {
    skipSpace()
    let wanted = Array("\(text)".utf8)
    guard bytes[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func dictionary() throws(DecodeFailure) -> Fields {
    guard accept("{") else { throw failure("no dictionary") }
    var descr: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    while !accept("}") {
      let key = try string()
      guard accept(":") else { throw failure("a colon is missing") }
      switch key {
      case "descr": descr = try descriptor()
      case "fortran_order": isFortranOrder = try boolean()
      case "shape": shape = try tuple()
      default: throw failure("unknown key '\(key.prefix(20))'")
      }
      if !accept(",") {
        guard accept("}") else { throw failure("the dictionary is not closed") }
        break
      }
    }
    skipSpace()
    guard position == bytes.count else { throw failure("something stands after the dictionary") }
    guard let descr, let isFortranOrder, let shape else { throw failure("descr, fortran_order or shape is missing") }
    return Fields(descr: descr, isFortranOrder: isFortranOrder, shape: shape)
  }

  private mutating func string() throws(DecodeFailure) -> String {
    skipSpace()
    guard position < bytes.count, bytes[position] == 0x27 || bytes[position] == 0x22 else {
      throw failure("a quoted text is missing")
    }
    let quote = bytes[position]
    guard let end = bytes[(position + 1)...].firstIndex(of: quote) else { throw failure("a text is not closed") }
    defer { position = end + 1 }
    return String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
  }

  private mutating func descriptor() throws(DecodeFailure) -> String {
    skipSpace()
    if position < bytes.count, bytes[position] == UInt8(ascii: "[") {
      throw .rejected("it holds records of several fields (a structured dtype); save one plain array")
    }
    return try string()
  }

  private mutating func boolean() throws(DecodeFailure) -> Bool {
    if accept("True") { return true }
    if accept("False") { return false }
    throw failure("True or False is missing")
  }

  private mutating func tuple() throws(DecodeFailure) -> [Int] {
    guard accept("(") else { throw failure("the shape is not a tuple") }
    var values: [Int] = []
    while !accept(")") {
      values.append(try integer())
      if !accept(",") {
        guard accept(")"), values.count > 1 else { throw failure("the shape is not a tuple") }
        break
      }
    }
    return values
  }

  private mutating func integer() throws(DecodeFailure) -> Int {
    skipSpace()
    let start = position
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
    guard let value = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      position = start
      throw failure("a whole number that fits 64 bits is missing")
    }
    _ = accept("L")  // Python 2 wrote long integers as 4L.
    return value
  }
}
