// The tree of tags that a DigitalMicrograph file is.

/// One tag: a folder of tags, a value, or an array that stays in the file until it is asked for.
enum DMTag {
  case folder([Entry])
  case number(Double)
  case structure([Double])
  case array(Array)
  /// A text that is already known; DM5 has them in attributes.
  case text(String)

  /// A named tag; names may be empty, then the position counts.
  struct Entry {
    var name: String
    var tag: DMTag
  }

  /// Where an array's values lie.
  struct Array {
    /// Byte of the first value.
    var offset: Int
    var count: Int
    /// Bytes of one value; arrays of structures count the structure.
    var elementBytes: Int
    /// UTF-16 text and 16-bit images look the same; who asks knows what it is.
    var isSixteenBit: Bool
    /// One byte a character.
    var isByteText: Bool

    var bytes: Int { count * elementBytes }
  }

  /// The tag below, by name.
  subscript(_ name: String) -> DMTag? {
    guard case .folder(let entries) = self else { return nil }
    return entries.first { $0.name == name }?.tag
  }

  /// The tag at the end of a path of names.
  subscript(_ path: [String]) -> DMTag? {
    var tag: DMTag? = self
    for name in path { tag = tag?[name] }
    return tag
  }

  /// The tags of a folder, in file order.
  var children: [DMTag] {
    guard case .folder(let entries) = self else { return [] }
    return entries.map(\.tag)
  }

  var number: Double? { if case .number(let value) = self { value } else { nil } }
  var array: Array? { if case .array(let array) = self { array } else { nil } }

  /// The number where it is a whole one that fits.
  var int: Int? { number.flatMap { Int(exactly: $0) } }

  /// Characters of the longest text looked at; names, units and dates are shorter.
  static let longestText = 1024

  /// The text of an array of 16-bit units or of bytes; nil for anything else.
  func text(in file: some ByteSource, bigEndian: Bool) -> String? {
    if case .text(let text) = self { return text }
    guard let array, array.isSixteenBit || array.isByteText, array.count <= Self.longestText,
      let bytes = try? file.bytes(at: array.offset, count: array.bytes)
    else { return nil }
    if array.isByteText { return String(decoding: bytes, as: UTF8.self) }
    let units = stride(from: 0, to: bytes.count, by: 2).map { index in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return bigEndian ? first << 8 | second : second << 8 | first
    }
    let text = String(decoding: units, as: UTF16.self)
    return String(text.prefix { $0 != "\0" })
  }
}
