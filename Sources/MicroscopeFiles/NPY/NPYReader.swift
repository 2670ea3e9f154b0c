// NPY arrays, alone or with the JSON sidecar that Nion Swift's export writes beside them.

/// Reads `.npy`, versions 1.0 to 3.0: every real and complex type, both byte orders, C and Fortran order.
enum NPYReader: FormatReader {
  static let format = "npy"
  static let fileExtensions = ["npy"]

  static func recognises(_ candidate: FileCandidate) -> Bool { candidate.begins(with: NPYHeader.mark) }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    let pixels = try pixels(file, limits: limits)
    var name = ""
    if let stem = file.path.stem { name = stem }
    switch NionSidecar.find(beside: file.path, limits: limits) {
    case .none:
      return DecodedFile(signals: [plainSignal(pixels, name: name)])
    case .unfinished(let reason):
      return DecodedFile(signals: [plainSignal(pixels, name: name)], incompleteReason: reason)
    case .found(let description):
      let (signal, reason) = try description.signal(pixels, fallbackName: name)
      return DecodedFile(signals: [signal], incompleteReason: reason)
    }
  }

  /// The array in a source, in C order.
  static func pixels(_ source: some ByteSource, limits: FileLimits) throws(DecodeFailure) -> PixelData {
    let header = try NPYHeader(source, limits: limits)
    let isInOrder = !header.isFortranOrder || header.shape.count < 2
    let total = try PixelData.byteCount(
      shape: header.shape, type: header.type, limits: limits, staysInFile: source is OpenedFile && isInOrder)
    guard header.dataOffset + total <= source.count else {
      throw .incomplete(
        "its header promises \(total) bytes of \(header.type.rawValue) values \(header.shape), but only "
          + "\(max(0, source.count - header.dataOffset)) are there: still being written, or cut short")
    }
    if let file = source as? OpenedFile, isInOrder {
      return try PixelData(
        type: header.type, shape: header.shape, isBigEndian: header.isBigEndian, in: file, at: header.dataOffset,
        limits: limits)
    }
    // A buffer already in memory is shared, a file is read from its first value on.
    let inMemory = source as? [UInt8]
    let bytes = if let inMemory { inMemory } else { try source.bytes(at: header.dataOffset, count: total) }
    let start = inMemory == nil ? 0 : header.dataOffset
    guard header.isFortranOrder, header.shape.count > 1 else {
      return PixelData(
        type: header.type, shape: header.shape, isBigEndian: header.isBigEndian, bytes: bytes, start: start)
    }
    var strides: [Int] = []
    var stride = 1
    for size in header.shape {
      strides.append(stride)
      stride *= size
    }
    return PixelData.reordered(
      bytes: bytes, start: start, type: header.type, shape: header.shape, strides: strides,
      isBigEndian: header.isBigEndian)
  }

  /// An array that nothing is known of but its numbers.
  static func plainSignal(_ pixels: PixelData, name: String) -> Signal {
    let axes = Signal.plainAxes(pixels.shape)
    let isColour = ColourImage.isLikely(pixels)
    return Signal(
      name: name, kind: isColour ? .image : Signal.kind(axes: axes), pixels: pixels, axes: axes, metadata: .init(),
      isColour: isColour)
  }
}

/// Colour pictures: three or four bytes a pixel in the last dimension.
enum ColourImage {
  static func isLikely(_ pixels: PixelData) -> Bool {
    let shape = pixels.shape
    return pixels.type == .uint8 && shape.count == 3 && (shape[2] == 3 || shape[2] == 4) && shape[0] > 4 && shape[1] > 4
  }
}
