// `targets --watch` from outside: in a pipe and on a terminal.

import AssistantTestKit
import Foundation
import StoreTestKit
import StrictJSON
import TestExtent
import Testing

@Suite("Watching the list", .enabled(if: Program.areBuilt))
struct WatchTests {
  private let session: FixedSession

  init() throws { session = try FixedSession() }

  @Test func aPipeGetsOneArrayALineAndChange() async throws {
    let watch = try Program.eelscout.start(["targets", "--watch", "--json", "--state", session.state])
    #expect(await eventually { watch.output.contains("\n") })
    try session.add(4)
    #expect(await eventually { watch.output.count { $0 == "\n" } == 2 })
    try session.add(5)
    #expect(await eventually { watch.output.count { $0 == "\n" } == 3 })
    watch.signal(SIGTERM)
    let run = try await watch.finish()
    #expect(run.status == 0 && run.talk.isEmpty, "\(run.talk)")
    let lists = try run.output.split(separator: "\n").map { try JSONValue.parse(Substring($0).utf8).array ?? [] }
    #expect(lists.map(\.count) == [5, 6, 7])
    #expect(lists.last?.first?["scan"]?.int == 5)
  }

  @Test func aPipeGetsTablesAndNothingWhileNothingChanges() async throws {
    let watch = try Program.eelscout.start(["targets", "--watch", "--picture", "--state", session.state])
    #expect(await eventually { watch.output.contains("why a target") })
    let first = watch.output
    let before = try Self.processorTicks(watch.id)
    try await Task.sleep(for: .seconds(3))
    #expect(watch.output == first)
    // A tenth of what one core does in that time would be a loop that never rests.
    if Extent.measures { #expect(try Self.processorTicks(watch.id) - before < 30) }
    try session.add(4)
    #expect(await eventually { watch.output.contains("scan 4  film-04.npy") })
    #expect(!watch.output.contains("\u{1B}"))
    watch.signal(SIGINT)
    #expect(try await watch.finish().status == 0)
  }

  @Test func theDatabaseMayGoAndComeBack() async throws {
    let watch = try Program.eelscout.start(["targets", "--watch", "--state", session.state])
    #expect(await eventually { watch.output.contains("film-01.npy") })
    let (here, away) = (session.state, session.folder + "/away")
    try FileManager.default.moveItem(atPath: here, toPath: away)
    #expect(await eventually { watch.talk.contains("no database") })
    try FileManager.default.moveItem(atPath: away, toPath: here)
    try session.add(4)
    #expect(await eventually { watch.output.contains("film-04.npy") })
    watch.signal(SIGTERM)
    #expect(try await watch.finish().status == 0)
  }

  /// Clock ticks, 100 a second, that a process has spent.
  private static func processorTicks(_ id: Int32) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
  }

  @Test(
    "on a terminal it takes a screen of its own and gives the terminal back as it was",
    arguments: ["INT", "TERM", "HUP", "^C"])
  func terminal(signal: String) async throws {
    let script = """
      import os, pty, select, signal, struct, sys, termios, time, fcntl
      program, state, name = sys.argv[1:4]
      # The program begins once the terminal has been looked at.
      go, begin = os.pipe()
      child, terminal = pty.fork()
      if child == 0:
          os.environ.update(TERM='xterm-256color', LANG='C.UTF-8')
          os.read(go, 1)
          os.execv(program, [program, 'targets', '--watch', '--picture', '--state', state])
      fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
      before = termios.tcgetattr(terminal)
      os.write(begin, b'x')
      out = b''
      def until(text, limit=60):
          global out
          end = time.time() + limit
          while text not in out:
              assert time.time() < end, (text, out[-500:])
              if select.select([terminal], [], [], 0.1)[0]:
                  try: piece = os.read(terminal, 65536)
                  except OSError: piece = b''
                  if not piece: return
                  out += piece
      # The question is answered as xterm without sixels does.
      until(b'\\x1b[c'); os.write(terminal, b'\\x1b[?62;22c')
      until(b'\\x1b[?2026l')
      assert b'\\x1b[?1049h' in out and b'\\x1b[?25l' in out
      frame = out.split(b'\\x1b[?2026h')[-1]
      assert b'film-03' in frame or b'more lines' in frame, frame
      assert frame.count(b'\\n') <= 24, frame.count(b'\\n')
      assert b'\\x1b[2J' not in frame
      assert termios.tcgetattr(terminal)[3] & termios.ECHO == 0
      if name == '^C': os.write(terminal, b'\\x03')
      else: os.kill(child, getattr(signal, 'SIG' + name))
      until(b'\\x1b[?1049l')
      assert b'\\x1b[?25h' in out
      # Read what is left, so that nothing blocks its end.
      end = time.time() + 30
      while time.time() < end:
          done, status = os.waitpid(child, os.WNOHANG)
          if done: break
          if select.select([terminal], [], [], 0.05)[0]:
              try: os.read(terminal, 65536)
              except OSError: pass
      assert done and os.waitstatus_to_exitcode(status) == 0, status
      try: after = termios.tcgetattr(terminal)
      except termios.error: after = before
      assert after[3] == before[3], (before, after)
      """
    guard try await Tool.python3.works(["-c", "import pty"]) else { return }
    let program = try #require(Program.eelscout.path)
    let run = try await Tool.python3.start(["-c", script, program, session.state, signal]).finish()
    #expect(run.status == 0, "\(run.talk)")
  }

  @Test func aTerminalThatNeverAnswersIsNotWaitedForLong() async throws {
    let script = """
      import os, pty, select, sys, time
      child, terminal = pty.fork()
      if child == 0:
          os.environ.update(TERM='xterm-256color', COLORTERM='truecolor', LANG='C.UTF-8')
          os.execv(sys.argv[1], [sys.argv[1], 'targets', '--scan', '1', '--picture', '--state', sys.argv[2]])
      start, out = time.time(), b''
      while True:
          assert time.time() - start < 60
          if select.select([terminal], [], [], 0.1)[0]:
              try: piece = os.read(terminal, 65536)
              except OSError: break
              if not piece: break
              out += piece
      assert '▀'.encode() in out, out[:300]
      print(time.time() - start)
      """
    guard try await Tool.python3.works(["-c", "import pty"]) else { return }
    let program = try #require(Program.eelscout.path)
    let run = try await Tool.python3.start(["-c", script, program, session.state]).finish()
    #expect(run.status == 0, "\(run.talk)")
  }
}
