// One run of a program, with the most memory that it held.

import Foundation
import Testing

/// A program at its end, looked at until then. What wait4(2) tells counts the memory of the process that started it,
/// which the new one had until its own program took the place.
struct MeasuredRun {
  let status: Int32
  let peakKiB: Int
  let output: String

  init(_ program: Program, _ arguments: [String]) throws {
    let path = try #require(program.path)
    let outputPath = FileManager.default.temporaryDirectory.appendingPathComponent("eelscout-\(UUID().uuidString)").path
    defer { unlink(outputPath) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    let settings = ["PATH=/usr/bin:/bin"] + Program.sanitizerOptions.map { name, value in "\(name)=\(value)" }
    var environment: [UnsafeMutablePointer<CChar>?] = settings.map { strdup($0) } + [nil]
    defer { for word in environment { free(word) } }
    var id: pid_t = 0
    try #require(posix_spawn(&id, path, &actions, nil, &words, &environment) == 0)
    var ending: Int32 = 0
    var peak = 0
    while true {
      // Nothing is left to see of a process that has ended.
      peak = max(peak, ProcessFigures.peakKiB(of: id) ?? 0)
      let ended = waitpid(id, &ending, WNOHANG)
      if ended == id { break }
      try #require(ended == 0 || errno == EINTR)
      usleep(500)
    }
    status = ending & 0x7F == 0 ? (ending >> 8) & 0xFF : -(ending & 0x7F)
    peakKiB = peak
    output = (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? ""
  }
}
