// Nion Swift's HDF5 files: large items of its library, `.h5`, and the export, `.nhdf`.

import Microscopy
import StrictJSON

/// `.h5`: library items above 16 MiB, held open and written in place while Nion Swift runs.
enum NionHDF5: FormatReader {
  static let format = "nion-h5"
  static let fileExtensions = ["h5"]

  static func recognises(_ candidate: FileCandidate) -> Bool { candidate.hdf5 == .nion }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    try HDF5Library.withRoot(of: file, limits: limits) { root throws(DecodeFailure) in
      guard let data = try root.child("data") else { throw .incomplete("it holds no data yet") }
      return try NionHDF5Item.read(data, name: file.path.stem ?? "", isLibraryItem: true)
    }
  }
}

/// `.nhdf`: File > Export, any number of items in one file.
enum NionNHDF: FormatReader {
  static let format = "nion-nhdf"
  static let fileExtensions = ["nhdf"]

  static func recognises(_ candidate: FileCandidate) -> Bool { candidate.hdf5 == .nionExport }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    try HDF5Library.withRoot(of: file, limits: limits) { root throws(DecodeFailure) in
      guard let group = try root.child("data") else { throw .incomplete("it holds no data yet") }
      var decoded = DecodedFile(signals: [])
      for name in try group.childNames().sorted(by: HDF5Names.precede) {
        guard let item = try group.child(name), item.kind == .dataset else { continue }
        guard decoded.signals.count < limits.signals else {
          throw .rejected("it holds more than \(limits.signals) data items")
        }
        let one = try NionHDF5Item.read(item, name: file.path.stem ?? "", isLibraryItem: false)
        decoded.signals += one.signals
        decoded.incompleteReason = decoded.incompleteReason ?? one.incompleteReason
      }
      guard !decoded.signals.isEmpty else { throw .incomplete("it holds no data items yet") }
      return decoded
    }
  }
}

/// A data set with its description in the attribute `properties`.
private enum NionHDF5Item {
  static func read(
    _ item: HDF5Object, name: String, isLibraryItem: Bool
  ) throws(DecodeFailure) -> DecodedFile {
    guard let data = try HDF5Dataset(item) else { throw .rejected("its data are no array of numbers") }
    guard !data.shape.contains(0) else { throw .incomplete("its data are still empty: Nion Swift fills them later") }
    let properties = try item.attribute("properties", maximumBytes: item.limits.jsonBytes)
    guard let text = properties?.text else {
      throw .incomplete("it has no properties yet: Nion Swift has not finished it")
    }
    let description: NionDescription
    do {
      description = NionDescription(json: try JSONValue.parse(Array(text.utf8), maximumDepth: item.limits.jsonDepth))
    } catch {
      throw .rejected("its properties are \(error)")
    }
    let (pixels, missing) = try data.pixels()
    let (signal, reason) = try description.signal(pixels, fallbackName: name)
    let placeholder =
      isLibraryItem && description.isPlaceholder
      ? "its metadata are empty: a placeholder that Nion Swift fills when the acquisition ends" : nil
    return DecodedFile(signals: [signal], incompleteReason: missing ?? placeholder ?? reason)
  }
}

/// Names of entries that are numbers come in the order of the numbers.
enum HDF5Names {
  static func precede(_ first: String, _ second: String) -> Bool {
    func number(_ name: String) -> Int? { Int(name.filter { !"[]".contains($0) }) }
    if let one = number(first), let two = number(second) { return one < two }
    return first < second
  }
}
