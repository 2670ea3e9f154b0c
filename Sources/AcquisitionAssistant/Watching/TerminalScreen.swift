// A screen of its own for a list that changes, given back as it was.

import Glibc

/// The alternate screen of the terminal on standard output, with the cursor hidden and keys not echoed.
struct TerminalScreen {
  private let before: termios?

  init() {
    var before = termios()
    self.before = tcgetattr(STDIN_FILENO, &before) == 0 && tcgetpgrp(STDIN_FILENO) == getpgrp() ? before : nil
  }

  func enter() {
    if var silent = before {
      silent.c_lflag &= ~tcflag_t(ICANON | ECHO)
      // Ctrl-Z would leave the shell on this screen.
      withUnsafeMutableBytes(of: &silent.c_cc) { $0[Int(VSUSP)] = 0 }
      tcsetattr(STDIN_FILENO, TCSANOW, &silent)
    }
    Self.write("\u{1B}[?1049h\u{1B}[?25l")
  }

  func leave() {
    Self.write("\u{1B}[?25h\u{1B}[?1049l")
    if var before { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
  }

  /// Puts lines in place of what is there: nothing is cleared before it is written over, so nothing flickers.
  /// - Parameters:
  ///   - picture: text that draws one, of so many lines, above the others.
  ///   - rows: of the terminal; what does not fit is told in the last one.
  static func show(_ text: String, picture: (text: String, lines: Int)? = nil, rows: Int) {
    write(frame(text, picture: picture, rows: rows))
  }

  static func frame(_ text: String, picture: (text: String, lines: Int)? = nil, rows: Int) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    let room = max(rows - 1 - (picture?.lines ?? 0), 1)
    if lines.count > room {
      let hidden = lines.count - room + 1
      lines = lines.prefix(room - 1) + ["… \(hidden) more lines; --top or --scan shows less"]
    }
    // Terminals that know it (mode 2026) show all of it at once.
    var frame = "\u{1B}[?2026h\u{1B}[H"
    if let picture { frame += "\u{1B}_Ga=d,q=2\u{1B}\\" + picture.text.replacing("\n", with: "\u{1B}[K\n") }
    return frame + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J\u{1B}[?2026l"
  }

  private static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
