// Gatan DigitalMicrograph files, DM3 and DM4: every image of the file except its thumbnails.

import Microscopy

/// DigitalMicrograph 3.
enum DigitalMicrograph3: FormatReader {
  static let format = "dm3"
  static let fileExtensions = ["dm3"]

  static func recognises(_ candidate: FileCandidate) -> Bool {
    candidate.begins(with: [0, 0, 0, 3]) && DigitalMicrograph.hasByteOrder(candidate, at: 8)
  }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    try DigitalMicrograph.read(file, version: 3, limits: limits)
  }
}

/// DigitalMicrograph 4: the same with 64-bit counts.
enum DigitalMicrograph4: FormatReader {
  static let format = "dm4"
  static let fileExtensions = ["dm4"]

  static func recognises(_ candidate: FileCandidate) -> Bool {
    candidate.begins(with: [0, 0, 0, 4]) && DigitalMicrograph.hasByteOrder(candidate, at: 12)
  }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    try DigitalMicrograph.read(file, version: 4, limits: limits)
  }
}

private enum DigitalMicrograph {
  /// MRC files may begin with the same four bytes; only DigitalMicrograph follows them by a length and a small flag.
  static func hasByteOrder(_ candidate: FileCandidate, at offset: Int) -> Bool {
    candidate.fileExtension == "dm3" || candidate.fileExtension == "dm4"
      || candidate.begins(with: [0, 0, 0], at: offset)
  }

  static func read(_ file: OpenedFile, version: Int, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    let tags = try DMTagFile(file, version: version, limits: limits)
    let thumbnails = Set((tags.root["Thumbnails"]?.children ?? []).compactMap { $0["ImageIndex"]?.int })
    let images = (tags.root["ImageList"]?.children ?? []).enumerated().filter { !thumbnails.contains($0.offset) }
    var signals: [Signal] = []
    var failure: DecodeFailure?
    for (_, image) in images where image["ImageData"]?["Data"]?.array != nil {
      guard signals.count < limits.signals else { throw .rejected("it holds more than \(limits.signals) images") }
      do throws(DecodeFailure) {
        signals.append(try DMImage(tags: image, file: tags, source: file, limits: limits).signal())
      } catch {
        failure = error
      }
    }
    guard !signals.isEmpty else { throw failure ?? .rejected("its tags are whole, but it holds no image") }
    let cut = "it ends before its closing mark: still being written, or cut short"
    return DecodedFile(signals: signals, incompleteReason: tags.isClosed ? nil : cut)
  }
}
