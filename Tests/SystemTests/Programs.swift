// The built programs, run as an operator runs them.

import AssistantTestKit
import Foundation
import Microscopy
import StrictJSON
import Synchronization
import SystemPackage
import TestExtent
import Testing

/// One of the two programs beside the test bundle.
enum Program: String {
  case eelscout, eelscoutd

  var path: String? {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    let path = FilePath(own).removingLastComponent().appending(rawValue).string
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }

  /// Whether both programs are there; says so loudly when not.
  static let areBuilt: Bool = {
    let missing = [Program.eelscout, .eelscoutd].filter { $0.path == nil }
    if !missing.isEmpty {
      print(
        "SKIPPED: system tests, because \(missing.map(\.rawValue)) is not built beside the tests: swift build first")
    }
    return missing.isEmpty
  }()

  /// Where a sanitizer's programs are to write their reports, and what tells it of locks.
  static let sanitizerOptions = ProcessInfo.processInfo.environment.filter {
    $0.key.hasSuffix("SAN_OPTIONS") || ($0.key == "LD_PRELOAD" && Extent.now == .sanitized)
  }

  /// Starts the program with `arguments` and nothing else of this process's environment that could change it.
  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> RunningProgram {
    try RunningProgram(try #require(path), arguments, environment)
  }

  /// Runs the program to its end.
  func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> FinishedProgram {
    try await start(arguments, environment: environment).finish()
  }
}

struct FinishedProgram {
  let status: Int32
  let output: String
  let talk: String

  func json() throws -> JSONValue { try JSONValue.parse(output.utf8) }
}

/// A program at work. What it says is collected in files: nothing can block it.
final class RunningProgram: Sendable {
  private let process: Mutex<Process>
  private let folder: String
  private let ended: AsyncStream<Int32>

  init(_ path: String, _ arguments: [String], _ environment: [String: String]) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("eelscout-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.folder = folder.path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = environment.merging(["TZ": "UTC", "PATH": "/usr/bin:/bin"]) { given, _ in given }
      .merging(Program.sanitizerOptions) { given, _ in given }
    var files: [FileHandle] = []
    for (name, keep) in [("out", \Process.standardOutput), ("err", \Process.standardError)]
      as [(String, ReferenceWritableKeyPath<Process, Any?>)]
    {
      let file = folder.appendingPathComponent(name)
      try Data().write(to: file)
      files.append(try FileHandle(forWritingTo: file))
      process[keyPath: keep] = files.last
    }
    process.standardInput = FileHandle.nullDevice
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    ended = stream
    process.terminationHandler = { process in
      continuation.yield(process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus)
      continuation.finish()
    }
    try process.run()
    // Otherwise they stay open, and a test that asks a thousand times runs out of descriptors.
    for file in files { try file.close() }
    self.process = Mutex(process)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var talk: String { (try? String(contentsOfFile: folder + "/err", encoding: .utf8)) ?? "" }

  /// What it has printed so far.
  var output: String { (try? String(contentsOfFile: folder + "/out", encoding: .utf8)) ?? "" }

  var id: Int32 { process.withLock { $0.processIdentifier } }

  /// The process that this one started; nil when there is none (any more).
  var child: Int32? {
    let list = try? String(contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8)
    return list?.split(separator: " ").first.flatMap { Int32($0) }
  }

  func signal(_ number: Int32) {
    process.withLock { process in _ = kill(process.processIdentifier, number) }
  }

  /// Waits for the end; the negative number of the signal where one ended it.
  func finish() async throws -> FinishedProgram {
    var status: Int32 = .min
    for await value in ended { status = value }
    let output = try String(contentsOfFile: folder + "/out", encoding: .utf8)
    return FinishedProgram(status: status, output: output, talk: talk)
  }
}

extension Workplace {
  /// What the daemon is started with on this place's session folder.
  var daemonArguments: [String] {
    ["--watch", session.string, "--state", state.string, "--model", model.string, "--quiet", "0.2"]
  }

  /// The daemon on this place's session folder, ready for work.
  func startDaemon(_ more: [String] = []) async throws -> RunningProgram {
    let daemon = try Program.eelscoutd.start(daemonArguments + more)
    let isReady = await eventually { daemon.talk.contains("ready: ") }
    #expect(isReady, "\(daemon.talk)")
    return daemon
  }

  /// The answer of a command to the database of this place.
  func ask(_ command: String, _ more: [String] = []) async throws -> JSONValue {
    try await Program.eelscout.run([command, "--state", state.string, "--json"] + more).json()
  }

  /// Whether a number of scans is recorded.
  func hasScans(_ count: Int) async throws -> Bool {
    try await ask("status")["counts"]?["scans"]?.int == count
  }
}

extension SquareFilm {
  /// A scan whose ranking takes seconds; larger where `TinyModel` is smaller.
  static func long(seed: UInt64) -> Scan {
    let edge = Extent.now.choose(usual: 800, sanitized: 1600)
    return scan(rows: edge, columns: edge, seed: seed)
  }
}
