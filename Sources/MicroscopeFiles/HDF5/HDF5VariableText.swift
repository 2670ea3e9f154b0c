// Texts of variable length in HDF5 files, followed by hand: libhdf5 1.10 trusts their references and reads beyond its heap.

/// Finds and reads texts that lie in an HDF5 file's global heap.
///
/// Layout: HDF5 file format specification 3.0, section III.E (global heap).
struct HDF5VariableText {
  let file: OpenedFile
  /// Byte of the file that addresses count from.
  let base: Int
  let limits: FileLimits

  /// Bytes of a reference: length, address of a heap collection, index in it.
  static let referenceBytes = 16

  /// The text behind a reference.
  func text(_ reference: [UInt8], maximumBytes: Int) throws(DecodeFailure) -> String {
    var cursor = ByteCursor(reference)
    let length = Int(try cursor.integer(UInt32.self, bigEndian: false))
    let collection = try address(try cursor.integer(UInt64.self, bigEndian: false))
    let wanted = try cursor.integer(UInt32.self, bigEndian: false)
    guard length > 0 else { return "" }
    guard length <= maximumBytes else {
      throw .rejected("one of its texts has \(length) bytes; at most \(maximumBytes) are read")
    }
    var heap = ByteCursor(file, at: collection)
    guard try heap.bytes(4) == Array("GCOL".utf8) else { throw broken }
    try heap.skip(4)
    guard let size = Int(exactly: try heap.integer(UInt64.self, bigEndian: false)), size <= file.count - collection
    else {
      throw broken
    }
    while heap.position + 16 <= collection + size {
      try limits.checkTime()
      let index = UInt32(try heap.integer(UInt16.self, bigEndian: false))
      try heap.skip(6)
      let stored = try heap.integer(UInt64.self, bigEndian: false)
      guard index != 0, let bytes = Int(exactly: stored), bytes <= collection + size - heap.position else { break }
      guard index != wanted else {
        guard length <= bytes else { throw broken }
        return Text.decoded(try heap.bytes(length).prefix { $0 != 0 })
      }
      try heap.skip((bytes + 7) / 8 * 8)
    }
    throw broken
  }

  private var broken: DecodeFailure {
    .incomplete("one of its texts is not where the file says: being rewritten, or damaged")
  }

  func address(_ stored: UInt64) throws(DecodeFailure) -> Int {
    guard let address = Int(exactly: stored), address <= file.count - base else { throw broken }
    return base + address
  }
}
