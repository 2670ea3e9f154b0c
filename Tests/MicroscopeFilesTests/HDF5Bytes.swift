// HDF5 files built byte by byte from the file format specification (version 3.0), independently of libhdf5.

/// A file with a superblock of version 0, object headers of version 1 and compact links.
struct HDF5Bytes {
  enum Value {
    /// Stored with a fixed length.
    case text(String)
    case number(Double)
    case integer(Int64)
  }

  indirect enum Node {
    case group([(String, Node)], attributes: [(String, Value)] = [])
    case dataset(Dataset)
    case soft(String)
    case external(file: String, path: String)
  }

  enum Kind { case uint8, uint16, int64, float, double, text(Int) }

  struct Dataset {
    var kind: Kind
    var shape: [Int]
    var data: [UInt8]
    /// One chunk for each row of the first dimension, packed by these filters; nil for contiguous data.
    var filters: [UInt16]?
    var attributes: [(String, Value)] = []
    /// A file that is said to hold the values.
    var externalFile: String?
    /// Chunks that are left out.
    var missingChunks: Set<Int> = []
    /// The values' place is not allocated.
    var isUnallocated = false
  }

  private var out: [UInt8] = []
  private static let undefined = Bytes.of(UInt64.max)

  static func file(_ root: [(String, Node)], attributes: [(String, Value)] = []) -> [UInt8] {
    var builder = HDF5Bytes()
    builder.out = [UInt8](repeating: 0, count: 96)
    let address = builder.write(.group(root, attributes: attributes))
    var head: [UInt8] = [
      0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0,
    ]
    head += Bytes.of(UInt64(0)) + undefined + Bytes.of(UInt64(builder.out.count)) + undefined
    head += Bytes.of(UInt64(0)) + Bytes.of(UInt64(address)) + [UInt8](repeating: 0, count: 24)
    builder.out.replaceSubrange(0..<96, with: head)
    return builder.out
  }

  private static func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
  }

  private mutating func append(_ bytes: [UInt8]) -> Int {
    out = Self.padded(out)
    out += bytes
    out = Self.padded(out)
    return out.count - Self.padded(bytes).count
  }

  /// An object header of version 1 around its messages.
  private mutating func object(_ messages: [(UInt16, [UInt8])]) -> Int {
    let body = messages.flatMap { type, data -> [UInt8] in
      let data = Self.padded(data)
      return Bytes.of(type) + Bytes.of(UInt16(data.count)) + [0, 0, 0, 0] + data
    }
    return append(
      [1, 0] + Bytes.of(UInt16(messages.count)) + Bytes.of(UInt32(1)) + Bytes.of(UInt32(body.count)) + [0, 0, 0, 0]
        + body)
  }

  private mutating func write(_ node: Node) -> Int {
    switch node {
    case .group(let children, let attributes):
      var messages: [(UInt16, [UInt8])] = [(2, [0, 0] + Self.undefined + Self.undefined)]
      for (name, child) in children { messages.append((6, link(name, child))) }
      return object(messages + attributes.map { (12, Self.attribute($0.0, $0.1)) })
    case .dataset(let dataset): return write(dataset)
    case .soft, .external: return 0
    }
  }

  private mutating func link(_ name: String, _ child: Node) -> [UInt8] {
    let named = [UInt8(name.utf8.count)] + Array(name.utf8)
    switch child {
    case .soft(let path): return [1, 8, 1] + named + Bytes.of(UInt16(path.utf8.count)) + Array(path.utf8)
    case .external(let file, let path):
      let value = [0] + Array(file.utf8) + [0] + Array(path.utf8) + [0]
      return [1, 8, 64] + named + Bytes.of(UInt16(value.count)) + value
    default: return [1, 0] + named + Bytes.of(UInt64(write(child)))
    }
  }

  private static func type(_ kind: Kind) -> [UInt8] {
    func integer(_ bytes: UInt8, signed: UInt8) -> [UInt8] {
      [0x10, signed, 0, 0] + Bytes.of(UInt32(bytes)) + [0, 0, 8 * bytes, 0]
    }
    switch kind {
    case .uint8: return integer(1, signed: 0)
    case .uint16: return integer(2, signed: 0)
    case .int64: return integer(8, signed: 8)
    case .float: return [0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23] + Bytes.of(UInt32(127))
    case .double: return [0x11, 0x20, 63, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52] + Bytes.of(UInt32(1023))
    case .text(let length): return [0x13, 0x10, 0, 0] + Bytes.of(UInt32(length))
    }
  }

  private static func size(_ kind: Kind) -> Int { Int(type(kind)[4]) | Int(type(kind)[5]) << 8 }

  private static func space(_ shape: [Int]) -> [UInt8] {
    [1, UInt8(shape.count), 0, 0, 0, 0, 0, 0] + shape.flatMap { Bytes.of(UInt64($0)) }
  }

  private static func attribute(_ name: String, _ value: Value) -> [UInt8] {
    let (kind, data): (Kind, [UInt8]) =
      switch value {
      case .text(let text): (.text(text.utf8.count + 1), Array(text.utf8) + [0])
      case .number(let number): (.double, Bytes.of(number))
      case .integer(let number): (.int64, Bytes.of(number))
      }
    let (type, space) = (type(kind), space([]))
    return [1, 0] + Bytes.of(UInt16(name.utf8.count + 1)) + Bytes.of(UInt16(type.count)) + Bytes.of(UInt16(space.count))
      + padded(Array(name.utf8) + [0]) + padded(type) + padded(space) + data
  }

  private mutating func write(_ dataset: Dataset) -> Int {
    var messages: [(UInt16, [UInt8])] = [
      (1, Self.space(dataset.shape)), (3, Self.type(dataset.kind)), (5, [2, 2, 2, 0]),
    ]
    if let filters = dataset.filters {
      if !filters.isEmpty {
        let pipeline = filters.flatMap { id -> [UInt8] in
          // The one value of each filter: level, or bytes of a value.
          let value = UInt32(id == 2 ? Self.size(dataset.kind) : 1)
          return Bytes.of(id) + [0, 0, 0, 0, 1, 0] + Bytes.of(value) + [0, 0, 0, 0]
        }
        messages.append((11, [1, UInt8(filters.count), 0, 0, 0, 0, 0, 0] + pipeline))
      }
      messages.append((8, chunked(dataset, filters)))
    } else {
      let place = dataset.isUnallocated || dataset.externalFile != nil ? -1 : append(dataset.data)
      messages.append((8, [3, 1] + Bytes.of(Int64(place)) + Bytes.of(UInt64(dataset.data.count))))
    }
    if let file = dataset.externalFile { messages.append((7, external(file, bytes: dataset.data.count))) }
    return object(messages + dataset.attributes.map { (12, Self.attribute($0.0, $0.1)) })
  }

  private mutating func external(_ file: String, bytes: Int) -> [UInt8] {
    let names = append(Self.padded([0, 0, 0, 0, 0, 0, 0, 0] + Array(file.utf8) + [0]))
    let length = out.count - names
    let heap = append(
      Array("HEAP".utf8) + [0, 0, 0, 0] + Bytes.of(UInt64(length)) + Bytes.of(UInt64(1)) + Bytes.of(UInt64(names)))
    return [1, 0, 0, 0, 1, 0, 1, 0] + Bytes.of(UInt64(heap)) + Bytes.of(UInt64(8)) + Bytes.of(UInt64(0))
      + Bytes.of(UInt64(bytes))
  }

  /// One chunk for each index of the first dimension, found through a B-tree of one node.
  private mutating func chunked(_ dataset: Dataset, _ filters: [UInt16]) -> [UInt8] {
    let rows = dataset.shape[0]
    let rowBytes = dataset.data.count / rows
    var entries: [UInt8] = []
    var count = 0
    func key(_ bytes: Int, _ row: Int) -> [UInt8] {
      Bytes.of(UInt32(bytes)) + [0, 0, 0, 0] + Bytes.of(UInt64(row))
        + [UInt8](repeating: 0, count: 8 * dataset.shape.count)
    }
    for row in 0..<rows where !dataset.missingChunks.contains(row) {
      var chunk = Array(dataset.data[row * rowBytes..<(row + 1) * rowBytes])
      for filter in filters {
        if filter == 1 { chunk = ZlibBytes.stored(chunk) }
        if filter == 2 { chunk = Self.shuffled(chunk, size: Self.size(dataset.kind)) }
      }
      entries += key(chunk.count, row) + Bytes.of(UInt64(append(chunk)))
      count += 1
    }
    entries += key(0, rows)
    // A node has room for 64 chunks whatever it holds: the K of superblocks of version 0 is 32.
    let room = 65 * (16 + 8 * dataset.shape.count) + 64 * 8
    let node =
      Array("TREE".utf8) + [1, 0] + Bytes.of(UInt16(count)) + Self.undefined + Self.undefined + entries
      + [UInt8](repeating: 0, count: max(0, room - entries.count))
    let tree = append(node)
    let sizes = [1] + dataset.shape.dropFirst() + [Self.size(dataset.kind)]
    return [3, 2, UInt8(sizes.count)] + Bytes.of(UInt64(tree)) + sizes.flatMap { Bytes.of(UInt32($0)) }
  }

  private static func shuffled(_ bytes: [UInt8], size: Int) -> [UInt8] {
    (0..<size).flatMap { byte in stride(from: byte, to: bytes.count, by: size).map { bytes[$0] } }
  }
}

/// zlib streams (RFC 1950) and gzip files (RFC 1952) of stored blocks.
enum ZlibBytes {
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return [0x78, 0x01] + ZIPBytes.storedDeflate(bytes) + Bytes.of(high << 16 | low, bigEndian: true)
  }

  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + ZIPBytes.storedDeflate(bytes) + Bytes.of(ZIPBytes.crc32(bytes))
      + Bytes.of(UInt32(bytes.count))
  }
}
