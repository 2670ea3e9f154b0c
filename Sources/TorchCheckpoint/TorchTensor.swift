// A tensor as a view of a stored member: shape and strides, checked against the member before any value is read.

import Foundation

/// A tensor of a checkpoint. Values are read when asked for.
public struct TorchTensor: Sendable {
  public let shape: [Int]
  private let strides: [Int]
  private let offset: Int
  private let storage: TorchStorage

  public var count: Int { shape.reduce(1, *) }
  public var isFloatingPoint: Bool { storage.type.isFloatingPoint }

  /// Torch allows more dimensions; no layer of a network has more than five.
  private static let mostDimensions = 8

  /// - Throws: `badTensor` or `tensorBeyondStorage` for a view that is not wholly inside its storage, or that holds
  ///   more values than it (a small file would swell).
  init(storage: TorchStorage, offset: Int, shape: [Int], strides: [Int]) throws(TorchCheckpointError) {
    let place = "a tensor of shape \(shape) and strides \(strides) at offset \(offset)"
    guard shape.count == strides.count, shape.count <= Self.mostDimensions, offset >= 0,
      (shape + strides).allSatisfy({ $0 >= 0 })
    else { throw TorchCheckpointError(.badTensor, "\(place) is none") }
    var (count, last, isTooLarge) = (1, offset, false)
    for (size, stride) in zip(shape, strides) {
      let reach = max(0, size - 1).multipliedReportingOverflow(by: stride)
      let end = last.addingReportingOverflow(reach.partialValue)
      let product = count.multipliedReportingOverflow(by: size)
      isTooLarge = isTooLarge || reach.overflow || end.overflow || product.overflow
      (last, count) = (end.partialValue, product.partialValue)
    }
    guard !isTooLarge, count == 0 || (last < storage.count && count <= storage.count) else {
      throw TorchCheckpointError(
        .tensorBeyondStorage, "\(place) does not fit its storage \"\(storage.key)\" of \(storage.count) values")
    }
    self.shape = shape
    self.strides = strides
    self.offset = offset
    self.storage = storage
  }

  /// The values in row-major order.
  /// - Throws: `damagedMember` when the storage fails its checksum.
  public func floats() throws(TorchCheckpointError) -> [Float] {
    let bytes = [UInt8](try storage.member.checked())
    let (type, size) = (storage.type, storage.type.size)
    var result: [Float] = []
    let count = count
    result.reserveCapacity(count)
    var index = [Int](repeating: 0, count: shape.count)
    var position = offset
    for _ in 0..<count {
      var bits: UInt64 = 0
      for byte in 0..<size { bits |= UInt64(bytes[position * size + byte]) << UInt64(8 * byte) }
      result.append(Float(type.value(bits)))
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        position += strides[axis]
        if index[axis] < shape[axis] { break }
        position -= strides[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}

/// One array of a checkpoint, which tensors are views of.
struct TorchStorage: Sendable {
  let key: String
  let type: ScalarType
  /// Values.
  let count: Int
  let member: StoredArchive.Member

  /// Keys are numbers in every version of torch; the limit only keeps messages short.
  private static let longestKey = 32

  /// - Throws: `badStorage` for a key that is no plain name, or a count that is not the member's.
  init(key: String, type: ScalarType, count: Int, folder: String, archive: StoredArchive) throws(TorchCheckpointError) {
    guard (1...Self.longestKey).contains(key.utf8.count),
      key.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x5F })
    else {
      throw TorchCheckpointError(
        .badStorage, "storage key \"\(key.prefix(Self.longestKey))\" is not of letters, digits and underscores")
    }
    guard let member = archive.members["\(folder)data/\(key)"] else {
      throw TorchCheckpointError(.missingMember, "its storage \"\(key)\" is not in the archive")
    }
    guard count >= 0, count <= member.bytes.count / type.size, count * type.size == member.bytes.count else {
      throw TorchCheckpointError(
        .badStorage,
        "storage \"\(key)\" is said to hold \(count) values of \(type.size) bytes; it has \(member.bytes.count) bytes")
    }
    self.key = key
    self.type = type
    self.count = count
    self.member = member
  }
}
