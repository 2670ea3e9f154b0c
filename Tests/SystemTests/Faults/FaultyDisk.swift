// A disk that refuses: strace lets chosen system calls on the database's files fail.

import AssistantTestKit
import Foundation
import StrictJSON
import Testing

/// System calls of a running daemon on its database, every k-th of which fails.
struct FaultyDisk {
  private let strace: RunningProgram
  private let id: Int32

  static func isAvailable() async throws -> Bool { try await Tool.strace.works(["-qq", "/bin/true"]) }

  /// The options of strace for it.
  /// - Parameters:
  ///   - error: such as EIO.
  ///   - when: strace's counting of calls: `3`, `2+5`.
  static func options(_ place: Workplace, _ error: String, when: String) -> [String] {
    let calls = "write,pwrite64,fsync,fdatasync,ftruncate"
    let files = ["", "-wal", "-shm", "-journal"].flatMap { ["-P", "\(place.state)/eelscout.sqlite\($0)"] }
    return ["-f", "-qq", "-o", "/dev/null"] + files
      + ["-e", "trace=\(calls)", "-e", "inject=\(calls):error=\(error):when=\(when)"]
  }

  /// Makes the disk of a running daemon fail from now on.
  init(_ daemon: RunningProgram, _ place: Workplace, _ error: String, every step: Int) async throws {
    id = daemon.id
    strace = try Tool.strace.start(
      Self.options(place, error, when: "\(step)+\(step)") + ["-p", "\(id)"])
    let isAttached = await eventually { [id] in Self.tracer(of: id) != 0 }
    #expect(isAttached)
  }

  /// The disk is well again.
  func heal() async throws {
    // Threads that start programs block signals, and strace leaves them blocked.
    strace.signal(SIGKILL)
    _ = try await strace.finish()
    let isFree = await eventually { Self.tracer(of: id) == 0 }
    #expect(isFree)
  }

  private static func tracer(of id: Int32) -> Int {
    let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("TracerPid:") }
    return line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0
  }
}
