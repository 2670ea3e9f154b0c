// What a terminal can show, from its environment and its answers.

/// A terminal as far as pictures go.
public struct TerminalTraits: Equatable, Sendable {
  public var form: TerminalForm
  /// Pixels of a character, as the terminal says.
  public var cell: TerminalAnswer.Cell?

  /// - Parameters:
  ///   - environment: `TERM`, `COLORTERM`, `NO_COLOR`, the locale, and what terminals leave there.
  ///   - ask: puts the question of `TerminalQuestion` where the environment does not settle it; nil for no answer.
  public init(environment: [String: String], ask: () -> TerminalAnswer?) {
    func holds(_ name: String) -> Bool { environment[name].map { !$0.isEmpty } ?? false }
    let name = environment["TERM"] ?? "dumb"
    if holds("NO_COLOR") || name == "dumb" {
      (form, cell) = (.shades, nil)
      return
    }
    let blocks: TerminalForm = Self.isUnicode(environment) ? .blocks(Self.depth(environment, name)) : .shades
    // Old ones among these write the question on the screen.
    if name == "linux" || name.hasPrefix("vt") {
      (form, cell) = (blocks, nil)
      return
    }
    let answer = ask()
    cell = answer?.cell
    // Within tmux and screen the variables tell of the terminal outside, which gets only what they let through.
    let isMultiplexed = holds("TMUX") || holds("STY") || name.hasPrefix("screen") || name.hasPrefix("tmux")
    let isKitty =
      name == "xterm-kitty" || name == "xterm-ghostty" || holds("KITTY_WINDOW_ID")
      || ["ghostty", "WezTerm"].contains(environment["TERM_PROGRAM"])
    if answer?.isKitty == true || (isKitty && !isMultiplexed) {
      form = .kitty
    } else if answer?.hasSixel == true {
      form = .sixel
    } else {
      form = blocks
    }
  }

  /// Block characters in as many colours as the environment promises; for those who ask for them.
  public static func blocks(environment: [String: String]) -> TerminalForm {
    let isPlain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    return isPlain ? .shades : .blocks(depth(environment, environment["TERM"] ?? ""))
  }

  private static func depth(_ environment: [String: String], _ name: String) -> ColourDepth {
    if ["truecolor", "24bit"].contains(environment["COLORTERM"]) || name.hasSuffix("-direct") { return .trueColour }
    return name.contains("256color") || name.contains("kitty") ? .palette256 : .palette16
  }

  /// A locale that is said and is not UTF-8 can't show block characters.
  private static func isUnicode(_ environment: [String: String]) -> Bool {
    let said = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    let locale = (said ?? "UTF-8").uppercased()
    return locale.contains("UTF-8") || locale.contains("UTF8")
  }
}
