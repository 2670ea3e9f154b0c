// --picture: the scan itself above a list, as the terminal can show it.

import AcquisitionAssistant
import ArgumentParser
import Foundation
import Pictures
import ReportPages
import TargetStore

enum PictureChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, kitty, sixel, blocks, none
}

struct PictureOption: ParsableArguments {
  @Option(
    name: .customLong("picture"), defaultAsFlag: PictureChoice.auto,
    help: ArgumentHelp(
      "Draw the scan with its numbered boxes: auto (what the terminal can show; nothing into a pipe), kitty, sixel, blocks "
        + "(shades of plain characters with NO_COLOR), none.", valueName: "form"))
  var choice: PictureChoice?

  /// Nil where no picture is to be drawn.
  func traits(_ style: TextStyle) -> TerminalTraits? {
    let environment = ProcessInfo.processInfo.environment
    switch choice ?? .none {
    case .none: return nil
    case .auto:
      return style.isTerminal ? TerminalTraits(environment: environment, ask: TerminalQuestion.ask) : nil
    case .kitty: return TerminalTraits(form: .kitty)
    case .sixel: return TerminalTraits(form: .sixel)
    case .blocks: return TerminalTraits(form: TerminalTraits.blocks(environment: environment))
    }
  }

  /// The picture of a scan with those of some targets that lie on it; nil where none is kept.
  func draw(
    _ number: Int?, _ targets: [StoredTarget], _ reader: TargetStoreReader, _ traits: TerminalTraits,
    _ style: TextStyle, lines: Int
  ) throws -> TerminalPicture? {
    guard let number, let picture = try reader.picture(.scan, ofScan: number) else { return nil }
    let scan = try reader.scan("\(number)")
    let marked = MarkedScan(picture, scan: scan, targets: targets.filter { $0.scan == number })
    return try TerminalPicture(marked, traits, columns: style.width - 2, lines: lines)
  }

  /// Says why there is none, once, without spoiling the list.
  static let missing = "no picture of this scan is kept: it was pruned, or recorded by an earlier version"
}
