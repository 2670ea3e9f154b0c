// Programs of the system that put the daemon into trouble.

import AssistantTestKit
import Foundation
import StrictJSON
import Testing

enum Tool: String {
  case strace, unshare, nsenter, setpriv, taskset, sh, man, groff, promtool, python3, sixel2png

  var path: String? {
    ["/usr/bin/", "/bin/"].map { $0 + rawValue }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> RunningProgram {
    try RunningProgram(try #require(path), arguments, environment)
  }

  /// Whether the tool is there and may do that here; says so loudly when not.
  func works(_ arguments: [String]) async throws -> Bool {
    if path != nil, try await start(arguments).finish().status == 0 { return true }
    print("SKIPPED: a hazard, because \(rawValue) \(arguments.joined(separator: " ")) does not work here")
    return false
  }
}

extension Workplace {
  /// The daemon, started by a tool.
  func startDaemon(
    under tool: Tool, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> RunningProgram {
    try tool.start(arguments + [try #require(Program.eelscoutd.path)] + daemonArguments, environment: environment)
  }

  /// The daemon as a user to whom permissions mean something; nil where that can't be had.
  func startDaemonWithoutPrivileges() async throws -> RunningProgram? {
    guard getuid() == 0 else { return try await startDaemon() }
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"]
    let program = try #require(Program.eelscoutd.path)
    guard try await Tool.setpriv.works(nobody + [program, "--help"]) else { return nil }
    try FileManager.default.createDirectory(atPath: state.string, withIntermediateDirectories: true)
    for path in [root, session, state] { #expect(chown(path.string, 65534, 65534) == 0) }
    for name in try FileManager.default.contentsOfDirectory(atPath: session.string) {
      #expect(chown(session.appending(name).string, 65534, 65534) == 0)
    }
    let daemon = try startDaemon(under: .setpriv, nobody)
    let isReady = await eventually { daemon.talk.contains("ready: ") }
    #expect(isReady, "\(daemon.talk)")
    return daemon
  }

  /// What the status says of a file that is not ready.
  func state(of name: String) async throws -> JSONValue? {
    guard FileManager.default.fileExists(atPath: state.appending("eelscout.sqlite").string) else { return nil }
    return try await ask("status")["files"]?.array?.first { $0["path"]?.string?.hasSuffix("/" + name) == true }
  }
}
