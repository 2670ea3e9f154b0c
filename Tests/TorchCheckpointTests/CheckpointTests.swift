import Foundation
import Testing
import TorchCheckpoint
import TorchTestKit

@Suite("PyTorch checkpoints")
struct CheckpointTests {
  private static func pickle(_ body: (inout PickleWriter) -> Void) -> [UInt8] {
    var writer = PickleWriter()
    body(&writer)
    writer.stop()
    return writer.bytes
  }

  @Test(
    "an AtomAI checkpoint gives its keys and tensors; the optimizer object is passed over", arguments: [true, false])
  func checkpoint(hasOptimizer: Bool) throws {
    var checkpoint = AtomAICheckpoint()
    checkpoint.hasOptimizer = hasOptimizer
    checkpoint.keys = [("model_type", .text("imspec")), ("in_dim", .ints([16, 16])), ("batchnorm", .bool(true))]
    checkpoint.tensors = [("a.weight", [2, 3], [1, 2, 3, 4, 5, 6]), ("b", [], [7])]
    let contents = try TorchCheckpoint(checkpoint.data).contents
    #expect(contents["model_type"]?.text == "imspec")
    #expect(contents["in_dim"]?.ints == [16, 16])
    #expect(contents["batchnorm"]?.bool == true)
    let weights = try #require(contents["weights"])
    #expect(weights.entries?.count == 2)
    let tensor = try #require(weights["a.weight"]?.tensor)
    #expect(tensor.shape == [2, 3])
    #expect(try tensor.floats() == [1, 2, 3, 4, 5, 6])
    #expect(try weights["b"]?.tensor?.floats() == [7])
    if case .skipped(let name)? = contents["optimizer"] {
      #expect(hasOptimizer && name == "torch.optim.adam.Adam")
    } else {
      #expect(!hasOptimizer)
    }
  }

  @Test("ZIP64 archives are read as the others")
  func largeArchive() throws {
    let pickle = Self.pickle { $0.tensor(key: "0", storageCount: 2, shape: [2]) }
    var archive = TorchArchive(pickle: pickle, storages: ["0": TorchArchive.bytes([1.5, -2])])
    archive.isZIP64 = true
    #expect(try TorchCheckpoint(archive.data).contents.tensor?.floats() == [1.5, -2])
  }

  @Test("strides and offsets choose the right values")
  func strides() throws {
    // A transposed 2×3 view that skips the first of seven values, worked out by hand.
    let pickle = Self.pickle { $0.tensor(key: "0", storageCount: 7, offset: 1, shape: [3, 2], strides: [1, 3]) }
    let archive = TorchArchive(pickle: pickle, storages: ["0": TorchArchive.bytes([0, 1, 2, 3, 4, 5, 6])])
    let tensor = try #require(try TorchCheckpoint(archive.data).contents.tensor)
    #expect(try tensor.floats() == [1, 4, 2, 5, 3, 6])
  }

  @Test(
    "every element type is decoded",
    arguments: [
      // Bytes from Python's struct and torch: -1.5 in each floating type, -3 in each signed one.
      ("DoubleStorage", [0, 0, 0, 0, 0, 0, 0xF8, 0xBF], Float(-1.5)), ("HalfStorage", [0x00, 0xBE], -1.5),
      ("BFloat16Storage", [0xC0, 0xBF], -1.5), ("LongStorage", [0xFD, 255, 255, 255, 255, 255, 255, 255], -3),
      ("IntStorage", [0xFD, 255, 255, 255], -3), ("ShortStorage", [0xFD, 255], -3), ("CharStorage", [0xFD], -3),
      ("ByteStorage", [0xFD], 253), ("BoolStorage", [1], 1),
    ] as [(String, [UInt8], Float)])
  func types(type: String, bytes: [UInt8], value: Float) throws {
    let pickle = Self.pickle { $0.tensor(key: "0", storageCount: 1, shape: [], type: type) }
    let tensor = try #require(
      try TorchCheckpoint(TorchArchive(pickle: pickle, storages: ["0": bytes]).data).contents.tensor)
    #expect(try tensor.floats() == [value])
    #expect(tensor.isFloatingPoint == (value == -1.5))
  }

  @Test("NumPy numbers among the keys are plain numbers")
  func numpyScalar() throws {
    // numpy.int64(10) as protocol 2 writes it.
    let pickle = Self.pickle { writer in
      writer.global("numpy._core.multiarray", "scalar")
      writer.mark()
      writer.global("numpy", "dtype")
      writer.mark()
      writer.text("i8")
      writer.bool(false)
      writer.bool(true)
      writer.tuple()
      writer.reduce()
      writer.mark()
      writer.int(3)
      writer.text("<")
      writer.none()
      writer.none()
      writer.none()
      writer.int(-1)
      writer.int(-1)
      writer.int(0)
      writer.tuple()
      writer.build()
      writer.global("_codecs", "encode")
      writer.mark()
      writer.text("\n\0\0\0\0\0\0\0")
      writer.text("latin1")
      writer.tuple()
      writer.reduce()
      writer.tuple()
      writer.reduce()
    }
    #expect(try TorchCheckpoint(TorchArchive(pickle: pickle).data).contents.int == 10)
  }

  @Test("long whole numbers keep their sign")
  func longIntegers() throws {
    for (bytes, value) in [([], 0), ([0xFF], -1), ([0x80, 0x00], 128), ([0, 0, 0, 0x80], -2_147_483_648)]
      as [([UInt8], Int)]
    {
      let pickle = Self.pickle { $0.raw([0x8A, UInt8(bytes.count)] + bytes) }
      #expect(try TorchCheckpoint(TorchArchive(pickle: pickle).data).contents.int == value)
    }
  }

  @Test("a container filled after it was shared is seen filled")
  func sharing() throws {
    // [x, x] where x = [] is put into memo 1, shared, and given an item through the memo at the end.
    let pickle = Self.pickle { writer in
      writer.raw([0x5D, 0x71, 0, 0x28, 0x5D, 0x71, 1, 0x68, 1, 0x65])  // outer, memo 0, (inner, memo 1, inner), appends
      writer.raw([0x71, 2, 0x28, 0x68, 1, 0x4B, 5, 0x61, 0x74])  // memo 2, (inner with 5 appended): a tuple
      writer.raw([0x86])  // (outer, tuple)
    }
    guard case .tuple(let both) = try TorchCheckpoint(TorchArchive(pickle: pickle).data).contents,
      case .list(let outer) = both[0]
    else { throw TorchCheckpointTestFailure.shape }
    #expect(outer.map(\.ints) == [[5], [5]])
  }
}

enum TorchCheckpointTestFailure: Error { case shape }
