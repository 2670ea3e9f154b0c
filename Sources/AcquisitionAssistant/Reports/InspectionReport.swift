// What is in a file, for people.

import MicroscopeFiles
import Microscopy

/// A file as `eelscout inspect` prints it.
public enum InspectionReport {
  public static func text(_ inspection: FileInspection, _ style: TextStyle) -> String {
    var text = style.bold(TextLayout.oneLine(inspection.path.string)) + "\n"
    text += TextLayout.wrapped("\(inspection.verdict.rawValue): \(inspection.reason)", indent: "  ")
    if let format = inspection.format { text += "  format: \(format)\n" }
    if let sha256 = inspection.contentSHA256 { text += "  content: \(sha256)\n" }
    for signal in inspection.signals { text += self.text(signal) }
    return text
  }

  private static func text(_ signal: FileInspection.SignalSummary) -> String {
    let shape = signal.shape.map(String.init).joined(separator: " × ")
    var text = "  \(signal.kind.rawValue) \(shape) \(signal.dtype)  \(TextLayout.oneLine(signal.name))\n"
    text += "    sum \(number(signal.sum)), min \(signal.minimum.map(number) ?? "-"), "
    text += "max \(signal.maximum.map(number) ?? "-")\n"
    for axis in signal.axes where !axis.units.isEmpty {
      text += "    axis \(axis.name) \(axis.size): \(axis.offset) + \(axis.scale)·i \(axis.units)\n"
    }
    for fact in facts(signal.metadata) { text += "    \(TextLayout.oneLine(fact))\n" }
    for probe in signal.probes {
      text += "    [\(probe.index.map(String.init).joined(separator: ", "))] = \(number(probe.value))\n"
    }
    return text
  }

  private static func facts(_ metadata: AcquisitionMetadata) -> [String] {
    [
      metadata.channelName.map { "channel \($0)" }, metadata.dwellUS.map { "dwell \(Figures.short($0)) µs" },
      metadata.fieldOfViewNM.map { "field of view \(Figures.short($0)) nm" },
      metadata.rotationRad.map { "rotation \(Figures.short($0)) rad" }, metadata.acquiredAt.map { "acquired \($0)" },
      metadata.scanID.map { "scan id \($0)" }, metadata.voltageV.map { "voltage \(Figures.short($0 / 1e3)) kV" },
    ].compactMap { $0 }
  }

  private static func number(_ value: Number) -> String {
    value.im.map { "\(value.re) \($0 < 0 ? "-" : "+") \(abs($0))i" } ?? "\(value.re)"
  }
}
