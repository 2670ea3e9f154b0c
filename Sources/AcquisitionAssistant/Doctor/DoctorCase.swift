// What the checks of the doctor look at together.

import SystemPackage
import TargetStore

/// One installation: its configuration, as far as it can be read, and its state directory.
struct DoctorCase: Sendable {
  let configuration: Result<AssistantConfiguration, CommandError>
  let configurationFile: FilePath
  let state: FilePath
  let resources: PackageResources
  /// The database opened for reading, or why it can't be.
  let reader: Result<TargetStoreReader, TargetStoreError>

  init(configurationFile: FilePath?, state: FilePath?, environment: [String: String], resources: PackageResources) {
    self.configurationFile = configurationFile ?? AssistantConfiguration.standardFile
    self.resources = resources
    let configuration = Result { () throws(CommandError) in
      try ConfigurationSources(file: configurationFile, environment: environment).load().values
    }
    self.configuration = configuration
    let settings = (try? configuration.get()) ?? AssistantConfiguration()
    let place = state ?? settings.stateDirectory(environment: environment)
    self.state = place
    reader = Result { () throws(TargetStoreError) in try TargetStoreReader(directory: place.string) }
  }

  /// The settings, or the defaults where they can't be read.
  var settings: AssistantConfiguration { (try? configuration.get()) ?? AssistantConfiguration() }

  var backups: BackupFolder { settings.backupFolder(state: state) }
}
