// DigitalMicrograph 5: the tree of tags of DM3 and DM4 as HDF5 groups and attributes.

/// Reads DM5 files: every image except thumbnails, by the same rules as DM3 and DM4.
enum DigitalMicrograph5: FormatReader {
  static let format = "dm5"
  static let fileExtensions = ["dm5"]

  static func recognises(_ candidate: FileCandidate) -> Bool { candidate.hdf5 == .digitalMicrograph }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    try HDF5Library.withRoot(of: file, limits: limits) { root throws(DecodeFailure) in
      guard let list = try root.child("ImageList") else { throw .incomplete("it holds no images yet") }
      let thumbnails = try thumbnails(root)
      var decoded = DecodedFile(signals: [])
      for (index, name) in try list.childNames().sorted(by: HDF5Names.precede).enumerated() {
        guard !thumbnails.contains(index), let image = try list.child(name), image.kind == .group,
          let values = try image.descendant("ImageData", "Data"), let data = try HDF5Dataset(values)
        else { continue }
        guard decoded.signals.count < limits.signals else {
          throw .rejected("it holds more than \(limits.signals) images")
        }
        let (pixels, missing) = try data.pixels()
        let tags = DM5Tags.adding(pixels, to: try DM5Tags.folder(image, depth: 0))
        let source = DMImage(
          tags: tags, file: DMTagFile(root: tags, version: 5), source: pixels.bytes, limits: limits)
        decoded.signals.append(try source.signal())
        decoded.incompleteReason = decoded.incompleteReason ?? missing
      }
      guard !decoded.signals.isEmpty else { throw .rejected("its tags are whole, but it holds no image") }
      return decoded
    }
  }

  private static func thumbnails(_ root: HDF5Object) throws(DecodeFailure) -> Set<Int> {
    var indices: Set<Int> = []
    guard let group = try root.child("Thumbnails") else { return indices }
    for name in try group.childNames() {
      if let index = try group.child(name)?.number("ImageIndex") { indices.insert(Int(exactly: index) ?? -1) }
    }
    return indices
  }
}

/// HDF5 groups as folders of tags, attributes as their values.
private enum DM5Tags {
  static func folder(_ group: HDF5Object, depth: Int) throws(DecodeFailure) -> DMTag {
    guard depth <= group.limits.hdf5Depth else {
      throw .rejected("its tags are nested deeper than \(group.limits.hdf5Depth) levels")
    }
    var entries: [DMTag.Entry] = []
    for name in try group.attributeNames().sorted(by: HDF5Names.precede) {
      try group.budget.visit()
      switch try group.attribute(name) {
      case .text(let text)?: entries.append(.init(name: name, tag: .text(text)))
      case .numbers(let numbers)?: entries.append(.init(name: name, tag: .number(numbers.first ?? 0)))
      case nil: continue
      }
    }
    for name in try group.childNames().sorted(by: HDF5Names.precede) {
      guard let child = try group.child(name), child.kind == .group else { continue }
      entries.append(.init(name: name, tag: try folder(child, depth: depth + 1)))
    }
    return .folder(entries)
  }

  /// The tags of an image with its data where DM3 and DM4 have them.
  static func adding(_ pixels: PixelData, to image: DMTag) -> DMTag {
    guard case .folder(var entries) = image, let index = entries.firstIndex(where: { $0.name == "ImageData" }),
      case .folder(var data) = entries[index].tag
    else { return image }
    let array = DMTag.Array(
      offset: pixels.start, count: pixels.count, elementBytes: pixels.type.size, isSixteenBit: false, isByteText: false)
    data.append(.init(name: "Data", tag: .array(array)))
    entries[index].tag = .folder(data)
    return .folder(entries)
  }
}
