// A file under suspicion is tried alone, in a process of its own.

import Foundation
import Glibc
import SystemPackage

/// Runs this program once more, for one file only.
struct FileTrial: Sendable {
  enum Outcome: Hashable, Sendable {
    /// The file can be worked on.
    case lived
    /// Working on it ended the process by this signal, or by this status.
    case died(String)
    /// The process was ended from outside, or could not be started: that says nothing about the file.
    case unknown(String)
  }

  /// Processor time that no honest scan needs; a decoder that turns in circles is ended then.
  private static let processorSeconds = 120
  /// Signals that come from outside: an operator, the service manager, the kernel short of memory.
  private static let foreign: Set<Int32> = [SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGQUIT]
  /// What only the daemon itself is to be told.
  private static let ownVariables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "JOURNAL_STREAM"]

  /// What this program was started with.
  let arguments: [String]

  func run(_ path: FilePath) async -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe")
    process.arguments = arguments + ["--try-file", Data(path.bytes).base64EncodedString()]
    process.environment = ProcessInfo.processInfo.environment.filter { !Self.ownVariables.contains($0.key) }
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let (ends, end) = AsyncStream.makeStream(of: Outcome.self)
    process.terminationHandler = { process in
      end.yield(Self.outcome(process))
      end.finish()
    }
    do {
      try process.run()
    } catch {
      return .unknown("it could not be tried: \(error.localizedDescription)")
    }
    for await outcome in ends { return outcome }
    process.terminate()
    return .unknown("the trial was broken off")
  }

  private static func outcome(_ process: Process) -> Outcome {
    let status = process.terminationStatus
    guard process.terminationReason == .uncaughtSignal else {
      return status == 0 ? .lived : .unknown("the trial ended with status \(status)")
    }
    let name = "signal \(status)"
    return foreign.contains(status) ? .unknown("the trial was ended by \(name)") : .died(name)
  }

  /// The other side: does all work on one file and commits nothing. It returns, or the process ends.
  static func attempt(_ base64: String, _ configuration: AssistantConfiguration) async throws(CommandError) {
    guard let data = Data(base64Encoded: base64), let path = FilePath(platformBytes: [UInt8](data)) else {
      throw CommandError(.usage, "--try-file wants a path in base64")
    }
    // `SIGPROF` ends a process that has used this much processor time.
    var limit = itimerval(it_interval: timeval(), it_value: timeval(tv_sec: processorSeconds, tv_usec: 0))
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &limit, nil)
    do {
      _ = try await OneShotTriage(configuration, OneShotOptions()).triage(path)
    } catch {
      // A file that went, or can't be opened, is for the daemon to find out.
      return
    }
  }
}
