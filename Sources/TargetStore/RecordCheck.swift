// Records are checked before anything is written, so that a refusal names what is wrong and where.

enum RecordCheck {
  /// - Throws: `invalidRecord`.
  static func check(
    _ scan: ScanRecord, _ targets: [TargetRecord], _ pictures: [PictureRecord]
  ) throws(TargetStoreError) {
    let name = "scan \(scan.contentSHA256.prefix(12))"
    for picture in pictures { try check(picture, name) }
    try require(
      Set(pictures.map(\.name)).count == pictures.count, name, "two of its pictures have the same name")
    let digits = scan.contentSHA256.utf8
    let isHash = digits.count == 64 && digits.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    try require(isHash, name, "its content hash is not 64 lower-case hexadecimal digits")
    try require(scan.rows > 0 && scan.columns > 0, name, "its shape is \(scan.rows) × \(scan.columns)")
    try require(
      scan.verdict != .refused || targets.isEmpty, name, "it is refused and has \(targets.count) targets, not none")
    try require(
      Set(targets.map(\.rank)).count == targets.count, name, "two of its targets have the same rank")
    for target in targets { try check(target, of: scan, "target \(target.rank) of \(name)") }
  }

  private static func check(
    _ target: TargetRecord, of scan: ScanRecord, _ name: String
  ) throws(TargetStoreError) {
    try require(target.rank > 0, name, "ranks start at 1")
    try require(
      (0..<scan.rows).contains(target.row) && (0..<scan.columns).contains(target.column), name,
      "(\(target.row), \(target.column)) lies outside \(scan.rows) × \(scan.columns) pixels")
    let fractions = [target.xFraction, target.yFraction, target.priority]
    try require(
      fractions.allSatisfy { (0.0...1.0).contains($0) }, name,
      "x_fraction, y_fraction and priority lie in 0…1, not \(fractions)")
    try require(target.dwellMS.isFinite && target.dwellMS > 0, name, "its dwell is \(target.dwellMS) ms, not above 0")
    if let spectrum = target.spectrum {
      try require(
        !spectrum.isEmpty && spectrum.count == scan.energyEV.count, name,
        "its spectrum has \(spectrum.count) channels, the scan's energy axis \(scan.energyEV.count)")
    }
    if let spread = target.spectrumSpread {
      try require(
        spread.count == target.spectrum?.count, name,
        "its spectrum's spread has \(spread.count) channels, the spectrum \(target.spectrum?.count ?? 0)")
    }
    for (tile, kind) in [(target.roundTripTile, "round-trip tile"), (target.tile, "tile")] {
      if let tile { try check(tile, kind, name) }
    }
    for neighbour in target.neighbours {
      try check(neighbour.tile, "nearest training tile", name)
      try require(neighbour.distance >= 0, name, "a training tile is \(neighbour.distance) from it, not 0 or more")
    }
    if let tile = target.tile, let back = target.roundTripTile {
      try require(
        (tile.rows, tile.columns) == (back.rows, back.columns), name, "its tile and its round-trip tile differ in size")
    }
  }

  private static func check(_ tile: TileRecord, _ kind: String, _ name: String) throws(TargetStoreError) {
    try require(
      tile.rows > 0 && tile.columns > 0 && tile.values.count == tile.rows * tile.columns, name,
      "its \(kind) has \(tile.values.count) values for \(tile.rows) × \(tile.columns)")
  }

  static func check(_ picture: PictureRecord, _ name: String) throws(TargetStoreError) {
    let name = "picture \(picture.name.rawValue) of \(name)"
    try require(
      picture.rows > 0 && picture.columns > 0 && picture.values.count == picture.rows * picture.columns, name,
      "it has \(picture.values.count) bytes for \(picture.rows) × \(picture.columns)")
    let places = [
      picture.firstRow, picture.firstColumn, picture.rowStep, picture.columnStep, picture.low, picture.high,
    ]
    try require(
      places.allSatisfy(\.isFinite) && picture.rowStep > 0 && picture.columnStep > 0 && picture.high >= picture.low,
      name, "its place or its range is no place or range: \(places)")
  }

  private static func require(_ holds: Bool, _ name: String, _ otherwise: String) throws(TargetStoreError) {
    guard holds else {
      throw TargetStoreError(.invalidRecord, "\(name) can't be stored: \(otherwise). Nothing was stored.")
    }
  }
}
