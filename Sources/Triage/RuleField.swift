// Every tunable by its key in the rules files: type, unit, allowed range.

import Settings

/// One key of a rules file and the property of `TriageRules` that it sets.
///
/// The one list serves reading, the canonical text behind the hash and the check of unknown keys, so they cannot differ.
struct RuleField: Sendable {
  enum Kind: Sendable {
    case number(WritableKeyPath<TriageRules, Double> & Sendable, ClosedRange<Double>)
    case optionalNumber(WritableKeyPath<TriageRules, Double?> & Sendable, ClosedRange<Double>)
    case integer(WritableKeyPath<TriageRules, Int> & Sendable, ClosedRange<Int>)
    case flag(WritableKeyPath<TriageRules, Bool> & Sendable)
    case weight(WritableKeyPath<TriageRules, [Score: Double]> & Sendable, Score)
  }

  let key: String
  let unit: String
  let kind: Kind

  private init(_ key: String, _ unit: String = "", _ kind: Kind) {
    self.key = key
    self.unit = unit
    self.kind = kind
  }

  static let all: [RuleField] =
    [
      // More than this is a map, not a list; nobody acquires it before the film has changed.
      RuleField("targets.ranked", "", .integer(\.rankedTargets, 0...1_000)),
      RuleField("targets.anchors", "", .integer(\.anchors, 0...1_000)),
      RuleField("targets.minimum_distance_nm", "nm", .number(\.minimumDistanceNM, 0...10_000)),
      RuleField("targets.anomaly_picks", "", .integer(\.anomalyPicks, 0...100)),
      RuleField("targets.error_picks", "", .integer(\.errorPicks, 0...100)),
      RuleField("scoring.stride_px", "px", .integer(\.stridePixels, 1...64)),
      RuleField("scoring.smoothing_window", "grid points", .integer(\.smoothingWindow, 1...31)),
      RuleField("scoring.clip_low", "robust deviations", .number(\.clipLow, -100...0)),
      RuleField("scoring.clip_high", "robust deviations", .number(\.clipHigh, 0...1_000)),
    ]
    + Score.allCases.map { RuleField("weights.\($0.rawValue)", "", .weight(\.weights, $0)) }
    + Score.allCases.map { RuleField("error_weights.\($0.rawValue)", "", .weight(\.errorWeights, $0)) }
    + [
      RuleField("exclude.vacuum_mean_below", "", .number(\.vacuumMeanBelow, -10...10)),
      // A tile reaches 8 px to each side.
      RuleField("exclude.border_px", "px", .integer(\.borderPixels, 8...10_000)),
      RuleField("dwell.anomaly_ms", "ms", .number(\.anomalyDwellMS, 0.001...600_000)),
      RuleField("dwell.error_ms", "ms", .number(\.errorDwellMS, 0.001...600_000)),
      RuleField("dwell.anchor_ms", "ms", .number(\.anchorDwellMS, 0.001...600_000)),
      RuleField("dwell.minimum_ms", "ms", .number(\.minimumDwellMS, 0.001...600_000)),
      RuleField("dwell.maximum_ms", "ms", .number(\.maximumDwellMS, 0.001...600_000)),
      RuleField("dwell.beam_current_pa", "pA", .number(\.budget.beamCurrentPA, 0.001...100_000)),
      RuleField("dwell.electron_limit_millions", "million electrons", .number(\.electronLimitMillions, 0...1e12)),
      // 0 is no limit; a day, and more than any specimen bears, are the most that makes sense to state.
      RuleField("budget.seconds", "s", .number(\.budget.seconds, 0...86_400)),
      RuleField("budget.dose_e_per_nm2", "e⁻/nm²", .number(\.budget.dosePerNM2, 0...1e12)),
      RuleField("budget.settle_ms", "ms", .number(\.budget.settleMS, 0...60_000)),
      RuleField("budget.travel_ms_per_um", "ms/µm", .number(\.budget.travelMSPerUM, 0...60_000)),
      RuleField("budget.exposed_side_nm", "nm", .number(\.budget.exposedSideNM, 0.01...10_000)),
      RuleField("domain.resample_pixel_ratio", "", .number(\.resamplePixelRatio, 1...100)),
      RuleField("domain.mark_pixel_ratio", "", .number(\.markPixelRatio, 0.1...100)),
      RuleField("domain.refuse_pixel_ratio", "", .number(\.refusePixelRatio, 0.1...100)),
      RuleField("domain.mark_ensemble_shift", "deviations", .number(\.markEnsembleShift, -100...1_000)),
      RuleField("domain.refuse_ensemble_shift", "deviations", .number(\.refuseEnsembleShift, -100...1_000)),
      RuleField("domain.pitch_tolerance", "", .number(\.pitchTolerance, 0...10)),
      RuleField("domain.smallest_pitch_px", "px", .integer(\.smallestPitchPixels, 0...64)),
      RuleField("domain.largest_pitch_px", "px", .integer(\.largestPitchPixels, 1...64)),
      RuleField("domain.smallest_snr", "", .number(\.smallestSignalToNoise, 0...1_000)),
      RuleField("domain.context_margin", "", .number(\.contextMargin, 0...100)),
      RuleField("domain.context_fraction", "", .number(\.contextFraction, 0...1)),
      RuleField("domain.refused_scan_keeps_anchors", "", .flag(\.refusedScanKeepsAnchors)),
      RuleField("normalisation.background_level", "detector units", .optionalNumber(\.backgroundLevel, -1e30...1e30)),
      RuleField("normalisation.particle_level", "detector units", .optionalNumber(\.particleLevel, -1e30...1e30)),
    ]

  /// Reads the key where the file has it; otherwise the rules keep what they say.
  func read(from reader: SettingsReader, into rules: inout TriageRules) throws(SettingsError) {
    switch kind {
    case .number(let path, let range):
      rules[keyPath: path] = try reader.double(key, default: rules[keyPath: path], in: range, unit: unit)
    case .optionalNumber(let path, let range):
      rules[keyPath: path] = try reader.optionalDouble(key, in: range, unit: unit) ?? rules[keyPath: path]
    case .integer(let path, let range):
      rules[keyPath: path] = try reader.int(key, default: rules[keyPath: path], in: range, unit: unit)
    case .flag(let path):
      rules[keyPath: path] = try reader.bool(key, default: rules[keyPath: path])
    case .weight(let path, let score):
      rules[keyPath: path][score] = try reader.double(key, default: rules[keyPath: path][score] ?? 0, in: 0...100)
    }
  }

  /// `key = value` as the rules stand, in a form that does not depend on how the file was written.
  func canonicalLine(_ rules: TriageRules) -> String {
    switch kind {
    case .number(let path, _): "\(key) = \(rules[keyPath: path])"
    case .optionalNumber(let path, _): "\(key) = \(rules[keyPath: path].map { "\($0)" } ?? "")"
    case .integer(let path, _): "\(key) = \(rules[keyPath: path])"
    case .flag(let path): "\(key) = \(rules[keyPath: path])"
    case .weight(let path, let score): "\(key) = \(rules[keyPath: path][score] ?? 0)"
    }
  }
}
