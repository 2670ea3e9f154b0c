// What speaks against letting the model judge a scan.

import Im2Spec

/// Reasons to refuse or mark a scan, collected along the way.
struct DomainFindings: Sendable {
  private(set) var refusals: [String] = []
  private(set) var marks: [String] = []

  var isRefused: Bool { !refusals.isEmpty }
  var verdict: DomainVerdict { isRefused ? .refused : marks.isEmpty ? .in : .marked }
  var reasons: [String] { refusals + marks }

  mutating func refuse(_ reason: String) { refusals.append(reason) }
  mutating func mark(_ reason: String) { marks.append(reason) }

  /// Pixels that are too coarse: a 16×16 tile no longer shows what the networks learnt.
  mutating func judgePixelRatio(_ ratio: Double, pixelSizeNM: Double, model: any RoundTripModel, rules: TriageRules) {
    let sizes =
      "pixel size \(pixelSizeNM.text(3)) nm is \(ratio.text(2)) times the model's \(model.pixelSizeNM.text(3)) nm"
    if ratio > rules.refusePixelRatio {
      refuse(
        "\(sizes), limit \(rules.refusePixelRatio.text(2)); scan with finer pixels or use a model trained at this size")
    } else if ratio >= rules.markPixelRatio {
      mark("\(sizes), mark from \(rules.markPixelRatio.text(2)); predictions are less sure, scan with finer pixels")
    }
  }

  mutating func judgeSignalToNoise(_ ratio: Double?, rules: TriageRules) {
    let limit = rules.smallestSignalToNoise
    guard let ratio else { return refuse("particles and background cannot be told apart: all pixels are on one level") }
    if ratio < limit {
      refuse(
        "particles stand only \(ratio.text(2)) noise deviations above the background, limit \(limit.text(2)); "
          + "raise dwell, current or focus")
    }
  }

  mutating func judgePitch(_ pitch: Int?, calibration: ScoreCalibration, rules: TriageRules) {
    let known = calibration.pitchPixels
    guard known > 0 else { return }  // the training films had no lattice themselves
    guard let pitch, pitch > rules.smallestPitchPixels, pitch <= rules.largestPitchPixels else {
      let found = pitch.map { "a repeat of \($0) px" } ?? "no repeat"
      return refuse(
        "no particle lattice: the autocorrelation shows \(found), allowed above \(rules.smallestPitchPixels) "
          + "to \(rules.largestPitchPixels) px; check that this is a HAADF image of a particle film in focus")
    }
    let deviation = Double(pitch) / known - 1
    if abs(deviation) > rules.pitchTolerance {
      mark(
        "lattice pitch \(pitch) px is \((100 * deviation).signedText(0)) % off the training films' \(known.text(1)) px, "
          + "tolerance \((100 * rules.pitchTolerance).text(0)) %; other particle size or wrong pixel size")
    }
  }

  mutating func judgeEnsembleShift(_ shift: Double, rules: TriageRules) {
    let words = "the networks disagree \(shift.signedText(2)) deviations more than on ordinary film"
    if shift > rules.refuseEnsembleShift {
      refuse("\(words), limit \(rules.refuseEnsembleShift.text(2)); this is not a film of the kind the model knows")
    } else if shift > rules.markEnsembleShift {
      mark("\(words), mark from \(rules.markEnsembleShift.text(2)); compare a few spectra before trusting the list")
    }
  }

  mutating func judgeContext(outsideFraction: Double, worstFeature: String?, rules: TriageRules) {
    guard outsideFraction > rules.contextFraction, let worstFeature else { return }
    mark(
      "the surroundings of \((100 * outsideFraction).text(0)) % of the positions lie outside the training films' range "
        + "(mostly \(worstFeature)), mark from \((100 * rules.contextFraction).text(0)) %; "
        + "film coverage or edges unlike those the model knows")
  }
}
