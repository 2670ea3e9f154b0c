// What the operating system gives: folders, watches, libraries.

import Foundation
import Im2Spec
import LinearAlgebra
import MicroscopeFiles
import NeuralNetworks
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

  /// Which inner loops the networks run with, and how fast each path is: about a second of work.
  static let networks = DoctorCheck(name: "networks") { the in
    let choice = InferenceKernels.current
    let used = "the networks run with \(choice.kernels.rawValue): \(choice.reason)"
    guard let file = try? the.settings.modelFile(the.resources), let model = try? ModelFile.load(file) else {
      return [.note(used)]
    }
    let speeds = model.measureKernels(duration: .seconds(1)).map { speed in
      "\(speed.kernels.rawValue) \(Int(speed.roundTripsPerSecond.rounded()))"
    }
    return [.ok("\(used); places a second and core: \(speeds.joined(separator: ", "))")]
  }
}
