// Attributes of HDF5 objects, and small data sets that are used like them.

import CHDF5

/// A text or some numbers.
enum HDF5Value: Equatable {
  case text(String)
  case numbers([Double])

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var number: Double? { if case .numbers(let numbers) = self { numbers.first } else { nil } }
  var numbers: [Double] { if case .numbers(let numbers) = self { numbers } else { [] } }

  /// The number, also where it is written as text, with or without a unit behind it.
  var lenientNumber: Double? {
    guard let text else { return number }
    return Double(text) ?? Double(text.prefix { $0.isNumber || ".-+eE".contains($0) })
  }
}

extension HDF5Object {
  /// An attribute's value; nil when it is absent or of a type that is of no use here.
  func attribute(_ name: String, maximumBytes: Int? = nil) throws(DecodeFailure) -> HDF5Value? {
    let header = try header()
    guard let attribute = header.attributes.first(where: { $0.name == name }) else {
      guard !header.hasDenseAttributes else {
        throw .rejected(
          "the attributes of \(self.name) lie in a heap of their own, which is not read; save fewer of them")
      }
      return nil
    }
    return try attribute.value(
      try budget.variableText(), maximumBytes: maximumBytes ?? limits.hdf5AttributeBytes)
  }

  /// Names of all attributes, in their stored order.
  func attributeNames() throws(DecodeFailure) -> [String] { try header().attributes.map(\.name) }

  /// The object's header, read once.
  func header() throws(DecodeFailure) -> HDF5ObjectHeader {
    if let known = storedHeader { return known }
    guard let address else { throw HDF5Library.damaged("the header of \(name) cannot be found") }
    let header = try HDF5ObjectHeader(at: address, try budget.variableText())
    storedHeader = header
    return header
  }

  func text(_ name: String) throws(DecodeFailure) -> String? { try attribute(name)?.text }
  func number(_ name: String) throws(DecodeFailure) -> Double? { try attribute(name)?.number }

  /// The value of a small data set; nil when it is absent or of a type that is of no use here.
  func smallValue(maximumBytes: Int) throws(DecodeFailure) -> HDF5Value? {
    guard kind == .dataset else { return nil }
    try refuseForeignStorage()
    return try HDF5SmallValue(
      what: "data set \(name)", type: H5Dget_type(id), space: H5Dget_space(id), maximumBytes: maximumBytes
    ) { [id] type, buffer in
      H5Dread(id, type, eelscout_h5_whole(), eelscout_h5_whole(), eelscout_h5_default(), buffer)
    } variable: { [self] () throws(DecodeFailure) in
      try budget.variableText().text(try storedReference(), maximumBytes: maximumBytes)
    }.value()
  }

  /// The reference that a data set of one text of variable length holds.
  private func storedReference() throws(DecodeFailure) -> [UInt8] {
    let properties = H5Dget_create_plist(id)
    defer { H5Pclose(properties) }
    guard H5Pget_layout(properties) == H5D_CHUNKED else {
      let place = H5Dget_offset(id)
      guard let offset = Int(exactly: place) else {
        throw .rejected("its text \(name) is stored in a way that is not read")
      }
      return try budget.file.bytes(at: offset, count: HDF5VariableText.referenceBytes)
    }
    let bytes = HDF5VariableText.referenceBytes
    var chunks = try HDF5Chunks(self, shape: [1], valueBytes: bytes, properties: properties, total: bytes)
    return try chunks.gathered()
  }
}

/// Reading a value that is small by its type and space; closes both.
private struct HDF5SmallValue: ~Copyable {
  let what: String
  let type: hid_t
  let space: hid_t
  let maximumBytes: Int
  let read: (hid_t, UnsafeMutableRawPointer?) -> herr_t
  /// The text, where it is one of variable length.
  let variable: () throws(DecodeFailure) -> String

  deinit {
    H5Tclose(type)
    H5Sclose(space)
  }

  func value() throws(DecodeFailure) -> HDF5Value? {
    let count = H5Sget_simple_extent_npoints(space)
    guard type >= 0, count > 0 else { return nil }
    guard H5Tget_class(type) == H5T_STRING else { return try numbers(count: Int(count)) }
    guard count == 1 else { return nil }
    return H5Tis_variable_str(type) > 0 ? .text(try variable()) : try fixedText()
  }

  private func numbers(count: Int) throws(DecodeFailure) -> HDF5Value? {
    guard let stored = HDF5Type(type), stored.channels == 1, !stored.element.isComplex else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: stored.element.size)
    guard !overflow, bytes <= maximumBytes else { throw tooLarge(count) }
    let pixels = PixelData(
      type: stored.element, shape: [count], isBigEndian: stored.isBigEndian, bytes: try contents(bytes))
    var values: [Double] = []
    try pixels.forEachPiece { piece, count in values += piece[..<count] }
    return .numbers(values)
  }

  private func tooLarge(_ count: Int) -> DecodeFailure {
    .rejected("its \(what) has \(count) values; at most \(maximumBytes) bytes are read")
  }

  private func contents(_ count: Int) throws(DecodeFailure) -> [UInt8] {
    var status: herr_t = -1
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      status = read(type, buffer.baseAddress)
      filled = status >= 0 ? count : 0
    }
    guard status >= 0 else { throw HDF5Library.damaged("its \(what) cannot be read") }
    return bytes
  }

  private func fixedText() throws(DecodeFailure) -> HDF5Value? {
    let size = Int(H5Tget_size(type))
    guard size <= maximumBytes else { throw tooLarge(size) }
    guard size > 0 else { return .text("") }
    return .text(Text.decoded(try contents(size).prefix { $0 != 0 }))
  }
}
