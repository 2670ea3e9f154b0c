// The door: a PyTorch checkpoint's bytes → plain values and tensors.

import Foundation

/// What `torch.save` wrote, read without executing anything.
///
/// Format: a ZIP archive of stored members in one folder: `data.pkl` (a pickle), `data/<key>` (the bytes of each
/// storage), `version`, in later versions `byteorder`. Source: pytorch `torch/serialization.py`.
public struct TorchCheckpoint: Sendable {
  public let contents: PickleValue

  /// Torch before 1.6, or `_use_new_zipfile_serialization=False`: a pickled number of ten bytes comes first.
  private static let legacyMark: [UInt8] = [
    0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]
  private static let byteOrderSize = 16

  /// Whether the bytes begin as a file of `torch.save` does, of any version.
  public static func isMarked(_ data: Data) -> Bool {
    data.starts(with: StoredArchive.mark) || data.starts(with: legacyMark) || data.starts(with: [0x80])
  }

  /// - Throws: `TorchCheckpointError`; its message says what was found and, where it can be mended, how.
  public init(_ data: Data) throws(TorchCheckpointError) {
    guard data.starts(with: StoredArchive.mark) else { throw Self.notAnArchive(data) }
    let archive = try StoredArchive(data)
    let pickles = archive.members.keys.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
    guard let name = pickles.first, pickles.count == 1, name.filter({ $0 == "/" }).count <= 1,
      let pickle = archive.members[name]
    else {
      throw TorchCheckpointError(
        .unknownFormat, "a ZIP archive with \(pickles.count) members data.pkl; a file of torch.save has one")
    }
    let folder = String(name.dropLast("data.pkl".count))
    guard archive.members["\(folder)constants.pkl"] == nil else {
      throw TorchCheckpointError(
        .torchScript, "a TorchScript program (torch.jit.save), not a checkpoint; save the model with AtomAI instead")
    }
    if let order = archive.members["\(folder)byteorder"], order.bytes.count <= Self.byteOrderSize {
      let text = String(decoding: try order.checked(), as: UTF8.self)
      guard text.hasPrefix("little") else {
        throw TorchCheckpointError(.byteOrder, "saved in byte order \"\(text)\"; \"little\" is read")
      }
    }
    var machine = try PickleMachine(pickle: pickle.checked(), archive: archive, folder: folder)
    contents = try machine.run()
  }

  private static func notAnArchive(_ data: Data) -> TorchCheckpointError {
    let advice =
      "load it with a current torch and save it again: torch.save(torch.load(FILE, weights_only=False), OUT) "
      + "on a computer where you trust the file"
    if data.starts(with: legacyMark) {
      return TorchCheckpointError(
        .legacyFormat, "in torch's format from before version 1.6, which is not read; \(advice)")
    }
    if data.starts(with: [0x80]) {
      return TorchCheckpointError(.unknownFormat, "a bare pickle, not a file of torch.save; \(advice)")
    }
    return TorchCheckpointError(.unknownFormat, "not a file of torch.save: no ZIP archive")
  }
}
