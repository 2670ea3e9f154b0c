// What the operating system gives: folders, watches, libraries.

import Foundation
import LinearAlgebra
import MicroscopeFiles
import Pictures
import SystemPackage
import TargetStore

extension DoctorCheck {
  static let folders = DoctorCheck(name: "folders") { the in
    the.settings.folders.map { folder in
      do {
        let count = try FileManager.default.contentsOfDirectory(atPath: folder.string).count
        return .ok("\(folder) can be listed by this user: \(count) entries")
      } catch {
        return .fault(
          "\(folder) can't be listed by this user",
          "mount it, or let the user read it: setfacl -m u:eelscout:rX \(folder)")
      }
    }
  }

  /// Folders in a tree of sessions over some years.
  private static let fewWatches = 8_192

  static let watches = DoctorCheck(name: "watches") { _ in
    func limit(_ name: String) -> Int? {
      (try? String(contentsOfFile: "/proc/sys/fs/inotify/\(name)", encoding: .utf8))
        .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    guard let watches = limit("max_user_watches"), let instances = limit("max_user_instances"),
      let events = limit("max_queued_events")
    else { return [.note("the limits of inotify can't be seen here")] }
    let text = "inotify: \(watches) folders, \(instances) programs a user, \(events) events in line"
    guard watches < fewWatches else { return [.ok(text)] }
    return [.note("\(text): larger trees are listed every few seconds", "sysctl fs.inotify.max_user_watches=524288")]
  }

  static let libraries = DoctorCheck(name: "libraries") { the in
    let sqlite = (try? the.reader.get().condition()).map { ["SQLite \($0.sqliteVersion)"] } ?? []
    let all =
      sqlite + FileLibraries.versions + [
        "libpng \(PNGFile.libraryVersion)", "OpenBLAS kernels \(BLASThreads.kernelName)",
      ]
    return [.ok(all.joined(separator: ", "))]
  }
}
