// Where a list comes from: enough to make it again.

import AcquisitionAssistant
import Markup
import TargetStore

struct ScanProvenance {
  private let scan: ScanSummary

  init(_ page: ScanReportPage) { scan = page.scan }

  var markup: Markup {
    var facts: [(Markup, Markup)] = [
      ("file", "<code>\(scan.file)</code>"),
      ("content (SHA-256 of pixels and pixel size)", "<code>\(scan.scanSHA256)</code>"),
      ("model", "<code>\(scan.model)</code>"), ("rules", "\(scan.rulesRevision), <code>\(scan.rules)</code>"),
      ("domain", "\(scan.verdict.rawValue)\(scan.reasons.isEmpty ? "" : ": " + scan.reasons.joined(separator: "; "))"),
      ("recorded", "\(Moments.local(scan.createdAt)) (\(scan.createdAt))"),
    ]
    if let latency = scan.latencyMS { facts.append(("from file to list", "\(NumberWords.span(latency / 1e3))")) }
    if let moment = scan.acquiredAt { facts.append(("acquired, as the file says", "\(moment)")) }
    let instrument = [
      scan.channelName.map { "channel \($0)" }, scan.dwellUS.map { "dwell \(NumberWords.short($0)) µs" },
      scan.voltageV.map { "\(NumberWords.short($0 / 1e3)) kV" }, scan.instrumentScanID.map { "scan id \($0)" },
      scan.rotationRad.map { "rotation \(NumberWords.short($0 * 180 / .pi))°" },
    ].compactMap { $0 }
    if !instrument.isEmpty { facts.append(("instrument", "\(instrument.joined(separator: ", "))")) }
    if let background = scan.backgroundLevel, let particle = scan.particleLevel {
      facts.append(
        (
          "normalisation",
          "detector value \(NumberWords.short(background)) became 0 (vacuum), \(NumberWords.short(particle)) became 1 (particles)"
        ))
    }
    facts.append(("this page", "EELScout \(AssistantProgram.version)"))
    let list = Markup(trusted: facts.map { ("<dt>\($0.0)</dt><dd>\($0.1)</dd>\n" as Markup).text }.joined())
    return "<section><h2>Where this comes from</h2>\n<dl>\(list)</dl></section>\n"
  }
}
