// eelscout show: one target, where it is and what to do there.

import AcquisitionAssistant
import ArgumentParser

struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one target: position, dwell, prediction, history.",
    discussion: """
      --picture draws the scan with this target's box. --json has the tile, the round-tripped tile, the nearest training
      tiles and the predicted spectrum with the networks' spread as well. Exit status 1 when there is no such target.

      Examples:
        eelscout show 12-3
        eelscout show 12-3 --picture
      """)

  @OptionGroup var option: TargetOption
  @OptionGroup var picture: PictureOption

  func validate() throws {
    if option.json && (picture.choice ?? .none) != .none {
      throw ValidationError("--picture is for people; give it without --json")
    }
  }

  func run() async throws {
    try await Commands.reporting {
      let style = Output.style
      if let traits = picture.traits(style) {
        let target = try option.detail().target
        let reader = try option.place.reader()
        if let drawn = try picture.draw(
          target.scan, [target], reader, traits, style, lines: max(style.lines / 2, 12))
        {
          Output.write(drawn.text)
        } else {
          Output.talk(PictureOption.missing)
        }
      }
      try option.report(TargetDetailReport.show)
    }
  }
}
