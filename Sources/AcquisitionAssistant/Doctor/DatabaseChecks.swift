// The database, its log, its backups, and what may be done to its files.

import Foundation
import SystemPackage
import TargetStore

extension DoctorCheck {
  static let database = DoctorCheck(name: "database") { the in
    do {
      let condition = try the.reader.get().condition()
      let size = "\(condition.bytes >> 10) KiB"
      guard condition.finding == "ok" else {
        return [.fault("damaged: \(condition.finding)", restore(the))]
      }
      return [.ok("whole: every page, index and row checked; schema \(condition.schema), \(size)")]
    } catch let error as TargetStoreError where error.code == .noDatabase {
      return [.fault("none: \(error.message)", "systemctl start eelscoutd")]
    } catch {
      return [.fault("\(error)", restore(the))]
    }
  }

  private static func restore(_ the: DoctorCase) -> String {
    "stop the daemon, then: eelscout restore --state \(the.state)"
  }

  /// Longer logs mean that some program has been reading for long.
  private static let longLog: Int64 = 64 << 20

  static let log = DoctorCheck(name: "log") { the in
    guard let condition = try? the.reader.get().condition() else { return [] }
    let size = "\(condition.logBytes >> 10) KiB in \(the.state)/eelscout.sqlite-wal"
    if (try? the.reader.get().isDaemonRunning) == true, condition.journalMode != "wal" {
      return [
        .fault("journal mode \(condition.journalMode), not wal", "keep the state directory on a local file system")
      ]
    }
    guard condition.logBytes > longLog else { return [.ok("write-ahead log of \(size)")] }
    return [
      .note("the write-ahead log has grown to \(size)", "end the program that reads the database without pause (fuser)")
    ]
  }

  static let daemon = DoctorCheck(name: "daemon") { the in
    guard let reader = try? the.reader.get(), let health = try? reader.health() else { return [] }
    let report = StatusReport.judge(health, now: Date())
    switch report.state {
    case .ok, .waiting: return [.ok("\(report.state.rawValue): \(report.status)")]
    case .stopped: return [.note("stopped: \(report.status)", report.action)]
    case .degraded: return [.fault("degraded: \(report.status)", report.action ?? "journalctl -u eelscoutd")]
    }
  }

  static let backups = DoctorCheck(name: "backups") { the in
    let hours = the.settings.backupHours
    let files = the.backups.files()
    guard let newest = files.first, let date = newest.date else {
      if hours == 0 { return [.note("none, and backup.interval_hours = 0 asks for none")] }
      return [.note("none yet in \(the.backups.path)", "the daemon makes one within \(Figures.short(hours)) h")]
    }
    let age = Date().timeIntervalSince(date) / 3_600
    let text = "\(files.count) in \(the.backups.path); newest \(newest.madeAt), \(Figures.short(max(0, age))) h old"
    do throws(TargetStoreError) {
      let contents = try BackupContents.ofChecked(newest.path)
      var findings = [DoctorFinding.ok("\(text), whole, \(contents.scans) scans")]
      if hours > 0, age > 2 * hours, (try? the.reader.get().isDaemonRunning) == true {
        findings = [.fault("\(text): overdue", "journalctl -u eelscoutd MESSAGE_ID=37d627ff3a1c4ff289a5f22919c82541")]
      }
      return findings
    } catch {
      return [.fault("\(text): not good: \(error.message)", "look at the disk; the daemon makes another one in time")]
    }
  }

  static let permissions = DoctorCheck(name: "permissions") { the in
    let names = ["", "/eelscout.sqlite", "/eelscout.sqlite-wal", "/eelscout.sqlite-shm"]
    var findings: [DoctorFinding] = []
    for path in names.map({ FilePath(the.state.string + $0) }) {
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: path.string),
        let mode = attributes[.posixPermissions] as? Int
      else { continue }
      let owner = attributes[.ownerAccountName] as? String ?? "?"
      let group = attributes[.groupOwnerAccountName] as? String ?? "?"
      let text = "\(path) is \(String(mode, radix: 8)), \(owner):\(group)"
      let isFolder = path == the.state
      if isFolder, mode & 0o002 == 0, mode & 0o005 != 0 {
        findings.append(.note("\(text): everybody may look into it", "chmod o= \(path)"))
      } else if mode & 0o007 != 0 {
        findings.append(.fault("\(text): open to everybody", "chmod o= \(path)"))
      } else if isFolder, mode & 0o020 != 0 {
        findings.append(.fault("\(text): the group could replace the database", "chmod g-w \(path)"))
      } else if !isFolder, mode & 0o060 != 0o060 {
        findings.append(.note("\(text): members of the group can't claim targets", "chmod g+rw \(path)"))
      } else {
        findings.append(.ok(text))
      }
    }
    return findings
  }

  /// Below this the next backup or burst of scans may not fit.
  private static let leastFree: Int64 = 256 << 20

  static let space = DoctorCheck(name: "space") { the in
    guard let free = DiskSpace.freeBytes(the.state.string) else { return [] }
    let text = "\(free >> 20) MiB free on the file system of \(the.state)"
    return [free < leastFree ? .fault(text, "free space there") : .ok(text)]
  }
}
