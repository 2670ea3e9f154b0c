// eelscout done, skip, reject, release: say what became of a target.

import AcquisitionAssistant
import ArgumentParser
import Foundation
import SystemPackage
import TargetStore

struct DoneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "done", abstract: "Say that a target was acquired.",
    discussion: """
      By whoever has claimed it, also after the lease as long as nobody else took it; of an unclaimed one by anybody.
      Exit status 1 when somebody has skipped or rejected it meanwhile, or another one holds it.

      Example: eelscout done 12-3 --spectrum /data/spectra/12-3.dm4
      """)

  @Argument(help: "Id of the target, such as 12-3.")
  var target: String

  @Option(help: ArgumentHelp("The spectrum that was acquired there.", valueName: "file"), completion: .file())
  var spectrum: String?

  @Option(help: "A remark for the history.")
  var why: String?

  @OptionGroup var claimant: ClaimantOption

  func run() async throws {
    let file = spectrum.map { FilePath($0).madeAbsolute }
    try await Commands.reporting {
      if let file, (try? file.stat()) == nil {
        throw CommandError(.noInput, "--spectrum \(file): no such file, or it can't be seen")
      }
    }
    try await claimant.mark(target, .done, why: why, spectrumFile: file?.string)
  }
}

struct SkipCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "skip", abstract: "Say that a target is not to be acquired now.",
    discussion: """
      Also of a target that a script has claimed: a person's word beats it. `release` takes it back.

      Example: eelscout skip 12-4 --why "charging"
      """)

  @Argument(help: "Id of the target, such as 12-3.")
  var target: String

  @Option(help: "The reason, for the history.")
  var why: String

  @OptionGroup var claimant: ClaimantOption

  func run() async throws { try await claimant.mark(target, .skip, why: why) }
}

struct RejectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reject", abstract: "Say that a target is none: contamination, a fold, the edge of the grid.",
    discussion: """
      Also of a target that a script has claimed: a person's word beats it. `release` takes it back.

      Example: eelscout reject 12-4 --why "contamination"
      """)

  @Argument(help: "Id of the target, such as 12-3.")
  var target: String

  @Option(help: "The reason, for the history.")
  var why: String

  @OptionGroup var claimant: ClaimantOption

  func run() async throws { try await claimant.mark(target, .reject, why: why) }
}

struct ReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Give a claimed target back, or undo skip, reject and done.",
    discussion: """
      A claim is given back by whoever holds it. Everything stays in the history.

      Example: eelscout release 12-4
      """)

  @Argument(help: "Id of the target, such as 12-3.")
  var target: String

  @Option(help: "A remark for the history.")
  var why: String?

  @OptionGroup var claimant: ClaimantOption

  func run() async throws { try await claimant.mark(target, .release, why: why) }
}
