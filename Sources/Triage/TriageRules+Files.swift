// Reading rules files, and the hash that says which rules made a list.

import Crypto
import Settings

extension TriageRules {
  /// Merges rules files over the defaults, in the order of their names: a later file changes only what it names.
  ///
  /// - Parameter files: name (as messages shall call it) and text of every `*.toml` of the rules directory.
  /// - Throws: `SettingsError`, one line with file, line, key, value and allowed range.
  public static func parse(_ files: [(name: String, text: String)]) throws(SettingsError) -> TriageRules {
    var rules = TriageRules()
    for file in files.sorted(by: { $0.name < $1.name }) {
      let reader = SettingsReader(try SettingsDocument(text: file.text, fileName: file.name))
      rules.sources.append(
        Source(
          id: try reader.string("id"), revision: try reader.int("revision", in: 1...1_000_000),
          rationale: try reader.string("rationale")))
      for field in RuleField.all { try field.read(from: reader, into: &rules) }
      try reader.finish()
      try rules.checkTogether(reader)
    }
    return rules
  }

  /// Which files made these rules: `default r1 + night r3`; `built-in` without any.
  public var identity: String {
    sources.isEmpty ? "built-in" : sources.map { "\($0.id) r\($0.revision)" }.joined(separator: " + ")
  }

  /// SHA-256 of identity and every value in force, so that comments and spelling do not matter and overrides do.
  public var sha256: String {
    let text = ([identity] + RuleField.all.map { $0.canonicalLine(self) }).joined(separator: "\n")
    let hexadecimal = Array("0123456789abcdef")
    return SHA256.hash(data: Array(text.utf8)).reduce(into: "") { digits, byte in
      digits.append(hexadecimal[Int(byte >> 4)])
      digits.append(hexadecimal[Int(byte & 15)])
    }
  }

  /// Values that are each allowed but contradict each other.
  private func checkTogether(_ reader: SettingsReader) throws(SettingsError) {
    if smoothingWindow % 2 == 0 {
      throw reader.error("scoring.smoothing_window", "= \(smoothingWindow) is even; allowed are odd numbers 1…31")
    }
    if anomalyPicks + errorPicks == 0 && rankedTargets > 0 {
      throw reader.error(
        "targets.anomaly_picks", "and targets.error_picks are both 0; one must be 1 or more to rank anything")
    }
    try checkOrder(reader, "dwell.minimum_ms", minimumDwellMS, "dwell.maximum_ms", maximumDwellMS, "ms")
    try checkOrder(
      reader, "domain.mark_pixel_ratio", markPixelRatio, "domain.refuse_pixel_ratio", refusePixelRatio, "")
    try checkOrder(
      reader, "domain.mark_ensemble_shift", markEnsembleShift, "domain.refuse_ensemble_shift", refuseEnsembleShift, "")
    try checkOrder(
      reader, "domain.smallest_pitch_px", Double(smallestPitchPixels), "domain.largest_pitch_px",
      Double(largestPitchPixels), "px")
    if electronLimitDwellMS < minimumDwellMS {
      throw reader.error(
        "dwell.electron_limit_millions",
        "= \(electronLimitMillions) allows \(electronLimitDwellMS.text(3)) ms at \(budget.beamCurrentPA) pA, "
          + "less than dwell.minimum_ms = \(minimumDwellMS); raise the limit or lower the minimum")
    }
    switch (backgroundLevel, particleLevel) {
    case (nil, nil): break
    case (let background?, let particle?):
      try checkOrder(
        reader, "normalisation.background_level", background, "normalisation.particle_level", particle,
        "detector units", strictly: true)
    default:
      throw reader.error(
        backgroundLevel == nil ? "normalisation.particle_level" : "normalisation.background_level",
        "stands alone; give both levels or neither")
    }
  }

  private func checkOrder(
    _ reader: SettingsReader, _ lowKey: String, _ low: Double, _ highKey: String, _ high: Double, _ unit: String,
    strictly: Bool = false
  ) throws(SettingsError) {
    guard strictly ? low >= high : low > high else { return }
    let suffix = unit.isEmpty ? "" : " \(unit)"
    throw reader.error(
      lowKey,
      "= \(low) must \(strictly ? "lie below" : "not exceed") \(highKey) = \(high)\(suffix); correct one of them")
  }
}
