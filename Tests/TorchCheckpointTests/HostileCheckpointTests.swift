import Foundation
import Testing
import TorchCheckpoint
import TorchTestKit

/// Each case is a file that a stranger could send; it must be refused under its own name, whatever else is in it.
@Suite("Hostile checkpoints are refused by name")
struct HostileCheckpointTests {
  private func refuse(_ data: Data, _ code: TorchCheckpointError.Code, _ parts: [String]) {
    do {
      _ = try TorchCheckpoint(data)
      Issue.record("a \(code) was accepted")
    } catch {
      #expect(error.code == code, "\(error)")
      for part in parts { #expect(error.message.contains(part), "\(error)") }
      #expect(!error.message.contains("\n"))
    }
  }

  private func refuse(
    _ code: TorchCheckpointError.Code, _ parts: String...,
    storages: [String: [UInt8]] = ["0": TorchArchive.bytes([1, 2])],
    stops: Bool = true, _ body: (inout PickleWriter) -> Void
  ) {
    var writer = PickleWriter()
    body(&writer)
    if stops { writer.stop() }
    refuse(TorchArchive(pickle: writer.bytes, storages: storages).data, code, parts)
  }

  @Test(
    "globals that are not on the list",
    arguments: [
      ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("builtins", "exec"), ("__builtin__", "getattr"),
      ("subprocess", "Popen"), ("torch", "load"), ("torch.hub", "load"), ("torch.storage", "_load_from_bytes"),
      ("torch.optim.adam", "Adam.__init__"), ("collections", "OrderedDict.fromkeys"), ("runpy", "_run_code"),
      ("torch.nn.modules.conv", "ConvTranspose2d"), ("numpy", "load"), ("torch", "FloatStorage.from_file"),
    ])
  func globals(module: String, name: String) {
    refuse(.refusedGlobal, "\(module).\(name)") { writer in
      writer.global(module, name)
      writer.mark()
      writer.text("touch /tmp/hostile")
      writer.tuple()
      writer.reduce()
    }
    refuse(.refusedGlobal, "\(module).\(name)") { writer in  // STACK_GLOBAL
      writer.text(module)
      writer.text(name)
      writer.raw([0x93])
    }
  }

  @Test("known globals called in ways that no checkpoint does")
  func calls() {
    refuse(.refusedCall, "no global") { writer in
      writer.text("os.system")
      writer.emptyTuple()
      writer.reduce()
    }
    refuse(.refusedCall, "collections.defaultdict") { writer in  // a factory would be called by Python
      writer.global("collections", "defaultdict")
      writer.mark()
      writer.global("torch._utils", "_rebuild_parameter")
      writer.tuple()
      writer.reduce()
    }
    refuse(.refusedCall, "torch.optim.adam.Adam") { writer in
      writer.global("torch.optim.adam", "Adam")
      writer.emptyTuple()
      writer.reduce()
    }
    refuse(.refusedCall, "torch.FloatStorage") { writer in
      writer.global("torch", "FloatStorage")
      writer.mark()
      writer.int(1 << 30)
      writer.tuple()
      writer.reduce()
    }
    refuse(.refusedCall, "collections.OrderedDict") { writer in
      writer.global("collections", "OrderedDict")
      writer.emptyTuple()
      writer.newObject()
    }
  }

  @Test("attributes set on something that has none")
  func attributes() {
    refuse(.refusedState, "BUILD") { writer in  // a plain dictionary has no attributes
      writer.emptyDictionary()
      writer.emptyDictionary()
      writer.mark()
      writer.text("_metadata")
      writer.none()
      writer.setItems()
      writer.build()
    }
    refuse(.refusedState, "BUILD") { writer in  // an attribute other than _metadata
      writer.orderedDictionary()
      writer.emptyDictionary()
      writer.mark()
      writer.text("__class__")
      writer.none()
      writer.setItems()
      writer.build()
    }
    refuse(.refusedState, "BUILD") { writer in
      writer.global("torch._utils", "_rebuild_tensor_v2")
      writer.emptyDictionary()
      writer.build()
    }
  }

  @Test("every opcode that is not needed, by its name")
  func opcodes() {
    for (byte, name) in [
      (0x30, "POP"), (0x32, "DUP"), (0x69, "INST"), (0x6F, "OBJ"), (0x50, "PERSID"), (0x82, "EXT1"), (0x83, "EXT2"),
      (0x84, "EXT4"), (0x92, "NEWOBJ_EX"), (0x49, "INT"), (0x53, "STRING"), (0x8B, "LONG4"), (0x97, "NEXT_BUFFER"),
    ] {
      refuse(.refusedOpcode, "opcode \(name) ") { $0.raw([UInt8(byte)]) }
    }
    refuse(.unknownOpcode, "0xff") { $0.raw([0xFF]) }
    refuse(.refusedOpcode, "protocol 0") { $0.raw([0x80, 0]) }
  }

  @Test("all 256 opcodes on an empty stack end in an error, not in a crash")
  func everyOpcode() {
    for byte in UInt8.min...UInt8.max {
      for tail in [[], [UInt8](repeating: 0, count: 16), [UInt8](repeating: 0xFF, count: 16)] as [[UInt8]] {
        let data = TorchArchive(pickle: [0x80, 2, byte] + tail).data
        #expect(throws: TorchCheckpointError.self) { try TorchCheckpoint(data) }
      }
    }
  }

  @Test("memo, stack, integers and texts beyond their bounds")
  func bounds() {
    refuse(.badMemo, "4294967295") { writer in
      writer.none()
      writer.raw([0x72, 255, 255, 255, 255])
    }
    refuse(.badMemo, "memo 7") { $0.raw([0x68, 7]) }
    refuse(.stackTooDeep) { $0.raw([UInt8](repeating: 0x4E, count: 70_000)) }
    refuse(.integerTooLong, "255 bytes") { $0.raw([0x8A, 255] + [UInt8](repeating: 1, count: 255)) }
    refuse(.truncatedPickle, "4294967295 bytes") { $0.raw([0x58, 255, 255, 255, 255]) }
    refuse(.badText) { $0.raw([0x58, 1, 0, 0, 0, 0xFF]) }
    refuse(.pickleTooLarge) { $0.raw([UInt8](repeating: 0x4E, count: 5 << 20)) }
    refuse(.truncatedPickle, stops: false) { $0.none() }
    refuse(.trailingBytes) { $0.raw([0x4E, 0x2E, 0x4E]) }
    refuse(.badStack, "more than one") { $0.raw([0x4E, 0x4E]) }
    refuse(.badStack, "more values than it has made") { $0.raw([0x28, 0x86]) }
    refuse(.badStack, "APPEND") { $0.raw([0x4E, 0x4E, 0x61]) }
    refuse(.badStack, "SETITEMS") { $0.raw([0x7D, 0x28, 0x4E, 0x75]) }
  }

  @Test("containers that contain themselves, and nests a thousand deep")
  func recursion() {
    refuse(.containsItself) { $0.raw([0x5D, 0x71, 0, 0x68, 0, 0x61]) }  // x = []; x.append(x)
    refuse(.nestedTooDeep) { writer in
      for _ in 0..<50_000 { writer.raw([0x5D]) }
      for _ in 0..<49_999 { writer.raw([0x61]) }
    }
  }

  @Test("a tower of shared tuples stays small: 2^40 leaves if it were copied out")
  func sharedTower() throws {
    // x0 = []; x(n+1) = (xn, xn).
    var tower = PickleWriter()
    tower.raw([0x5D, 0x71, 0])
    for level in 0..<40 as Range<UInt8> { tower.raw([0x68, level, 0x86, 0x71, level + 1]) }
    tower.stop()
    guard case .tuple(let both) = try TorchCheckpoint(TorchArchive(pickle: tower.bytes).data).contents else {
      throw TorchCheckpointTestFailure.shape
    }
    #expect(both.count == 2)
  }

  @Test(
    "storage keys that are paths",
    arguments: ["../../etc/passwd", "/etc/passwd", "0/../1", "..", "", "a\0b", String(repeating: "9", count: 400)])
  func keys(key: String) {
    refuse(.badStorage, "storage key") { $0.tensor(key: key, storageCount: 2, shape: [2]) }
  }

  @Test("tensors and storages that are not wholly inside the file")
  func tensors() {
    refuse(.missingMember, "\"5\"") { $0.tensor(key: "5", storageCount: 2, shape: [2]) }
    refuse(.badStorage, "8 bytes") { $0.tensor(key: "0", storageCount: 3, shape: [2]) }
    refuse(.badStorage, "8 bytes") { $0.tensor(key: "0", storageCount: 1, shape: [1]) }
    refuse(.badStorage, "8 bytes") { $0.tensor(key: "0", storageCount: -2, shape: [2]) }
    refuse(.badStorage, "8 bytes") { $0.tensor(key: "0", storageCount: 2, shape: [2], type: "DoubleStorage") }
    refuse(.tensorBeyondStorage, "[3]") { $0.tensor(key: "0", storageCount: 2, shape: [3]) }
    refuse(.tensorBeyondStorage) { $0.tensor(key: "0", storageCount: 2, offset: 1, shape: [2]) }
    refuse(.tensorBeyondStorage) { $0.tensor(key: "0", storageCount: 2, shape: [2], strides: [2]) }
    refuse(.tensorBeyondStorage) {  // a small file that would swell
      $0.tensor(key: "0", storageCount: 2, shape: [65536, 65536], strides: [0, 0])
    }
    refuse(.tensorBeyondStorage) {
      let huge = [Int](repeating: Int(Int32.max), count: 4)
      $0.tensor(key: "0", storageCount: 2, shape: huge, strides: huge)
    }
    refuse(.badTensor) { $0.tensor(key: "0", storageCount: 2, offset: -1, shape: [2]) }
    refuse(.badTensor) { $0.tensor(key: "0", storageCount: 2, shape: [-1], strides: [1]) }
    refuse(.badTensor) { $0.tensor(key: "0", storageCount: 2, shape: [2], strides: [-1]) }
    refuse(.badTensor) { $0.tensor(key: "0", storageCount: 2, shape: [2], strides: [1, 1]) }
    refuse(.badTensor) {
      $0.tensor(key: "0", storageCount: 2, shape: [Int](repeating: 1, count: 30))
    }
    refuse(.refusedGlobal, "torch.ComplexFloatStorage") {
      $0.tensor(key: "0", storageCount: 1, shape: [1], type: "ComplexFloatStorage")
    }
    refuse(.badStorage, "persistent id") { writer in
      writer.text("https://example.org/model")
      writer.persistentID()
    }
  }

  private var good: TorchArchive {
    var writer = PickleWriter()
    writer.tensor(key: "0", storageCount: 2, shape: [2])
    writer.stop()
    return TorchArchive(pickle: writer.bytes, storages: ["0": TorchArchive.bytes([1, 2])])
  }

  @Test("archives that are packed, encrypted, doubled, foreign or in another byte order")
  func archives() throws {
    #expect(try TorchCheckpoint(good.data).contents.tensor?.floats() == [1, 2])
    var archive = good
    archive.method = 8
    refuse(archive.data, .packedMember, ["packed (method 8)"])
    archive = good
    archive.flags = 1
    refuse(archive.data, .packedMember, ["encrypted"])
    archive = good
    archive.members.append(("data/0", [1, 2, 3, 4, 5, 6, 7, 8]))
    refuse(archive.data, .brokenArchive, ["twice"])
    archive = good
    archive.members[1].bytes = Array("big".utf8)
    refuse(archive.data, .byteOrder, ["big"])
    archive = good
    archive.members.append(("constants.pkl", []))
    refuse(archive.data, .torchScript, ["torch.jit.save"])
    archive = good
    archive.members.removeFirst()
    refuse(archive.data, .unknownFormat, ["data.pkl"])
    refuse(Data("nothing of the kind".utf8), .unknownFormat, ["no ZIP archive"])
  }

  @Test("torch's format from before 1.6, and a bare pickle, are told by name")
  func otherFormats() {
    let magic: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
    refuse(Data(magic + [0x80, 2]), .legacyFormat, ["1.6", "torch.save"])
    refuse(Data([0x80, 4, 0x4E, 0x2E]), .unknownFormat, ["bare pickle"])
  }

  @Test("a file cut anywhere is refused")
  func truncation() {
    let data = good.data
    for count in 4..<data.count {
      #expect(throws: TorchCheckpointError.self) { try TorchCheckpoint(data.prefix(count)) }
    }
  }

  @Test("a flipped bit is refused or leaves whole values; a storage's own is found by its checksum")
  func flippedBits() throws {
    let data = good.data
    for index in data.indices {
      for bit in 0..<8 {
        var broken = data
        broken[index] ^= 1 << bit
        if let values = try? TorchCheckpoint(broken).contents.tensor?.floats() { #expect(values.count <= 2) }
      }
    }
    let place = try #require(data.range(of: Data(TorchArchive.bytes([1, 2]))))
    var broken = data
    broken[place.lowerBound] ^= 1
    #expect(throws: TorchCheckpointError.self) { try TorchCheckpoint(broken).contents.tensor?.floats() }
  }
}
