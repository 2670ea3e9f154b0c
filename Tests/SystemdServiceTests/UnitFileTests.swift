// The files in systemd/: every message explained, every unit accepted and tight, users and folders made as meant.

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
    #expect(ids.sorted() == (ServiceMessage.allCases.map(\.rawValue) + (try idsInUnits())).sorted())
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

  @Test("systemd finds nothing wrong with the units, except that neither programs nor a disk are there")
  func verified() throws {
    guard Tool.isThere("systemd-analyze") else {
      print("SKIPPED: unit verification: systemd-analyze is not installed")
      return
    }
    let result = try Tool.run("systemd-analyze", ["verify", "--man=no"] + units().map { "\(folder)/\($0)" })
    let complaints = result.output.split(separator: "\n").filter {
      !$0.hasSuffix("is not executable: No such file or directory")
        && !$0.hasSuffix("Unit media-eelscout-i.mount not found.")
    }
    #expect(complaints.isEmpty, "\(result.output)")
  }

  @Test("every unit's exposure is at most 1.2 of 10")
  func exposure() throws {
    guard Tool.isThere("systemd-analyze") else {
      print("SKIPPED: exposure: systemd-analyze is not installed")
      return
    }
    let services = try units().filter { $0.hasSuffix(".service") }
    #expect(services.count == 5)
    for unit in services {
      let arguments = ["security", "--offline=yes", "--no-pager", "--threshold=12", "\(folder)/\(unit)"]
      let result = try Tool.run("systemd-analyze", arguments)
      #expect(result.status == 0, "\(result.output)")
    }
  }

  @Test(
    "the daemon of a hot-plugged disk is the same service with another folder, another database and no start at boot")
  func instance() throws {
    func settings(_ name: String) throws -> Set<Substring> {
      Set(try text(name).split(separator: "\n").filter { !$0.hasPrefix("#") })
    }
    let (daemon, disk) = (try settings("eelscoutd.service"), try settings("eelscoutd@.service"))
    #expect(
      daemon.subtracting(disk).sorted() == [
        "After=local-fs.target remote-fs.target", "Description=EELScout acquisition assistant",
        "ExecStart=/usr/bin/eelscoutd", "StateDirectory=eelscout", "WantedBy=multi-user.target", "[Install]",
      ])
    #expect(
      disk.subtracting(daemon).sorted() == [
        "After=media-eelscout-%i.mount", "BindsTo=media-eelscout-%i.mount",
        "Description=EELScout acquisition assistant for the disk %i",
        "ExecStart=/usr/bin/eelscoutd --watch /media/eelscout/%i --state /var/lib/eelscout-%i",
        "StateDirectory=eelscout-%i",
      ])
  }

  @Test("the drop-ins that a site may take are understood by systemd, but for those that need a newer one")
  func examples() throws {
    guard Tool.isThere("systemd-analyze") else {
      print("SKIPPED: drop-ins: systemd-analyze is not installed")
      return
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/examples").filter {
      $0.hasSuffix(".conf")
    }
    #expect(names.count >= 8)
    for name in names where name != "newer-systemd.conf" {
      let place = FileManager.default.temporaryDirectory.appendingPathComponent("eelscout-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: place) }
      let unit =
        switch name {
        case "console-address.conf": "eelscout-console.socket"
        case "console-token.conf": "eelscout-console.service"
        default: name.hasPrefix("alert-") ? "eelscout-alert@.service" : "eelscoutd.service"
        }
      let dropIns = place.appendingPathComponent("\(unit).d")
      try FileManager.default.createDirectory(at: dropIns, withIntermediateDirectories: true)
      for one in try units() {
        try FileManager.default.copyItem(atPath: "\(folder)/\(one)", toPath: place.appendingPathComponent(one).path)
      }
      try FileManager.default.copyItem(
        atPath: "\(folder)/examples/\(name)", toPath: dropIns.appendingPathComponent(name).path)
      let result = try Tool.run(
        "systemd-analyze", ["verify", "--man=no", place.appendingPathComponent(unit).path])
      let complaints = result.output.split(separator: "\n").filter { $0.contains(name) || $0.contains("eneral") }
      #expect(complaints.isEmpty, "\(result.output)")
    }
  }

  @Test("user, group and folders come into being with the modes that operators rely on")
  func usersAndFolders() throws {
    guard Tool.isThere("systemd-sysusers"), Tool.isThere("systemd-tmpfiles") else {
      print("SKIPPED: user and folders: systemd-sysusers or systemd-tmpfiles is not installed")
      return
    }
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("eelscout-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    try FileManager.default.createDirectory(at: root.appendingPathComponent("etc"), withIntermediateDirectories: true)
    let users = try Tool.run("systemd-sysusers", ["--root=\(root.path)", "\(folder)/eelscout.sysusers"])
    #expect(users.status == 0, "\(users.output)")
    let account = try String(contentsOf: root.appendingPathComponent("etc/passwd"), encoding: .utf8)
    #expect(
      account.hasPrefix("eelscout:x:") && account.contains(":/var/lib/eelscout:/usr/sbin/nologin\n"), "\(account)")
    #expect(account.hasSuffix("EELScout operator console:/:/usr/sbin/nologin\n"), "\(account)")
    let groups = try String(contentsOf: root.appendingPathComponent("etc/group"), encoding: .utf8)
    #expect(groups.contains(/(?m)^eelscout:x:\d+:eelscout-console$/), "\(groups)")
    guard getuid() == 0 else {
      print("SKIPPED: folders: only root can make folders for another user")
      return
    }
    let folders = try Tool.run("systemd-tmpfiles", ["--create", "--root=\(root.path)", "\(folder)/eelscout.tmpfiles"])
    #expect(folders.status == 0, "\(folders.output)")
    for (name, mode) in [("var/lib/eelscout", 0o750), ("etc/eelscout", 0o755), ("etc/eelscout/eelscout.toml.d", 0o755)]
    {
      let found = try FileManager.default.attributesOfItem(atPath: root.appendingPathComponent(name).path)
      #expect(found[.posixPermissions] as? Int == mode, "\(name)")
    }
  }

  private func units() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".service") || $0.hasSuffix(".socket") || $0.hasSuffix(".timer") }.sorted()
  }

  /// Ids of messages that units write by themselves.
  private func idsInUnits() throws -> [String] {
    try units().flatMap { try text($0).matches(of: /MESSAGE_ID=([0-9a-f]{32})/).map { String($0.1) } }
  }
}
