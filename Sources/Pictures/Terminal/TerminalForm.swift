// In which form a terminal takes a picture.

/// How many colours characters may have.
public enum ColourDepth: String, CaseIterable, Sendable {
  case trueColour, palette256, palette16
}

/// The forms, from the best to the plainest.
public enum TerminalForm: Hashable, Sendable {
  /// The graphics protocol of kitty, Ghostty, WezTerm, Konsole.
  case kitty
  /// The bitmaps of DEC's printers: xterm, foot, mlterm, Windows Terminal, tmux.
  case sixel
  /// Two pixels a character.
  case blocks(ColourDepth)
  /// Characters that are more or less dark, without colours.
  case shades
}
