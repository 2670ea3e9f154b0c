// Asking the terminal itself what it can show, without ever waiting long or leaving a trace.

import Glibc

/// The one place that talks with a terminal in both directions.
public enum TerminalQuestion {
  /// A picture of one pixel by kitty's protocol, only to be judged; the size of a character; the device attributes, which
  /// every terminal knows, so that its answer ends the wait.
  public static let text = "\u{1B}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\\u{1B}[16t\u{1B}[c"

  /// Longer than a terminal behind a slow line takes, s.
  private static let patience = 0.4

  /// Asks the terminal of this process. What is typed meanwhile is lost.
  /// - Returns: nil where there is no terminal, or this process does not stand in its foreground.
  public static func ask() -> TerminalAnswer? {
    let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    // In the background, setting up the terminal would stop the process.
    guard tcgetpgrp(terminal) == getpgrp() else { return nil }
    var before = termios()
    guard tcgetattr(terminal, &before) == 0 else { return nil }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ICANON | ECHO)
    withUnsafeMutableBytes(of: &silent.c_cc) { characters in
      characters[Int(VMIN)] = 0
      characters[Int(VTIME)] = 0
    }
    guard tcsetattr(terminal, TCSANOW, &silent) == 0 else { return nil }
    defer { tcsetattr(terminal, TCSANOW, &before) }
    let question = Array(text.utf8)
    guard write(terminal, question, question.count) == question.count else { return nil }
    return answer(terminal)
  }

  private static func answer(_ terminal: Int32) -> TerminalAnswer {
    var bytes: [UInt8] = []
    let deadline = ContinuousClock.now + .seconds(patience)
    // No answer is longer than a few dozen bytes; a terminal that floods is not listened to.
    while bytes.count < 4096 {
      let left = (deadline - .now) / .milliseconds(1)
      var waiting = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
      guard left > 0, poll(&waiting, 1, Int32(left.rounded(.up))) > 0, waiting.revents & Int16(POLLIN) != 0 else {
        break
      }
      var buffer = [UInt8](repeating: 0, count: 256)
      let count = read(terminal, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer.prefix(count)
      if TerminalAnswer(bytes).isComplete { break }
    }
    return TerminalAnswer(bytes)
  }
}
