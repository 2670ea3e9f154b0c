// MRC files of SerialEM, IMOD, Direct Electron and others, plain and gzipped.

import Microscopy

/// Reads MRC and MRC2014, either byte order, modes 0, 1, 2, 4, 6 and 12: images, and stacks as series.
enum MRCReader: FormatReader {
  static let format = "mrc"
  static let fileExtensions = ["mrc", "mrcs", "st", "rec", "ali"]

  static func recognises(_ candidate: FileCandidate) -> Bool {
    candidate.begins(with: Array("MAP ".utf8), at: 208)
      || fileExtensions.contains(candidate.fileExtension) && MRCHeader.isPlausible(candidate.head)
  }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    let header = try MRCHeader(try file.bytes(at: 0, count: min(file.count, MRCHeader.bytes)), limits: limits)
    let (type, shape, bytes) = try extent(header, limits: limits, staysInFile: true)
    guard header.dataOffset + bytes <= file.count else {
      throw .incomplete(
        "its header promises \(bytes) bytes of \(type.rawValue) values \(shape), but only "
          + "\(max(0, file.count - header.dataOffset)) are there: still being written, or cut short")
    }
    let extended = try file.bytes(
      at: MRCHeader.bytes, count: min(header.extendedBytes, FEIExtendedHeader.bytes))
    var limits = limits
    if type == .int8 { limits.heldBytes = bytes }
    let pixels = try PixelData(
      type: type, shape: shape, isBigEndian: header.isBigEndian, in: file, at: header.dataOffset, limits: limits)
    return decoded(header, extended: extended, pixels: pixels, name: file.path.stem ?? "")
  }

  /// Type, shape and bytes of the values, within the limits.
  static func extent(
    _ header: MRCHeader, limits: FileLimits, staysInFile: Bool = false
  ) throws(DecodeFailure) -> (type: ElementType, shape: [Int], bytes: Int) {
    guard let type = ElementType(mrcMode: header.mode) else {
      throw .rejected("its values have mode \(header.mode); modes 0, 1, 2, 4, 6 and 12 are read")
    }
    let shape = header.size[2] == 1 ? [header.size[1], header.size[0]] : header.size.reversed()
    // Of 8-bit values all are looked at.
    let total = try PixelData.byteCount(
      shape: shape, type: type, limits: limits, staysInFile: staysInFile && type != .int8)
    return (type, shape, total)
  }

  static func decoded(
    _ header: MRCHeader, extended: [UInt8], pixels: PixelData, name: String
  ) -> DecodedFile {
    let shape = pixels.shape
    var pixels = pixels
    // Programs disagree about the sign of 8-bit values; without a high bit there is nothing to disagree about.
    if pixels.type == .int8, !header.statesSign || !pixels.bytes[pixels.start...].contains(where: { $0 >= 0x80 }) {
      pixels = PixelData(
        type: .uint8, shape: shape, isBigEndian: pixels.isBigEndian, bytes: pixels.bytes, start: pixels.start)
    }
    let isKnown = header.voxel[0] > 0 && header.voxel[1] > 0
    var axes = [
      Axis(name: "y", size: shape[shape.count - 2], scale: header.voxel[1] / 10, units: "nm"),
      Axis(name: "x", size: shape[shape.count - 1], scale: header.voxel[0] / 10, units: "nm"),
    ]
    if shape.count == 3 {
      let step = header.voxel[2] / 10
      axes.insert(Axis(name: "z", size: shape[0], scale: step > 0 ? step : 1), at: 0)
    }
    var signal = Signal(
      name: name, kind: shape.count == 2 ? .image : .imageSeries, pixels: pixels, axes: axes, metadata: .init())
    // Direct Electron's server writes −10 Å where it does not know the size of a pixel, mrcfile 0.
    signal.hasNoPixelSize = !isKnown
    let fei = FEIExtendedHeader(extended, kind: header.extendedKind, isBigEndian: header.isBigEndian)
    signal.metadata.voltageV = fei?.voltageV
    signal.metadata.acquiredAt = fei?.acquiredAt
    signal.metadata.fieldOfViewNM = signal.pixelSize.nanometres.map { $0 * Double(shape.max() ?? 0) }
    return DecodedFile(signals: [signal])
  }
}

/// Reads gzipped MRC files, of which the header is unpacked and believed first.
enum GzippedMRCReader: FormatReader {
  static let format = "mrc-gz"
  static let fileExtensions = ["gz"]

  static func recognises(_ candidate: FileCandidate) -> Bool {
    candidate.begins(with: [0x1F, 0x8B, 8])
      && MRCReader.fileExtensions.contains { candidate.name.hasSuffix(".\($0).gz") }
  }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    let head = try Deflate.gunzip(file, count: MRCHeader.bytes, isWhole: false, limits: limits)
    let header = try MRCHeader(head, limits: limits)
    let (type, shape, bytes) = try MRCReader.extent(header, limits: limits)
    let total = header.dataOffset + bytes
    guard total <= limits.unpackFreeBytes || total / file.count <= limits.unpackRatio else {
      throw .rejected("it unpacks to \(total / file.count) times its size; at most \(limits.unpackRatio) times is read")
    }
    let unpacked = try Deflate.gunzip(file, count: total, isWhole: true, limits: limits)
    let extended = Array(unpacked[MRCHeader.bytes..<min(header.dataOffset, MRCHeader.bytes + FEIExtendedHeader.bytes)])
    let stem = file.path.stem.flatMap { stem in stem.lastIndex(of: ".").map { String(stem[..<$0]) } } ?? ""
    let pixels = PixelData(
      type: type, shape: shape, isBigEndian: header.isBigEndian, bytes: unpacked, start: header.dataOffset)
    return MRCReader.decoded(header, extended: extended, pixels: pixels, name: stem)
  }
}

/// The extended header that FEI and Thermo Fisher write, of which the first record is looked at.
///
/// Layout: "MRC2014 file image format specification", Thermo Fisher Scientific, records `FEI1` and `FEI2`.
struct FEIExtendedHeader {
  static let bytes = 768

  let voltageV: Double?
  let acquiredAt: String?

  init?(_ record: [UInt8], kind: String, isBigEndian: Bool) {
    guard kind == "FEI1" || kind == "FEI2", record.count >= Self.bytes else { return nil }
    func double(_ offset: Int) -> Double? {
      var cursor = ByteCursor(record, at: offset)
      guard let bits = try? cursor.integer(UInt64.self, bigEndian: isBigEndian) else { return nil }
      return Double(bitPattern: bits)
    }
    voltageV = double(84).flatMap { (1e3...3e6).contains($0) ? $0 : nil }
    // Days since 1899-12-30, as OLE automation counts them, by the microscope's own clock: no zone is stated.
    acquiredAt = double(12).flatMap { days in
      guard (25_569.0...73_050).contains(days) else { return nil }
      return Timestamp.utc(secondsSince1970: (days - 25_569) * 86_400).map { String($0.dropLast()) }
    }
  }
}
