import Foundation
import NeuralNetworks
import Testing

@Suite("Safetensors files")
struct SafetensorsTests {
  static func file(_ header: String, body: Int = 0, declared: UInt64? = nil) -> Data {
    var data = Data()
    withUnsafeBytes(of: (declared ?? UInt64(header.utf8.count)).littleEndian) { data.append(contentsOf: $0) }
    return data + Data(header.utf8) + Data(repeating: 0, count: body)
  }

  static func tensor(_ dtype: String = "F32", _ shape: String = "[2]", _ offsets: String = "[0,8]") -> String {
    "{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
  }

  static let bad: [(SafetensorsError.Code, Data)] = [
    (.truncatedHeader, Data([1, 2, 3])),
    (.truncatedHeader, file("{}", declared: 50)),
    (.headerTooLarge, file("{}", declared: 1 << 62)),
    (.headerNotJSON, file("{\"a\":")),
    (.headerNotJSON, file(String(repeating: "[", count: 5000))),
    (.headerNotObject, file("[]")),
    (.metadataNotText, file("{\"__metadata__\":{\"a\":1}}")),
    (.tensorNotObject, file("{\"a\":1}")),
    (.unknownType, file("{\"a\":\(tensor("F33"))}", body: 8)),
    (.badShape, file("{\"a\":\(tensor("F32", "[-1]"))}", body: 8)),
    (.badShape, file("{\"a\":\(tensor("F32", "[4611686018427387904,4]"))}", body: 8)),
    (.badOffsets, file("{\"a\":\(tensor("F32", "[2]", "[0,16]"))}", body: 8)),
    (.badOffsets, file("{\"a\":\(tensor("F32", "[2]", "[8,0]"))}", body: 8)),
    (.sizeMismatch, file("{\"a\":\(tensor("F32", "[3]"))}", body: 8)),
    (.overlap, file("{\"a\":\(tensor()),\"b\":\(tensor())}", body: 8)),
    (.gap, file("{\"a\":\(tensor())}", body: 16)),
    (.gap, file("{\"a\":\(tensor("F32", "[2]", "[4,12]"))}", body: 12)),
    (.duplicateName, file("{\"a\":\(tensor()),\"a\":\(tensor("F32", "[2]", "[8,16]"))}", body: 16)),
  ]

  @Test("every way to be bad has its name", arguments: bad.indices)
  func refused(index: Int) {
    let (code, data) = Self.bad[index]
    #expect { try SafetensorsFile(data) } throws: { ($0 as? SafetensorsError)?.code == code }
  }

  @Test("values, shapes and metadata come back, and the same contents give the same bytes")
  func roundTrip() throws {
    var file = SafetensorsFile()
    file.setMetadata("note", "ü")
    file.set("b", shape: [2, 2], floats: [1, -2.5, 3e-9, 65504])
    file.set("a", shape: [3], halves: [0.1, -1, 6e-8])
    let read = try SafetensorsFile(file.data)
    #expect(try read.floats("b", shape: [2, 2]) == [1, -2.5, 3e-9, 65504])
    // 0.1 in IEEE half precision is 0x2E66 = 0.0999755859375; 6e-8 is the smallest subnormal 2^-24.
    #expect(try read.floats("a") == [0.0999755859375, -1, 0x1p-24])
    #expect(read.metadata == ["note": "ü"])
    #expect(read.data == file.data)
    #expect(throws: SafetensorsError.self) { try read.floats("b", shape: [4]) }
    #expect(throws: SafetensorsError.self) { try read.floats("c") }
  }

  @Test("a number that is not finite is refused by name")
  func notFinite() throws {
    var file = SafetensorsFile()
    file.set("w", shape: [1], floats: [.nan])
    #expect { try SafetensorsFile(file.data).floats("w") } throws: { ($0 as? SafetensorsError)?.code == .notFinite }
  }

  @Test("every truncation of a good file is refused")
  func truncations() throws {
    var file = SafetensorsFile()
    file.set("w", shape: [4], floats: [1, 2, 3, 4])
    let data = file.data
    for length in 0..<data.count { #expect(throws: SafetensorsError.self) { try SafetensorsFile(data.prefix(length)) } }
  }
}
