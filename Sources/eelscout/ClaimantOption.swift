// Who claims and marks, and where: what the commands of the claim protocol share.

import AcquisitionAssistant
import ArgumentParser
import Foundation
import TargetStore

struct ClaimantOption: ParsableArguments {
  @Option(help: ArgumentHelp("Who does it; default: your user name.", valueName: "who"))
  var by: String = NSUserName()

  @OptionGroup var place: StateOption

  @Flag(help: "Print JSON.")
  var json = false

  func desk() throws(TargetStoreError) -> ClaimDesk { try ClaimDesk(directory: place.state) }

  /// Marks a target and prints it.
  func mark(_ id: String, _ mark: TargetMark, why: String? = nil, spectrumFile: String? = nil) async throws {
    try await Commands.reporting {
      let target = try desk().mark(id, mark, by: by, why: why, spectrumFile: spectrumFile)
      if json { return Output.write(TargetReport.json([target]).array?.first ?? .null) }
      Output.write("\(target.id) is \(target.status.rawValue) (\(target.statusBy))\n")
    }
  }
}
