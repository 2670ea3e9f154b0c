// Named tensors in one file: 8-byte header length, JSON header, data. The header is checked as hostile input.

import Foundation
import StrictJSON

/// A safetensors file in memory (format: huggingface/safetensors, README "Format").
public struct SafetensorsFile: Sendable {
  public enum ElementType: String, Sendable {
    case f64 = "F64", f32 = "F32", f16 = "F16", bf16 = "BF16", i64 = "I64", i32 = "I32", i16 = "I16", i8 = "I8"
    case u8 = "U8", bool = "BOOL"

    var size: Int {
      switch self {
      case .f64, .i64: 8
      case .f32, .i32: 4
      case .f16, .bf16, .i16: 2
      case .i8, .u8, .bool: 1
      }
    }
  }

  public struct Tensor: Sendable {
    public var type: ElementType
    public var shape: [Int]
    var bytes: Data
    public var count: Int { shape.reduce(1, *) }
  }

  /// The `__metadata__` of the header: text by name.
  public internal(set) var metadata: [String: String] = [:]
  public internal(set) var tensors: [String: Tensor] = [:]

  /// The reference implementation's limit.
  static let largestHeader = 100_000_000
  /// Bundles of this project are a few MB; networks of this family stay far below.
  public static let largestFile = 1 << 30

  public init() {}

  /// The bytes of a file, after a look at its size.
  public static func read(_ path: String) throws(SafetensorsError) -> Data {
    do {
      let size = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
      guard size <= largestFile else {
        throw SafetensorsError(.tooLarge, "\(size) bytes; a model has at most \(largestFile)")
      }
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch let error as SafetensorsError {
      throw error
    } catch {
      throw SafetensorsError(.unreadable, "cannot be read (\(error.localizedDescription))")
    }
  }

  public init(contentsOf path: String) throws(SafetensorsError) { try self.init(Self.read(path)) }

  public init(_ data: Data) throws(SafetensorsError) {
    guard data.count >= 8 else {
      throw SafetensorsError(.truncatedHeader, "not a safetensors file: shorter than 8 bytes")
    }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= Self.largestHeader else {
      throw SafetensorsError(.headerTooLarge, "not a safetensors file: a header of \(length) bytes is declared")
    }
    guard data.count - 8 >= Int(length) else {
      throw SafetensorsError(
        .truncatedHeader, "the file ends inside its header: \(length) bytes declared, \(data.count - 8) present")
    }
    let headerRange = data.startIndex + 8..<data.startIndex + 8 + Int(length)
    let header: JSONValue
    do { header = try JSONValue.parse(data[headerRange], maximumDepth: 8) } catch {
      throw SafetensorsError(.headerNotJSON, "the header is \(error)")
    }
    guard let members = header.members else { throw SafetensorsError(.headerNotObject, "the header is no JSON object") }
    let body = data[headerRange.upperBound...]
    var spans: [(Range<Int>, String)] = []
    for member in members {
      if member.name == "__metadata__" {
        try readMetadata(member.value)
      } else {
        guard tensors[member.name] == nil else {
          throw SafetensorsError(.duplicateName, "tensor \"\(member.name)\" stands twice in the header")
        }
        let (tensor, span) = try Self.tensor(member, body: body)
        tensors[member.name] = tensor
        spans.append((span, member.name))
      }
    }
    try Self.checkCoverage(spans, bodyCount: body.count)
  }

  private mutating func readMetadata(_ value: JSONValue) throws(SafetensorsError) {
    guard let members = value.members else {
      throw SafetensorsError(.metadataNotText, "__metadata__ is no JSON object")
    }
    for member in members {
      guard let text = member.value.string else {
        throw SafetensorsError(.metadataNotText, "__metadata__ \"\(member.name)\" is not text")
      }
      metadata[member.name] = text
    }
  }

  private static func tensor(_ member: JSONValue.Member, body: Data) throws(SafetensorsError) -> (Tensor, Range<Int>) {
    let (name, value) = (member.name, member.value)
    guard value.members != nil else { throw SafetensorsError(.tensorNotObject, "tensor \"\(name)\" is no object") }
    guard let type = value["dtype"]?.string.flatMap(ElementType.init(rawValue:)) else {
      throw SafetensorsError(.unknownType, "tensor \"\(name)\" has an unknown dtype")
    }
    guard let sizes = value["shape"]?.array, sizes.count <= 8 else {
      throw SafetensorsError(.badShape, "tensor \"\(name)\" has no shape of at most 8 dimensions")
    }
    var shape: [Int] = []
    var bytes = type.size
    for size in sizes {
      guard let size = size.int, size >= 0 else {
        throw SafetensorsError(.badShape, "tensor \"\(name)\" has a shape that is not whole numbers")
      }
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      guard !overflow else { throw SafetensorsError(.badShape, "tensor \"\(name)\": its size overflows") }
      bytes = product
      shape.append(size)
    }
    guard let offsets = value["data_offsets"]?.array, offsets.count == 2, let start = offsets[0].int,
      let end = offsets[1].int, start >= 0, start <= end, end <= body.count
    else {
      throw SafetensorsError(.badOffsets, "tensor \"\(name)\": data_offsets lie outside the file's \(body.count) bytes")
    }
    guard end - start == bytes else {
      throw SafetensorsError(
        .sizeMismatch, "tensor \"\(name)\": shape needs \(bytes) bytes, data_offsets give \(end - start)")
    }
    return (
      Tensor(type: type, shape: shape, bytes: body[body.startIndex + start..<body.startIndex + end]), start..<end
    )
  }

  /// Tensors must cover the body exactly once, as the format demands.
  private static func checkCoverage(_ spans: [(Range<Int>, String)], bodyCount: Int) throws(SafetensorsError) {
    var next = 0
    for (span, name) in spans.sorted(by: { ($0.0.lowerBound, $0.0.upperBound) < ($1.0.lowerBound, $1.0.upperBound) }) {
      guard span.lowerBound >= next else {
        throw SafetensorsError(.overlap, "tensor \"\(name)\" shares bytes with another one")
      }
      guard span.lowerBound == next else {
        throw SafetensorsError(.gap, "bytes \(next) to \(span.lowerBound) belong to no tensor")
      }
      next = span.upperBound
    }
    guard next == bodyCount else {
      throw SafetensorsError(.gap, "bytes \(next) to \(bodyCount) belong to no tensor")
    }
  }
}
