// Tensors as arrays of Float, both ways, and the file's bytes.

import Foundation
import StrictJSON

extension SafetensorsFile {
  /// A tensor of floating-point or small integer type as Float.
  /// - Parameter shape: when given, any other shape is refused.
  public func floats(_ name: String, shape: [Int]? = nil) throws(SafetensorsError) -> [Float] {
    guard let tensor = tensors[name] else { throw SafetensorsError(.missingTensor, "tensor \"\(name)\" is missing") }
    if let shape, shape != tensor.shape {
      throw SafetensorsError(.wrongShape, "tensor \"\(name)\" has shape \(tensor.shape); \(shape) is needed")
    }
    let values = try Self.decode(tensor, name)
    guard values.allSatisfy(\.isFinite) else {
      throw SafetensorsError(.notFinite, "tensor \"\(name)\" holds a number that is not finite")
    }
    return values
  }

  private static func decode(_ tensor: Tensor, _ name: String) throws(SafetensorsError) -> [Float] {
    let bytes = [UInt8](tensor.bytes)
    func words<Word: FixedWidthInteger>(_ type: Word.Type) -> [Word] {
      let size = MemoryLayout<Word>.size
      return (0..<tensor.count).map { index in
        (0..<size).reduce(Word.zero) { $0 | Word(truncatingIfNeeded: bytes[index * size + $1]) << (8 * $1) }
      }
    }
    switch tensor.type {
    case .f64: return words(UInt64.self).map { Float(Double(bitPattern: $0)) }
    case .f32: return words(UInt32.self).map(Float.init(bitPattern:))
    case .f16: return words(UInt16.self).map(Self.half)
    case .bf16: return words(UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
    case .u8, .bool: return words(UInt8.self).map(Float.init)
    case .i8: return words(UInt8.self).map { Float(Int8(bitPattern: $0)) }
    case .i16, .i32, .i64:
      throw SafetensorsError(.wrongType, "tensor \"\(name)\" is of type \(tensor.type.rawValue); F32 is needed")
    }
  }

  /// IEEE 754 half precision, by its bits.
  static func half(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10) & 0x1F
    let fraction = Float(bits & 0x3FF)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 0x1F: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * (1 + fraction * 0x1p-10) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }

  /// Nearest half-precision bits of a value (ties to even), saturating at ±65504.
  static func halfBits(_ value: Float) -> UInt16 {
    let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
    let magnitude = min(abs(value), 65504)
    guard magnitude >= 0x1p-14 else {
      return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
    }
    let exponent = Int(magnitude.exponent)
    let fraction = ((magnitude / Float(sign: .plus, exponent: exponent, significand: 1) - 1) * 1024)
      .rounded(.toNearestOrEven)
    let bits = UInt16(exponent + 15) << 10 + UInt16(fraction)  // a fraction of 1024 carries into the exponent
    return sign | min(bits, 0x7BFF)
  }

  public mutating func set(_ name: String, shape: [Int], floats: [Float]) {
    var bytes = Data(capacity: floats.count * 4)
    for value in floats { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    tensors[name] = Tensor(type: .f32, shape: shape, bytes: bytes)
  }

  /// Stored in half precision: for data whose noise is far above 1/2048 of their size.
  public mutating func set(_ name: String, shape: [Int], halves values: [Float]) {
    var bytes = Data(capacity: values.count * 2)
    for value in values { withUnsafeBytes(of: Self.halfBits(value).littleEndian) { bytes.append(contentsOf: $0) } }
    tensors[name] = Tensor(type: .f16, shape: shape, bytes: bytes)
  }

  public mutating func setMetadata(_ name: String, _ text: String) { metadata[name] = text }

  /// The file. Equal contents give equal bytes: tensors and metadata stand in the order of their names.
  public var data: Data {
    var header: [JSONValue.Member] = []
    if !metadata.isEmpty {
      let members = metadata.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
      header.append(.init("__metadata__", .object(members)))
    }
    var body = Data()
    for (name, tensor) in tensors.sorted(by: { ($1.value.type.size, $0.key) < ($0.value.type.size, $1.key) }) {
      let value: JSONValue = [
        "dtype": .string(tensor.type.rawValue), "shape": JSONValue(tensor.shape),
        "data_offsets": JSONValue([body.count, body.count + tensor.bytes.count]),
      ]
      header.append(.init(name, value))
      body.append(tensor.bytes)
    }
    var text = Data(JSONValue.object(header).text.utf8)
    text.append(Data(repeating: 0x20, count: (8 - text.count % 8) % 8))
    var file = Data()
    withUnsafeBytes(of: UInt64(text.count).littleEndian) { file.append(contentsOf: $0) }
    file.append(text)
    file.append(body)
    return file
  }
}
