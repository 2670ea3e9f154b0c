// The elements of a TIA series: spectra or images of one shape, gathered into one array.

/// Every valid element of a series, with the calibration of the first.
struct SERElements {
  /// One calibrated dimension of an element: value = offset + (index − element) · delta.
  struct Calibration: Equatable {
    var offset: Double
    var delta: Double
    var element: Int
  }

  /// Elements, then the shape of one: rows, columns or channels.
  let pixels: PixelData
  /// Of an image y, then x; of a spectrum its energy.
  let calibrations: [Calibration]
  /// Seconds since 1970, of the first element; nil when it is not stated.
  let time: Int?
  /// Whether neighbouring elements lie on one scan row, so that x runs fastest; nil when no positions are stated.
  let isRowByRow: Bool?

  /// What stands before the values of an element.
  private struct Head: Equatable {
    var calibrations: [Calibration]
    var type: ElementType
    /// Row-major.
    var shape: [Int]
    var bytes: Int
  }

  init(_ header: SERHeader, _ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) {
    let head = try Self.head(header.dataOffsets[0], isImage: header.isImages, file)
    let shape = [header.valid] + head.shape
    let total = try PixelData.byteCount(shape: shape, type: head.type, limits: limits)
    let elementBytes = total / header.valid
    // Elements never overlap, so a file too small for all of them is not whole.
    guard total <= file.count else {
      throw .incomplete(
        "its \(header.valid) elements need \(total) bytes, but the file has \(file.count): still being written, or cut "
          + "short")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(total)
    for offset in header.dataOffsets {
      try limits.checkTime()
      let other = try Self.head(offset, isImage: header.isImages, file)
      guard other.type == head.type, other.shape == head.shape else {
        throw .rejected("its elements differ in size or type; save them as separate files")
      }
      let values = try file.bytes(at: offset + other.bytes, count: elementBytes)
      if header.isImages {
        Self.appendTurned(values, rows: head.shape[0], to: &bytes)
      } else {
        bytes += values
      }
    }
    pixels = PixelData(type: head.type, shape: shape, isBigEndian: false, bytes: bytes)
    calibrations = head.calibrations
    let tags = Self.tags(header, file)
    time = tags.time
    isRowByRow = tags.isRowByRow
  }

  private static func head(
    _ offset: Int, isImage: Bool, _ file: OpenedFile
  ) throws(DecodeFailure) -> Head {
    var cursor = ByteCursor(file, at: offset)
    func double() throws(DecodeFailure) -> Double {
      Double(bitPattern: try cursor.integer(UInt64.self, bigEndian: false))
    }
    func long() throws(DecodeFailure) -> Int { Int(try cursor.integer(UInt32.self, bigEndian: false)) }
    var calibrations: [Calibration] = []
    for _ in 0..<(isImage ? 2 : 1) {
      calibrations.append(Calibration(offset: try double(), delta: try double(), element: try long()))
    }
    let code = try cursor.integer(UInt16.self, bigEndian: false)
    let types: [ElementType] = [
      .uint8, .uint16, .uint32, .int8, .int16, .int32, .float32, .float64, .complex64, .complex128,
    ]
    guard code >= 1, code <= types.count else { throw .rejected("its values have the unknown type \(code)") }
    var shape: [Int] = []
    for _ in calibrations { shape.append(try long()) }
    return Head(
      calibrations: calibrations.reversed(), type: types[Int(code) - 1], shape: shape.reversed(),
      bytes: cursor.position - offset)
  }

  /// Rows are stored from the bottom of the image up.
  private static func appendTurned(_ values: [UInt8], rows: Int, to bytes: inout [UInt8]) {
    let rowBytes = values.count / rows
    for row in (0..<rows).reversed() { bytes += values[row * rowBytes..<(row + 1) * rowBytes] }
  }

  private static func tags(_ header: SERHeader, _ file: OpenedFile) -> (time: Int?, isRowByRow: Bool?) {
    guard let first = header.firstTagOffset else { return (nil, nil) }
    var cursor = ByteCursor(file, at: first)
    do throws(DecodeFailure) {
      try cursor.skip(4)
      let time = Int(try cursor.integer(UInt32.self, bigEndian: false))
      guard header.hasPositions, header.valid > 1 else { return (time, nil) }
      try cursor.skip(8)
      let rowOfFirst = try cursor.integer(UInt64.self, bigEndian: false)
      // The tags lie one after another: type, time, x, y.
      try cursor.skip(8 + 8)
      return (time, rowOfFirst == (try cursor.integer(UInt64.self, bigEndian: false)))
    } catch {
      return (nil, nil)
    }
  }
}
