// Chunked HDF5 data sets: each chunk fetched as it is stored, unpacked here to exactly its size, put in its place.

import CHDF5

/// libhdf5's own filters grow their buffers as far as a stream goes on; here no stream yields more than its chunk holds.
struct HDF5Chunks {
  private static let deflate: H5Z_filter_t = 1
  private static let shuffle: H5Z_filter_t = 2
  private static let fletcher32: H5Z_filter_t = 3

  private let object: HDF5Object
  private let shape: [Int]
  private let chunk: [Int]
  private let valueBytes: Int
  private let filters: [H5Z_filter_t]
  /// Chunks that are not in the file.
  private(set) var missing = 0
  let count: Int

  /// - Parameter shape: indices wanted of each dimension.
  init(
    _ object: HDF5Object, shape: [Int], valueBytes: Int, properties: hid_t, total: Int
  ) throws(DecodeFailure) {
    self.object = object
    self.shape = shape
    self.valueBytes = valueBytes
    let limits = object.limits
    var sizes = [hsize_t](repeating: 0, count: shape.count)
    guard !shape.isEmpty, H5Pget_chunk(properties, Int32(shape.count), &sizes) == Int32(shape.count) else {
      throw HDF5Library.damaged("the chunks of its data set \(object.name) cannot be read")
    }
    var chunk: [Int] = []
    var bytes = valueBytes
    var count = 1
    for (size, extent) in zip(sizes, shape) {
      guard let size = Int(exactly: size), size > 0 else { throw .rejected("its chunks have no size") }
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      let (chunks, tooMany) = count.multipliedReportingOverflow(by: (extent - 1) / size + 1)
      guard !overflow, product <= limits.hdf5ChunkBytes, !tooMany, chunks <= limits.hdf5Chunks else {
        throw .rejected(
          "its data set \(object.name) is cut into \(count) chunks of \(bytes) bytes or more; at most \(limits.hdf5Chunks) "
            + "of \(limits.hdf5ChunkBytes) bytes are read")
      }
      chunk.append(size)
      bytes = product
      count = chunks
    }
    self.chunk = chunk
    filters = try Self.filters(properties, object)
    self.count = count
    try checkRatio(total: total)
  }

  /// Large arrays must be there, or unpack no further than detectors' data do.
  private func checkRatio(total: Int) throws(DecodeFailure) {
    let limits = object.limits
    guard total > limits.unpackFreeBytes else { return }
    let stored = Int(clamping: H5Dget_storage_size(object.id))
    guard stored > 0, filters.contains(Self.deflate) || stored >= total else {
      throw .incomplete("\(stored) of its \(total) bytes are written: in progress, or stopped")
    }
    guard total / stored <= limits.unpackRatio else {
      throw .rejected("it unpacks to \(total / stored) times its size; at most \(limits.unpackRatio) times is read")
    }
  }

  private static func filters(_ properties: hid_t, _ object: HDF5Object) throws(DecodeFailure) -> [H5Z_filter_t] {
    var filters: [H5Z_filter_t] = []
    for index in 0..<max(0, H5Pget_nfilters(properties)) {
      var flags: UInt32 = 0
      var count = 0
      let filter = H5Pget_filter2(properties, UInt32(index), &flags, &count, nil, 0, nil, nil)
      guard [deflate, shuffle, fletcher32].contains(filter) else {
        throw .rejected(
          "its data set \(object.name) is packed by HDF5 filter \(filter); gzip, shuffle and Fletcher-32 are read")
      }
      filters.append(filter)
    }
    return filters
  }

  /// The values of the data set in C order; zeros where chunks are missing.
  mutating func gathered() throws(DecodeFailure) -> [UInt8] {
    var target = [UInt8](repeating: 0, count: shape.reduce(valueBytes, *))
    var corner = [Int](repeating: 0, count: shape.count)
    while true {
      try object.limits.checkTime()
      if let values = try unpacked(at: corner) { copy(values, to: &target, corner: corner) } else { missing += 1 }
      var dimension = shape.count - 1
      while dimension >= 0 {
        corner[dimension] += chunk[dimension]
        if corner[dimension] < shape[dimension] { break }
        corner[dimension] = 0
        dimension -= 1
      }
      if dimension < 0 { return target }
    }
  }

  /// The values of the chunk at a corner; nil when it is not in the file.
  private func unpacked(at corner: [Int]) throws(DecodeFailure) -> [UInt8]? {
    let offset = corner.map { hsize_t($0) }
    let wanted = chunk.reduce(valueBytes, *)
    var stored: hsize_t = 0
    guard H5Dget_chunk_storage_size(object.id, offset, &stored) >= 0 else {
      // Not in the index, or the index is broken: libhdf5 says both alike.
      return nil
    }
    guard stored > 0 else { return nil }
    // Deflate may lengthen what it cannot shorten by a little, Fletcher-32 adds four bytes.
    guard stored <= hsize_t(wanted + wanted / 100 + 1024) else {
      throw .rejected("a chunk of \(wanted) bytes is stored in \(stored): its index is damaged")
    }
    var mask: UInt32 = 0
    var status: herr_t = -1
    let count = Int(stored)
    var values = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      status = H5Dread_chunk(object.id, eelscout_h5_default(), offset, &mask, buffer.baseAddress)
      filled = status >= 0 ? count : 0
    }
    guard status >= 0 else { throw HDF5Library.damaged("a chunk of its data set \(object.name) cannot be read") }
    for (index, filter) in filters.enumerated().reversed() where mask & (1 << UInt32(index)) == 0 {
      try undo(filter, &values, wanted: wanted)
    }
    guard values.count == wanted else {
      throw .incomplete("a chunk holds \(values.count) bytes instead of \(wanted): being rewritten, or damaged")
    }
    return values
  }

  private func undo(_ filter: H5Z_filter_t, _ values: inout [UInt8], wanted: Int) throws(DecodeFailure) {
    switch filter {
    case Self.deflate:
      guard let inflated = Deflate.inflateZlib(values, atMost: wanted + 4) else {
        throw .incomplete("a chunk does not unpack: being rewritten, or damaged")
      }
      values = inflated
    case Self.fletcher32:
      guard values.count >= 4 else { throw .incomplete("a chunk is too short: being rewritten, or damaged") }
      let sum = values.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      values.removeLast(4)
      let own = Self.checksum(values)
      // Files of HDF5 1.6 on big-endian computers hold the halves of the sum turned round.
      let turned = (own & 0x00FF_00FF) << 8 | (own & 0xFF00_FF00) >> 8
      guard sum == own || sum == turned else {
        throw .incomplete("a chunk fails its checksum: being rewritten, or damaged in a copy")
      }
    default:
      values = Self.unshuffled(values, size: valueBytes)
    }
  }

  /// Fletcher-32 as HDF5 computes it, over big-endian 16-bit words.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var (first, second): (UInt32, UInt32) = (0, 0)
    var index = 0
    while index < bytes.count {
      // 360 words fit before the sums overflow.
      let end = min(index + 720, bytes.count - bytes.count % 2)
      while index < end {
        first += UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
        second += first
        index += 2
      }
      if index == bytes.count - 1 {
        first += UInt32(bytes[index]) << 8
        second += first
        index += 1
      }
      first = (first & 0xFFFF) + (first >> 16)
      second = (second & 0xFFFF) + (second >> 16)
    }
    first = (first & 0xFFFF) + (first >> 16)
    second = (second & 0xFFFF) + (second >> 16)
    return second << 16 | first
  }

  /// All first bytes, all second bytes and so on, back into values; what is left over stands at the end as it is.
  private static func unshuffled(_ bytes: [UInt8], size: Int) -> [UInt8] {
    let count = bytes.count / size
    guard size > 1, count > 1 else { return bytes }
    var values = bytes
    for byte in 0..<size {
      var place = byte
      for index in byte &* count..<(byte &+ 1) &* count {
        values[place] = bytes[index]
        place &+= size
      }
    }
    return values
  }

  /// Puts a chunk's rows into their places; chunks reach beyond the edges of the data set.
  private func copy(_ values: [UInt8], to target: inout [UInt8], corner: [Int]) {
    let last = shape.count - 1
    let rowBytes = min(chunk[last], shape[last] - corner[last]) * valueBytes
    var index = [Int](repeating: 0, count: shape.count)
    while true {
      var (from, to) = (0, 0)
      for dimension in 0...last {
        from = from * chunk[dimension] + index[dimension]
        to = to * shape[dimension] + corner[dimension] + index[dimension]
      }
      let (source, place) = (from * valueBytes, to * valueBytes)
      for byte in 0..<rowBytes { target[place &+ byte] = values[source &+ byte] }
      var dimension = last - 1
      while dimension >= 0 {
        index[dimension] += 1
        if index[dimension] < min(chunk[dimension], shape[dimension] - corner[dimension]) { break }
        index[dimension] = 0
        dimension -= 1
      }
      if dimension < 0 { return }
    }
  }
}
