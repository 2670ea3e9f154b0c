// Files that no reader takes: formats known but not read, and files that are not what their name says.

enum UnreadFormats {
  private struct Format {
    var name: String
    var label: String
    var marks: [[UInt8]]
    var markOffset = 0
    var fileExtensions: Set<String>
  }

  private static let known: [Format] = [
    Format(
      name: "hdf5", label: "HDF5 files of this layout", marks: [HDF5Layout.mark], fileExtensions: ["nxs", "ims", "mat"]),
    Format(
      name: "emi", label: "TIA .emi files by themselves (their .ser files are)", marks: [], fileExtensions: ["emi"]),
    Format(
      name: "zip", label: "ZIP archives of other programs", marks: [[0x50, 0x4B, 3, 4]],
      fileExtensions: ["zip", "zspy"]),
  ]

  /// What becomes of a file that no reader recognises, and its format where that is known.
  static func verdict(on candidate: FileCandidate, size: Int) -> (failure: DecodeFailure, format: String?) {
    if candidate.hdf5 != nil, FormatReaders.all.contains(where: { $0.fileExtensions.contains(candidate.fileExtension) })
    {
      return (
        .rejected("it is HDF5, but nothing lies where Nion Swift, Velox, DigitalMicrograph, HyperSpy or EMD put data"),
        "hdf5"
      )
    }
    let byMark = known.first { format in
      format.marks.contains { candidate.begins(with: $0, at: format.markOffset) }
    }
    if let format = byMark ?? known.first(where: { $0.fileExtensions.contains(candidate.fileExtension) }) {
      return (.ignored("\(format.label) are not read"), format.name)
    }
    guard let reader = FormatReaders.all.first(where: { $0.fileExtensions.contains(candidate.fileExtension) }) else {
      return (.ignored("not a file format that is read"), nil)
    }
    return (misnamed(candidate, size: size), reader.format)
  }

  /// A file whose name promises a format that is read, but whose first bytes are not of it.
  private static func misnamed(_ candidate: FileCandidate, size: Int) -> DecodeFailure {
    let name = ".\(candidate.fileExtension)"
    if size < shortestHead { return .incomplete("only \(size) bytes are there: still being written, or cut short") }
    if candidate.head.allSatisfy({ $0 == 0 }) {
      return .incomplete("it begins with zeros: space set aside for a copy that is still under way")
    }
    let text = String(decoding: candidate.head.prefix(64), as: UTF8.self).lowercased()
    if text.contains("<html") || text.contains("<!doctype") {
      return .rejected("its name ends in \(name), but it is a web page: probably a failed download; fetch it again")
    }
    return .rejected("its name ends in \(name), but its first bytes are not of that format: damaged or misnamed")
  }

  /// Bytes that every format needs to show its mark.
  private static let shortestHead = 16
}
