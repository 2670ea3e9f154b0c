// The 1024-byte header of an MRC file.

/// Shape, type, calibration and extent of an MRC file, by the MRC2014 description (A. Cheng et al., J. Struct. Biol. 192
/// (2015) 146) and what came before it.
struct MRCHeader {
  static let bytes = 1024

  let isBigEndian: Bool
  /// Columns, rows, sections.
  let size: [Int]
  let mode: Int
  /// Å from one value to the next, in x, y and z; what the file says, also where that makes no sense.
  let voxel: [Double]
  let extendedBytes: Int
  let extendedKind: String
  /// Whether the file keeps to MRC2014, where 8-bit values have a sign, or says so in IMOD's way.
  let statesSign: Bool

  var dataOffset: Int { Self.bytes + extendedBytes }

  /// Whether the first bytes may be those of an MRC file: the mark, or sizes and a mode that make sense.
  static func isPlausible(_ head: [UInt8]) -> Bool {
    if head.count >= 212, head[208...].starts(with: Array("MAP".utf8)) { return true }
    return [false, true].contains { bigEndian in
      var cursor = ByteCursor(head)
      do throws(DecodeFailure) {
        var numbers: [Int32] = []
        for _ in 0..<4 { numbers.append(try cursor.integer(Int32.self, bigEndian: bigEndian)) }
        return (1...65_536).contains(numbers[0]) && (1...65_536).contains(numbers[1])
          && (0...65_536).contains(numbers[2])
          && ElementType(mrcMode: Int(numbers[3])) != nil
      } catch {
        return false
      }
    }
  }

  init(_ head: [UInt8], limits: FileLimits) throws(DecodeFailure) {
    isBigEndian = try Self.isBigEndian(head)
    let words = Words(head: head, isBigEndian: isBigEndian)
    size = try words.integers(at: 0, count: 3)
    mode = try words.integers(at: 12, count: 1)[0]
    let grid = try words.integers(at: 28, count: 3)
    let cell = try words.floats(at: 40, count: 3)
    voxel = (0..<3).map { grid[$0] > 0 ? cell[$0] / Double(grid[$0]) : 0 }
    let order = try words.integers(at: 64, count: 3)
    extendedBytes = try words.integers(at: 92, count: 1)[0]
    extendedKind = String(decoding: head[104..<108], as: UTF8.self)
    let version = try words.integers(at: 108, count: 1)[0]
    let imod = try words.integers(at: 152, count: 2)
    statesSign = version >= 20140 && version < 20200 || imod[0] == 1_146_047_817 && imod[1] & 1 == 1
    try check(order: order, limits: limits)
  }

  private func check(order: [Int], limits: FileLimits) throws(DecodeFailure) {
    if size.allSatisfy({ $0 == 0 }) { throw .incomplete("its header is still empty: being written") }
    guard size[0] > 0, size[1] > 0, size[2] >= 0 else {
      throw .rejected("its header gives \(size[0]) × \(size[1]) × \(size[2]) values: it is damaged")
    }
    guard size[2] > 0 else {
      throw .incomplete("its header counts no sections yet: the first one is still being written")
    }
    guard extendedBytes >= 0, extendedBytes <= limits.mrcExtendedHeaderBytes else {
      throw .rejected(
        "its extended header is said to have \(extendedBytes) bytes; at most \(limits.mrcExtendedHeaderBytes) are skipped"
      )
    }
    guard order == [1, 2, 3] || order == [0, 0, 0] else {
      throw .rejected("its axes are stored in the order \(order); columns, rows, sections (1, 2, 3) are read")
    }
  }

  /// The machine stamp, or where that is missing the order in which the mode makes sense.
  private static func isBigEndian(_ head: [UInt8]) throws(DecodeFailure) -> Bool {
    guard head.count >= bytes else { throw .incomplete("its header is not whole: still being written, or cut short") }
    switch head[212] {
    case 0x44: return false
    case 0x11: return true
    default: break
    }
    let isLittle = ElementType(mrcMode: try Words(head: head, isBigEndian: false).integers(at: 12, count: 1)[0]) != nil
    let isBig = ElementType(mrcMode: try Words(head: head, isBigEndian: true).integers(at: 12, count: 1)[0]) != nil
    return isBig && !isLittle
  }

  private struct Words {
    var head: [UInt8]
    var isBigEndian: Bool

    func integers(at offset: Int, count: Int) throws(DecodeFailure) -> [Int] {
      var cursor = ByteCursor(head, at: offset)
      var values: [Int] = []
      for _ in 0..<count { values.append(Int(try cursor.integer(Int32.self, bigEndian: isBigEndian))) }
      return values
    }

    func floats(at offset: Int, count: Int) throws(DecodeFailure) -> [Double] {
      var cursor = ByteCursor(head, at: offset)
      var values: [Double] = []
      for _ in 0..<count {
        values.append(Double(Float(bitPattern: try cursor.integer(UInt32.self, bigEndian: isBigEndian))))
      }
      return values
    }
  }
}

extension ElementType {
  /// The type by an MRC mode; 8-bit values are taken as signed.
  init?(mrcMode mode: Int) {
    switch mode {
    case 0: self = .int8
    case 1: self = .int16
    case 2: self = .float32
    case 4: self = .complex64
    case 6: self = .uint16
    case 12: self = .float16
    default: return nil
    }
  }
}
