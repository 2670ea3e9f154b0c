// Gatan DigitalMicrograph: a script that marks the targets on the survey image and moves DigiScan's beam there.

import Microscopy
import StrictJSON
import TargetStore

/// A DigitalMicrograph script, in ASCII.
///
/// DigitalMicrograph counts pixels from the top left corner, so the centre of a pixel lies at a half.
struct DigitalMicrographFormat: ExportFormat {
  let name = "gms"
  let program = "Gatan DigitalMicrograph"
  let coordinates = "pixel (x, y) of the survey image"

  func text(_ export: TargetExport) -> String {
    """
    // Targets of EELScout for DigitalMicrograph.
    // \(Self.comment(TargetExport.frameNote))
    \(export.notes.map { "// note: " + Self.comment($0) + "\n" }.joined())// Marks every target on its survey image. Hold OPTION while the script runs to move the beam there, too, for
    // the suggested dwell each; the beam then needs a survey image that DigiScan acquired.

    number moveBeam = OptionDown()

    // What is done at a target; the beam stands there.
    void Measure(string id, number dwell) { Sleep(dwell / 1000) }

    // The survey image of this name, or the front image where none has it; its shape must be the scan's.
    image Survey(string name, number width, number height)
    {
      image survey
      for (number index = 0; index < CountImageDocuments(); index++)
      {
        image candidate := GetImageDocument(index).ImageDocumentGetImage(0)
        if (candidate.ImageGetName() == name) survey := candidate
      }
      if (!survey.ImageIsValid()) survey := GetFrontImage()
      number w, h
      survey.GetSize(w, h)
      if (w != width || h != height)
        Throw("The survey image " + survey.ImageGetName() + " is " + w + " x " + h + " pixels, the scan " + width + " x " + height)
      return survey
    }

    // Offset and spacing are those of the scan's file; another survey image of the same place may differ in the offset.
    void CheckSpacing(image survey, number spacing, string units)
    {
      number present = survey.ImageGetDimensionScale(0)
      if (survey.ImageGetDimensionUnitString(0) == units && abs(present - spacing) > 0.02 * spacing)
        Throw("The survey image has " + present + " " + units + " a pixel, the scan " + spacing)
    }

    void Target(image survey, string id, string kind, number x, number y, number dwell, number moveBeam)
    {
      ROI mark = NewROI()
      mark.ROISetPoint(x + 0.5, y + 0.5)
      mark.ROISetLabel(id + " " + kind)
      survey.ImageGetImageDisplay(0).ImageDisplayAddROI(mark)
      Result(id + "\\t" + kind + "\\t" + x + "\\t" + y + "\\t" + dwell + "\\n")
      if (!moveBeam) return
      DSPositionBeam(survey, x + 0.5, y + 0.5)
      Measure(id, dwell)
    }

    image survey
    Result("id\\tkind\\tx px\\ty px\\tdwell ms\\n")

    """ + export.scans.map(Self.text).joined()
  }

  private static func text(_ scan: ExportedScan) -> String {
    let name = String(scan.fileName.prefix { $0 != "." })
    var text =
      "\n// scan \(scan.scan.id): \(comment(scan.fileName)), \(scan.frame.rows) rows of \(scan.frame.columns) pixels"
    text += scan.frame.rotationRad.map { ", rotation \($0) rad\n" } ?? ", rotation not stated\n"
    text += "survey := Survey(\(quoted(name)), \(scan.frame.columns), \(scan.frame.rows))\n"
    if let spacing = scan.frame.pixelSizeNM {
      let origin = scan.geometry?.originNM
      text +=
        "// offset x \(origin.map { "\($0.x)" } ?? "not stated") nm, y \(origin.map { "\($0.y)" } ?? "not stated") nm; "
      text += "spacing \(spacing) nm\n"
      text += "CheckSpacing(survey, \(spacing), \"nm\")\n"
    }
    for target in scan.targets {
      text += "Target(survey, \(quoted(target.id)), \(quoted(target.kind)), \(target.column), \(target.row), "
      text += "\(target.dwellMS), moveBeam)\n"
    }
    return text
  }

  /// A string of the script's language: printable ASCII, quotes and backslashes escaped, everything else a question mark.
  private static func quoted(_ text: String) -> String {
    let inside = ascii(text).reduce(into: "") { quoted, character in
      if character == "\"" || character == "\\" { quoted += "\\" }
      quoted.append(character)
    }
    return "\"\(inside)\""
  }

  /// On one line. A backslash at its end would join the next line to it in other languages; here it is none.
  private static func comment(_ text: String) -> String { ascii(text).replacing("\\", with: "/") }

  private static func ascii(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { (0x20..<0x7F).contains($0.value) ? $0 : "?" }))
  }
}
