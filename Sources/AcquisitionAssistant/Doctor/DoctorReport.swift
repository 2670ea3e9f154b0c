// The self-test: every check in its order, in words.

import StrictJSON
import SystemPackage

/// What `eelscout doctor` says.
public struct DoctorReport: Sendable {
  /// The checks in the order in which they are reported; one line makes one more.
  static let checks: [DoctorCheck] = [
    .configuration, .rules, .model, .folders, .watches, .database, .log, .daemon, .backups, .permissions, .space,
    .libraries, .networks,
  ]

  private let findings: [(check: String, finding: DoctorFinding)]

  /// Looks at everything; nothing is changed.
  /// - Parameters:
  ///   - configurationFile: nil for the standard one, where it exists.
  ///   - state: nil for the configured state directory.
  public init(
    configurationFile: FilePath?, state: FilePath?, environment: [String: String],
    resources: PackageResources = PackageResources()
  ) {
    let the = DoctorCase(
      configurationFile: configurationFile, state: state, environment: environment, resources: resources)
    findings = Self.checks.flatMap { check in check.run(the).map { (check.name, $0) } }
  }

  /// Whether nothing is wrong.
  public var isWell: Bool { !findings.contains { $0.finding.level == .fault } }

  public var json: JSONValue {
    [
      "ok": .bool(isWell),
      "checks": .array(
        findings.map { check, finding in
          [
            "check": .string(check), "level": .string(finding.level.rawValue), "text": .string(finding.text),
            "remedy": JSONValue(finding.remedy),
          ]
        }),
    ]
  }

  public func text(_ style: TextStyle) -> String {
    var text = ""
    for (check, finding) in findings {
      let level = finding.level == .fault ? style.bold("FAULT") : finding.level.rawValue
      let padding = String(repeating: " ", count: max(1, 14 - check.count))
      text += "\(check)\(padding)\(level)\n" + TextLayout.wrapped(finding.text, indent: "  ")
      if let remedy = finding.remedy { text += TextLayout.wrapped("→ \(remedy)", indent: "  ") }
    }
    let faults = findings.count { $0.finding.level == .fault }
    return text + (faults == 0 ? "nothing is wrong\n" : "\(faults) fault\(faults == 1 ? "" : "s")\n")
  }
}
