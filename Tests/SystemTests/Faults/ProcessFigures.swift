// What the kernel says about a process at work: memory, descriptors, threads, processor time.

import Foundation

/// Figures of one process at one moment, from /proc.
struct ProcessFigures {
  let residentKiB: Int
  /// The most it ever had.
  let peakKiB: Int
  let threads: Int
  let descriptors: Int
  /// Of all threads, dead ones too.
  let processorSeconds: Double
  /// How often its living threads were woken.
  let wakeUps: Int

  /// Nil when the process is no more.
  init?(_ id: Int32) {
    guard let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8),
      let times = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
      let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd"),
      let tasks = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")
    else { return nil }
    residentKiB = Self.number("VmRSS", status)
    peakKiB = Self.number("VmHWM", status)
    threads = Self.number("Threads", status)
    descriptors = open.count
    // The name in parentheses may hold spaces; utime and stime are the 12th and 13th fields after it.
    let fields = times.drop { $0 != ")" }.split(separator: " ").dropFirst()
    let ticks = fields.dropFirst(11).prefix(2).compactMap { Double($0) }.reduce(0, +)
    processorSeconds = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    wakeUps = tasks.reduce(0) { sum, task in
      let text = try? String(contentsOfFile: "/proc/\(id)/task/\(task)/status", encoding: .utf8)
      return sum + (text.map { Self.number("voluntary_ctxt_switches", $0) } ?? 0)
    }
  }

  /// The most memory that a process has held so far; nil when it is no more.
  static func peakKiB(of id: Int32) -> Int? {
    (try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)).map { number("VmHWM", $0) }
  }

  private static func number(_ name: String, _ status: String) -> Int {
    let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    return line?.split { $0 == ":" || $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) } ?? 0
  }
}
