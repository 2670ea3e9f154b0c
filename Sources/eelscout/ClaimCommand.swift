// eelscout claim: take targets to acquire, each given to one claimant only.

import AcquisitionAssistant
import ArgumentParser
import TargetStore

struct ClaimCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claim", abstract: "Claim the next targets: newest scan first, best first.",
    discussion: """
      A claimed target is given to nobody else until its lease ends. Say what became of it with done, skip, reject or
      release; without a word it is free again after the lease. Needs a running daemon and membership in its group.
      Prints the targets with the columns of target_queue. Exit status 0, or 1 when nothing is left to claim.

      Examples:
        eelscout claim --by night-script --lease 300 --json
        eelscout claim --top 5 --scan film-03.npy
      """)

  @OptionGroup var claimant: ClaimantOption

  @Option(help: ArgumentHelp("How long it is yours; 1…604800.", valueName: "seconds"))
  var lease: Double = 600

  @Option(help: "At most so many; 1…10000.")
  var top: Int = 1

  @Option(
    help: ArgumentHelp("Only of this scan: its number, the beginning of its hash, or its file name.", valueName: "s"))
  var scan: String?

  @Option(help: "rank: best first; visit: the order that spares beam travel.")
  var order: TargetOrder = .rank

  func validate() throws {
    if !(1...604_800).contains(lease) { throw ValidationError("--lease \(lease) is out of range; allowed 1…604800 s") }
    if !(1...10_000).contains(top) { throw ValidationError("--top \(top) is out of range; allowed 1…10000") }
  }

  func run() async throws {
    try await Commands.reporting {
      let targets = try claimant.desk().claim(
        ClaimRequest(by: claimant.by, leaseSeconds: lease, top: top, scan: scan, order: order))
      if claimant.json {
        Output.write(TargetReport.json(targets))
      } else if !targets.isEmpty {
        Output.write(TargetReport.table(targets, scans: try claimant.place.reader().scans(), Output.style))
      }
      guard targets.isEmpty else { return }
      Output.talk("nothing is left to claim")
      try Commands.end(.notSo)
    }
  }
}
