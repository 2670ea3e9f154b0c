// Arrays of numbers ↔ bytes, least significant byte first whatever the machine.

import Foundation

enum LittleEndian {
  static func data(_ values: [Float]) -> Data {
    var data = Data(capacity: values.count * 4)
    for value in values { append(value.bitPattern, to: &data) }
    return data
  }

  static func data(_ values: [Double]) -> Data {
    var data = Data(capacity: values.count * 8)
    for value in values { append(value.bitPattern, to: &data) }
    return data
  }

  static func floats(_ data: Data) -> [Float] { words(data, UInt32.self).map(Float.init(bitPattern:)) }

  static func doubles(_ data: Data) -> [Double] { words(data, UInt64.self).map(Double.init(bitPattern:)) }

  private static func append(_ word: some FixedWidthInteger, to data: inout Data) {
    for shift in stride(from: 0, to: word.bitWidth, by: 8) { data.append(UInt8(truncatingIfNeeded: word >> shift)) }
  }

  private static func words<Word: FixedWidthInteger>(_ data: Data, _: Word.Type) -> [Word] {
    let bytes = [UInt8](data)
    let size = Word.bitWidth / 8
    return stride(from: 0, to: bytes.count - bytes.count % size, by: size).map { start in
      (0..<size).reduce(Word.zero) { $0 | Word(truncatingIfNeeded: bytes[start + $1]) << ($1 * 8) }
    }
  }
}
