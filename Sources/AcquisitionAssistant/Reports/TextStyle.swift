// Colour and weight, only where a terminal shows them and nobody forbids it.

import Glibc

/// How text for people is decorated.
public struct TextStyle: Sendable {
  private let isDecorated: Bool
  /// Whether somebody looks at the text on a terminal.
  public let isTerminal: Bool
  /// Columns that a line may have.
  public let width: Int
  /// Lines of the terminal; what a page of print has where there is none.
  public let lines: Int

  private static let usualLines = 50

  init(isDecorated: Bool, isTerminal: Bool = false, width: Int = TextLayout.width, lines: Int = usualLines) {
    self.isDecorated = isDecorated
    self.isTerminal = isTerminal
    self.width = max(width, TextLayout.width)
    self.lines = lines
  }

  /// Decorated on a terminal unless `NO_COLOR` is set (no-color.org) or the terminal is dumb.
  public init(environment: [String: String]) {
    let isForbidden = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let size = isTerminal ? Self.terminalSize : nil
    self.init(
      isDecorated: isTerminal && !isForbidden && environment["TERM"] != "dumb", isTerminal: isTerminal,
      width: size?.columns ?? TextLayout.width, lines: size?.lines ?? Self.usualLines)
  }

  private static var terminalSize: (columns: Int, lines: Int)? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  func bold(_ text: String) -> String { decorated(text, "1") }

  func faint(_ text: String) -> String { decorated(text, "2") }

  /// `in`, `marked`, `refused`.
  func verdict(_ word: String) -> String {
    switch word {
    case "marked": decorated(word, "33")
    case "refused": decorated(word, "31")
    default: decorated(word, "32")
    }
  }

  /// `ok`, `degraded`, `waiting`, `stopped`.
  func state(_ word: String) -> String {
    switch word {
    case "ok": decorated(word, "32")
    case "waiting": decorated(word, "33")
    default: decorated(word, "31")
    }
  }

  private func decorated(_ text: String, _ code: String) -> String {
    isDecorated ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
