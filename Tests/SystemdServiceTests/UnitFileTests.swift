// The files in systemd/: every message explained, the unit accepted and tight.

import Foundation
import SystemdService
import Testing

@Suite("Files for systemd", .timeLimit(.minutes(20)))
struct UnitFileTests {
  private let folder = FileManager.default.currentDirectoryPath + "/systemd"

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
  }

  @Test("every message has an id of its own and stands in the catalog with cause and remedy, and nothing else does")
  func catalog() throws {
    let entries = try text("eelscout.catalog").components(separatedBy: "\n-- ").dropFirst()
    let ids = entries.map { String($0.prefix(32)) }
    #expect(ids.sorted() == ServiceMessage.allCases.map(\.rawValue).sorted())
    #expect(Set(ids).count == ids.count)
    for entry in entries {
      let paragraphs = entry.components(separatedBy: "\n\n")
      #expect(
        paragraphs.count >= 3 && paragraphs[1].hasPrefix("Cause: ") && paragraphs[2].hasPrefix("Remedy: "), "\(entry)")
      #expect(entry.contains("\nSubject: ") && entry.contains("\nDefined-By: EELScout"), "\(entry)")
    }
  }

  @Test("whatever is logged as a warning or worse is of a kind, so that it has an id")
  func everyWarningHasAKind() throws {
    let sources = FileManager.default.currentDirectoryPath + "/Sources"
    for name in try FileManager.default.subpathsOfDirectory(atPath: sources) where name.hasSuffix(".swift") {
      let text = try String(contentsOfFile: "\(sources)/\(name)", encoding: .utf8)
      for call in ["logger.warning(", "logger.error(", "logger.critical("] { #expect(!text.contains(call), "\(name)") }
    }
  }

  @Test("journalctl compiles the catalog and lists every message")
  func compiledCatalog() throws {
    guard Tool.isThere("journalctl") else {
      print("SKIPPED: compiled catalog: journalctl is not installed")
      return
    }
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("eelscout-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for name in ["usr/lib/systemd/catalog", "var/lib/systemd/catalog"] {
      try FileManager.default.createDirectory(at: root.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    try FileManager.default.copyItem(
      atPath: "\(folder)/eelscout.catalog", toPath: root.path + "/usr/lib/systemd/catalog/eelscout.catalog")
    let update = try Tool.run("journalctl", ["--root=\(root.path)", "--update-catalog"])
    #expect(update.status == 0 && update.output.isEmpty, "\(update.output)")
    let list = try Tool.run("journalctl", ["--root=\(root.path)", "--list-catalog"])
    for message in ServiceMessage.allCases { #expect(list.output.contains(message.rawValue)) }
  }

  @Test("systemd finds nothing wrong with the unit except that the program is not installed here")
  func verified() throws {
    guard Tool.isThere("systemd-analyze") else {
      print("SKIPPED: unit verification: systemd-analyze is not installed")
      return
    }
    let result = try Tool.run("systemd-analyze", ["verify", "--man=no", "\(folder)/eelscoutd.service"])
    let complaints = result.output.split(separator: "\n").filter {
      !$0.contains("/usr/bin/eelscoutd is not executable")
    }
    #expect(complaints.isEmpty, "\(result.output)")
  }

  @Test("the unit's exposure is at most 1.2 of 10")
  func exposure() throws {
    guard Tool.isThere("systemd-analyze") else {
      print("SKIPPED: exposure: systemd-analyze is not installed")
      return
    }
    let arguments = ["security", "--offline=yes", "--no-pager", "--threshold=12", "\(folder)/eelscoutd.service"]
    let result = try Tool.run("systemd-analyze", arguments)
    #expect(result.status == 0, "\(result.output)")
  }
}
