// The values of an HDF5 data set, with everything that libhdf5 would do for a hostile file refused beforehand.

import CHDF5

/// Shape, type and storage of a data set.
struct HDF5Dataset {
  let object: HDF5Object
  /// As stored; colours are not in it.
  let shape: [Int]
  let type: HDF5Type
  /// Whether complex values are one half of a Fourier transform.
  let isHalfSpectrum: Bool

  /// Nil when the data set holds no numbers: texts, references, nothing.
  init?(_ object: HDF5Object) throws(DecodeFailure) {
    guard object.kind == .dataset else { return nil }
    let stored = H5Dget_type(object.id)
    defer { H5Tclose(stored) }
    guard let type = HDF5Type(stored), let sizes = try Self.sizes(object) else { return nil }
    var isHalf = false
    if type.element.isComplex, let name = H5Tget_member_name(stored, 0) {
      isHalf = String(cString: name).contains("Half")
      H5free_memory(name)
    }
    // Everything that can fail comes first: a value half made when an error is thrown was released twice (Swift 6.3).
    self.object = object
    self.type = type
    shape = sizes
    isHalfSpectrum = isHalf
  }

  private static func sizes(_ object: HDF5Object) throws(DecodeFailure) -> [Int]? {
    let space = H5Dget_space(object.id)
    defer { H5Sclose(space) }
    guard space >= 0, H5Sget_simple_extent_type(space) != H5S_NULL else { return nil }
    let rank = Int(H5Sget_simple_extent_ndims(space))
    guard rank >= 0, rank <= object.limits.dimensions else {
      throw .rejected(
        "its data set \(object.name) has \(rank) dimensions; at most \(object.limits.dimensions) are read")
    }
    var extents = [hsize_t](repeating: 0, count: max(rank, 1))
    guard H5Sget_simple_extent_dims(space, &extents, nil) == Int32(rank) else {
      throw HDF5Library.damaged("the size of its data set \(object.name) cannot be read")
    }
    var sizes: [Int] = []
    for size in extents[..<rank] {
      guard let size = Int(exactly: size) else { throw .rejected("its data set \(object.name) claims \(size) values") }
      sizes.append(size)
    }
    return sizes
  }

  /// Every value in stored order, colours as a last dimension; the reason why some are not there yet.
  ///
  /// - Parameter lastExtent: how many indices of the last dimension are wanted; nil for all.
  func pixels(lastExtent: Int? = nil) throws(DecodeFailure) -> (PixelData, incompleteReason: String?) {
    let limits = object.limits
    let wanted = lastExtent.map { self.shape.dropLast() + [min($0, self.shape.last ?? 0)] } ?? self.shape
    let shape = type.channels > 1 ? wanted + [type.channels] : wanted
    let total = try PixelData.byteCount(shape: shape, type: type.element, limits: limits)
    try object.refuseForeignStorage()
    let properties = H5Dget_create_plist(object.id)
    defer { H5Pclose(properties) }
    let bytes: [UInt8]
    var missing = 0
    if H5Pget_layout(properties) == H5D_CHUNKED {
      var chunks = try HDF5Chunks(
        object, shape: wanted, valueBytes: type.element.size * type.channels, properties: properties, total: total)
      bytes = try chunks.gathered()
      missing = chunks.missing
      guard missing < chunks.count else { return try unwritten(shape, total: total) }
    } else {
      // Contiguous and compact values lie in the file as they are.
      guard wanted == self.shape else { return try beginning(of: try pixels(), shape: wanted) }
      guard H5Dget_storage_size(object.id) == total else { return try unwritten(shape, total: total) }
      bytes = try wholeContents(total)
    }
    let pixels = PixelData(type: type.element, shape: shape, isBigEndian: type.isBigEndian, bytes: bytes)
    return (pixels, missing == 0 ? nil : "\(missing) of its pieces are not written yet: in progress, or stopped")
  }

  /// Zeros of a data set whose values are still to come; a large one is not made up.
  private func unwritten(
    _ shape: [Int], total: Int
  ) throws(DecodeFailure) -> (PixelData, incompleteReason: String?) {
    let reason = "its values are not written yet"
    guard total <= object.limits.unpackFreeBytes else { throw .incomplete(reason) }
    let pixels = PixelData(
      type: type.element, shape: shape, isBigEndian: false, bytes: [UInt8](repeating: 0, count: total))
    return (pixels, reason)
  }

  /// The first indices of the last dimension of an array.
  private func beginning(
    of whole: (PixelData, incompleteReason: String?), shape wanted: [Int]
  ) throws(DecodeFailure) -> (PixelData, incompleteReason: String?) {
    guard type.channels == 1 else { throw .rejected("its data set \(object.name) is not stored in chunks") }
    return (whole.0.selected(shape: wanted, strides: PixelData.rowMajorStrides(self.shape)), whole.incompleteReason)
  }

  private func wholeContents(_ total: Int) throws(DecodeFailure) -> [UInt8] {
    let stored = H5Dget_type(object.id)
    defer { H5Tclose(stored) }
    var status: herr_t = -1
    let bytes = [UInt8](unsafeUninitializedCapacity: total) { buffer, filled in
      status = H5Dread(
        object.id, stored, eelscout_h5_whole(), eelscout_h5_whole(), eelscout_h5_default(), buffer.baseAddress)
      filled = status >= 0 ? total : 0
    }
    guard status >= 0 else { throw HDF5Library.damaged("its data set \(object.name) cannot be read") }
    return bytes
  }
}

extension HDF5Object {
  /// External files and virtual data sets would show other files' contents as this one's.
  func refuseForeignStorage() throws(DecodeFailure) {
    let properties = H5Dget_create_plist(id)
    defer { H5Pclose(properties) }
    guard properties >= 0 else { throw HDF5Library.damaged("the layout of its data set \(name) cannot be read") }
    switch H5Pget_layout(properties) {
    case H5D_COMPACT, H5D_CONTIGUOUS, H5D_CHUNKED: break
    case H5D_VIRTUAL:
      throw .rejected("its data set \(name) is put together from other files; such files are not followed")
    default: throw .rejected("its data set \(name) is stored in an unknown way")
    }
    guard H5Pget_external_count(properties) == 0 else {
      throw .rejected("its data set \(name) lies in another file; such files are not followed")
    }
  }
}
