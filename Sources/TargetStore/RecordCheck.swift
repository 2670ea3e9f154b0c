// Records are checked before anything is written, so that a refusal names what is wrong and where.

enum RecordCheck {
  /// - Throws: `invalidRecord`.
  static func check(_ scan: ScanRecord, _ targets: [TargetRecord]) throws(TargetStoreError) {
    let name = "scan \(scan.contentSHA256.prefix(12))"
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
    if let tile = target.roundTripTile {
      try require(
        tile.rows > 0 && tile.columns > 0 && tile.values.count == tile.rows * tile.columns, name,
        "its round-trip tile has \(tile.values.count) values for \(tile.rows) × \(tile.columns)")
    }
  }

  private static func require(_ holds: Bool, _ name: String, _ otherwise: String) throws(TargetStoreError) {
    guard holds else {
      throw TargetStoreError(.invalidRecord, "\(name) can't be stored: \(otherwise). Nothing was stored.")
    }
  }
}
