// Whose layout an HDF5 file has, by what is in it and not by its name.

/// The programs whose files are told apart.
enum HDF5Layout: Sendable {
  case nion, nionExport, velox, ncem, hyperSpy, digitalMicrograph
  case unknown

  static let mark: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// The mark stands at the start, or behind a user block of 512, 1024 or 2048 bytes.
  static func isHDF5(_ head: [UInt8]) -> Bool { base(head) != nil }

  /// Byte of the mark, which is where the file's addresses count from.
  static func base(_ head: [UInt8]) -> Int? {
    [0, 512, 1024, 2048].first { head.count >= $0 + mark.count && head[$0...].starts(with: mark) }
  }

  static func of(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> HDF5Layout {
    try HDF5Library.withRoot(of: file, limits: limits) { root throws(DecodeFailure) in
      try layout(root, fileExtension: file.path.extension?.lowercased() ?? "")
    }
  }

  private static func layout(_ root: HDF5Object, fileExtension: String) throws(DecodeFailure) -> HDF5Layout {
    let names = Set(try root.childNames())
    if names.contains("Version"), names.contains("Data"), try VeloxReader.isVelox(root) { return .velox }
    if names.contains("Data"), try root.descendant("Data", "Image") != nil { return .velox }
    if try root.text("file_format")?.lowercased() == "hyperspy" || names.contains("Experiments") { return .hyperSpy }
    if names.contains("ImageList") { return .digitalMicrograph }
    if let data = try root.child("data") {
      // Before its description is written only the name tells that a file is Nion Swift's.
      if data.kind == .dataset,
        try data.attribute("properties", maximumBytes: root.limits.jsonBytes) != nil || fileExtension == "h5"
      {
        return .nion
      }
      if names.contains("index"), try root.child("index")?.kind == .group { return .nionExport }
    }
    var isNCEM = false
    try root.forEachGroup { group throws(DecodeFailure) in
      if try group.attribute("emd_group_type") != nil { isNCEM = true }
    }
    return isNCEM ? .ncem : .unknown
  }
}
