// eelscout restore: put a backup in the place of a damaged database.

import AcquisitionAssistant
import ArgumentParser
import SystemPackage
import TargetStore

struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Restore the database from a backup; what stands there is kept.",
    discussion: """
      Refuses while a daemon runs. The backup is checked throughout, the present files are set aside under
      damaged-TIME-…, and the backup takes their place in one step. Scans since the backup are ranked again from their
      folder when the daemon starts; what people and scripts marked since is lost, and scans get new numbers.
      Run it as root or as the user eelscout. Exit status 0, 1 while a daemon runs, 66 without a good backup.

      Examples:
        systemctl stop eelscoutd && eelscout restore && systemctl start eelscoutd
        eelscout restore --from /backup/eelscout-20261126T025555Z.sqlite --state /tmp/eelscout
      """)

  @Option(help: ArgumentHelp("The backup; default: the newest good one.", valueName: "backup"), completion: .file())
  var from: String?

  @Option(
    help: ArgumentHelp("Where backups lie; default: as configured, else STATE/backup.", valueName: "dir"),
    completion: .directory)
  var backups: String?

  @OptionGroup var place: StateOption

  func run() async throws {
    try await Commands.reporting {
      let restore = StateRestore(directory: place.state, backups: try folder())
      let outcome = try restore.restore(from: from)
      for reason in outcome.passedOver { Output.talk("passed over: \(reason)") }
      let contents = outcome.contents
      Output.write("restored from \(outcome.backup): \(contents.scans) scans, \(contents.targets) targets\n")
      for path in outcome.setAside { Output.write("set aside: \(path)\n") }
      Output.write("next: systemctl start eelscoutd; scans since the backup are ranked again from their folder\n")
    }
  }

  /// Another state directory than the configured one has its backups in itself.
  private func folder() throws(CommandError) -> BackupFolder {
    if let backups { return BackupFolder(backups) }
    let configured = try Commands.configuration(nil)
    let state = FilePath(place.state).madeAbsolute
    return state == AssistantConfiguration.standardState
      ? configured.backupFolder(state: state) : .standard(inState: place.state)
  }
}
