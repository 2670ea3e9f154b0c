// Nion Swift's ZIP files: `.ndata` of its library and `.ndata1` of its export.

import StrictJSON

/// `.ndata`: the library's own storage of items up to 16 MiB, rewritten in place while the microscope is live.
enum NionNData: FormatReader {
  static let format = "nion-ndata"
  static let fileExtensions = ["ndata"]

  static func recognises(_ candidate: FileCandidate) -> Bool {
    NionArchive.isLikely(candidate) && candidate.fileExtension != "ndata1"
  }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    try NionArchive.read(file, limits: limits, isLibraryItem: true)
  }
}

/// `.ndata1`: File > Export, written once.
enum NionNData1: FormatReader {
  static let format = "nion-ndata1"
  static let fileExtensions = ["ndata1"]

  static func recognises(_ candidate: FileCandidate) -> Bool {
    NionArchive.isLikely(candidate) && candidate.fileExtension == "ndata1"
  }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    try NionArchive.read(file, limits: limits, isLibraryItem: false)
  }
}

/// What both have in common: `data.npy` and `metadata.json` in a ZIP archive.
private enum NionArchive {
  static func isLikely(_ candidate: FileCandidate) -> Bool {
    guard candidate.begins(with: [0x50, 0x4B]) else { return false }
    if ["ndata", "ndata1"].contains(candidate.fileExtension) { return true }
    return ["data.npy", "metadata.json"].contains { candidate.begins(with: Array($0.utf8), at: 30) }
  }

  static func read(
    _ file: OpenedFile, limits: FileLimits, isLibraryItem: Bool
  ) throws(DecodeFailure) -> DecodedFile {
    let archive = try ZIPArchive(file, limits: limits)
    guard let data = try archive.member("data.npy") else {
      throw .incomplete("it holds no data.npy yet: Nion Swift writes the metadata first")
    }
    let array = try archive.contents(of: data, maximumBytes: limits.pixelBytes + limits.npyHeaderBytes + 12)
    let pixels: PixelData
    do {
      pixels = try NPYReader.pixels(array, limits: limits)
    } catch {
      throw DecodeFailure(kind: error.kind, reason: "its member data.npy: \(error.reason)")
    }
    let name = file.path.stem ?? ""
    guard let metadata = try archive.member("metadata.json") else {
      return DecodedFile(
        signals: [NPYReader.plainSignal(pixels, name: name)],
        incompleteReason: "it holds no metadata.json yet: Nion Swift has not finished it")
    }
    let text = try archive.contents(of: metadata, maximumBytes: limits.jsonBytes)
    let description: NionDescription
    do {
      description = NionDescription(json: try JSONValue.parse(text, maximumDepth: limits.jsonDepth))
    } catch {
      throw .rejected("its member metadata.json is \(error)")
    }
    let (signal, reason) = try description.signal(pixels, fallbackName: name)
    guard isLibraryItem, description.isPlaceholder else {
      return DecodedFile(signals: [signal], incompleteReason: reason, isLive: isLibraryItem && description.isTemporary)
    }
    return DecodedFile(
      signals: [signal],
      incompleteReason: "its metadata are empty: a placeholder that Nion Swift fills when the acquisition ends")
  }
}
