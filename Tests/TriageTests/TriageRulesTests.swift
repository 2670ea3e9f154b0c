import Foundation
import Settings
import Testing
import Triage

@Suite("Rules files")
struct TriageRulesTests {
  private static let head = "id = \"t\"\nrevision = 2\nrationale = \"why\"\n"

  private func message(_ body: String) -> String {
    do {
      _ = try TriageRules.parse([("rules/triage/t.toml", Self.head + body)])
      return ""
    } catch {
      return "\(error)"
    }
  }

  private func shippedText() throws -> String {
    try String(contentsOfFile: "rules/triage/default.toml", encoding: .utf8)
  }

  @Test("the committed default file says what the built-in defaults say")
  func defaults() throws {
    let rules = try TriageRules.parse([("default.toml", shippedText())])
    #expect(rules.identity == "default r1" && rules.sources.count == 1)
    // A file that names nothing leaves every built-in value; the hash covers all of them.
    let untouched = try TriageRules.parse([("x.toml", "id = 'default'\nrevision = 1\nrationale = 'none'\n")])
    #expect(untouched.sha256 == rules.sha256)
  }

  @Test("the defaults are METHOD 6's, but for the weights that found more on the tuning scans")
  func methodDefaults() {
    let rules = TriageRules()
    #expect(rules.rankedTargets == 20 && rules.anchors == 6 && rules.minimumDistanceNM == 24)
    #expect(rules.stridePixels == 2 && rules.smoothingWindow == 3 && rules.clipLow == -1 && rules.clipHigh == 8)
    #expect(rules.weights == [.ensemble: 1.5, .tileNeighbours: 1])
    #expect(rules.vacuumMeanBelow == 0.1 && rules.borderPixels == 8)
    #expect(rules.markEnsembleShift == 0.8 && rules.refuseEnsembleShift == 2 && rules.pitchTolerance == 0.2)
    #expect(rules.smallestSignalToNoise == 2.5 && rules.refusePixelRatio == 1.6 && rules.markPixelRatio == 1.33)
    #expect(!rules.refusedScanKeepsAnchors)
  }

  @Test("files merge in the order of their names; a later one changes only what it names")
  func merging() throws {
    let night = "id = \"night\"\nrevision = 3\nrationale = \"long run\"\n[targets]\nanchors = 12\n"
    let late = "id = \"zz\"\nrevision = 1\nrationale = \"test\"\n[targets]\nanchors = 13\nranked = 5\n"
    let rules = try TriageRules.parse([("zz.toml", late), ("default.toml", try shippedText()), ("night.toml", night)])
    #expect(rules.identity == "default r1 + night r3 + zz r1")
    #expect(rules.anchors == 13 && rules.rankedTargets == 5 && rules.minimumDistanceNM == 24)
  }

  @Test("the hash follows values and identity, not spelling")
  func hash() throws {
    let plain = try TriageRules.parse([("a.toml", Self.head + "[targets]\nranked = 7\n")])
    let respelt = try TriageRules.parse([("b.toml", "# a comment\n" + Self.head + "targets.ranked   = 7 # seven\n")])
    #expect(plain.sha256 == respelt.sha256 && plain.sha256.count == 64)
    let other = try TriageRules.parse([("a.toml", Self.head + "[targets]\nranked = 8\n")])
    #expect(plain.sha256 != other.sha256)
    var overridden = plain
    overridden.rankedTargets = 8
    #expect(overridden.sha256 == other.sha256)
  }

  @Test(
    "a wrong value is one line that says file, line, key, value and what is allowed",
    arguments: [
      ("[targets]\nranked = -1\n", "rules/triage/t.toml:5: targets.ranked = -1 is out of range; allowed 0…1000"),
      (
        "[dwell]\nanomaly_ms = 0\n",
        "rules/triage/t.toml:5: dwell.anomaly_ms = 0 is out of range; allowed 0.001…600000 ms"
      ),
      (
        "[budget]\nexposed_side_nm = 0\n",
        "rules/triage/t.toml:5: budget.exposed_side_nm = 0 is out of range; allowed 0.01…10000 nm"
      ),
      (
        "[exclude]\nborder_px = 7\n",
        "rules/triage/t.toml:5: exclude.border_px = 7 is out of range; allowed 8…10000 px"
      ),
      (
        "[targets]\nranked = \"many\"\n",
        "rules/triage/t.toml:5: targets.ranked = \"many\" is a string; expected an integer, 0…1000"
      ),
      (
        "[scoring]\nsmoothing_window = 4\n",
        "rules/triage/t.toml:5: scoring.smoothing_window = 4 is even; allowed are odd numbers 1…31"
      ),
      (
        "[weights]\nensembel = 1\n",
        "rules/triage/t.toml:5: weights.ensembel is not a known key; did you mean weights.ensemble?"
      ),
      (
        "[domain]\nmark_pixel_ratio = 2\n",
        "rules/triage/t.toml:5: domain.mark_pixel_ratio = 2.0 must not exceed domain.refuse_pixel_ratio = 1.6; "
          + "correct one of them"
      ),
      (
        "[normalisation]\nbackground_level = 2\n",
        "rules/triage/t.toml:5: normalisation.background_level stands alone; give both levels or neither"
      ),
      (
        "[normalisation]\nbackground_level = 2\nparticle_level = 2\n",
        "rules/triage/t.toml:5: normalisation.background_level = 2.0 must lie below normalisation.particle_level = 2.0 "
          + "detector units; correct one of them"
      ),
      (
        "[dwell]\nelectron_limit_millions = 0.1\n",
        "rules/triage/t.toml:5: dwell.electron_limit_millions = 0.1 allows 0.801 ms at 20.0 pA, "
          + "less than dwell.minimum_ms = 1.0; raise the limit or lower the minimum"
      ),
      (
        "[targets]\nanomaly_picks = 0\nerror_picks = 0\n",
        "rules/triage/t.toml:5: targets.anomaly_picks and targets.error_picks are both 0; "
          + "one must be 1 or more to rank anything"
      ),
    ])
  func faults(body: String, expected: String) {
    #expect(message(body) == expected)
  }

  @Test("identity is required")
  func identity() {
    let error = #expect(throws: SettingsError.self) { try TriageRules.parse([("x.toml", "revision = 1\n")]) }
    #expect(error?.key == "id")
  }

  @Test("without any file the built-in defaults hold")
  func noFiles() throws {
    #expect(try TriageRules.parse([]) == TriageRules())
    #expect(try TriageRules.parse([]).identity == "built-in")
  }
}
