// One target of the database: what `show` and `why` ask for alike.

import AcquisitionAssistant
import ArgumentParser
import TargetStore

struct TargetOption: ParsableArguments {
  @Argument(help: "Id of the target, such as 12-3.")
  var target: String

  @OptionGroup var place: StateOption

  @Flag(help: "Print JSON, with scores and predicted spectrum.")
  var json = false

  /// - Throws: `CommandError` of status `notSo` where there is no such target.
  func detail() throws -> TargetDetail {
    guard let detail = try place.reader().target(target) else {
      throw CommandError(.notSo, "no target \(target); `eelscout targets` lists their ids")
    }
    return detail
  }

  /// Prints the target as JSON, or as `text` puts it.
  /// - Throws: `CommandError` of status `notSo` where there is no such target.
  func report(_ text: (TargetDetail, TextStyle) -> String) throws {
    let detail = try detail()
    if json { return Output.write(TargetDetailReport.json(detail)) }
    Output.write(text(detail, Output.style))
  }
}
