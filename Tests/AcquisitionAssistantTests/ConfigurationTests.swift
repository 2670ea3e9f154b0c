// Configuration: what a file may say, and how a wrong one is refused.

import AcquisitionAssistant
import AssistantTestKit
import MicroscopeFiles
import SystemPackage
import Testing

@Suite("Configuration")
struct ConfigurationTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private func read(_ text: String) throws -> AssistantConfiguration {
    try AssistantConfiguration(file: try place.write(text, to: "eelscout.toml"))
  }

  private func fault(_ text: String) throws -> CommandError? {
    do {
      _ = try read(text)
      return nil
    } catch let error as CommandError {
      return error
    }
  }

  @Test func everyKeyOfTheTableIsRead() throws {
    let settings = try read(
      """
      model = "/m.safetensors"
      rules = "/rules"
      state = "/state"
      [watch]
      folders = ["/a", "/b"]
      quiet_seconds = 0.5
      rescan_seconds = 7
      companion_seconds = 1.5
      incomplete_minutes = 3
      [triage]
      threads = 3
      memory_mib = 2048
      [backup]
      directory = "/backups"
      interval_hours = 12
      keep = 3
      [check]
      interval_hours = 48
      [retention]
      interval_hours = 2
      [scan]
      default_pixel_size_nm = 1.75
      also_haadf_channels = ["Ring"]
      unnamed_images = "accept"
      unnamed_name_contains = ["survey"]
      """)
    var wanted = AssistantConfiguration()
    wanted.folders = ["/a", "/b"]
    wanted.quietSeconds = 0.5
    wanted.rescanSeconds = 7
    wanted.companionSeconds = 1.5
    wanted.incompleteMinutes = 3
    wanted.threads = 3
    wanted.memoryMiB = 2_048
    wanted.backups = "/backups"
    wanted.backupHours = 12
    wanted.backupsKept = 3
    wanted.checkHours = 48
    wanted.pruneHours = 2
    wanted.defaultPixelSizeNM = 1.75
    wanted.channels = ChannelRule(alsoAccepted: ["Ring"], unnamed: .acceptedIfNamed(["survey"]))
    wanted.model = "/m.safetensors"
    wanted.rules = "/rules"
    wanted.state = "/state"
    #expect(settings == wanted)
  }

  @Test(arguments: [
    ("[watch]\nquiet_seconds = -1\n", [":2: watch.quiet_seconds = -1", "0…600 s"]),
    ("[triage]\nthreads = 0\n", [":2: triage.threads = 0", "1…256"]),
    ("[watch]\nquiet_second = 1\n", [":2: watch.quiet_second", "quiet_seconds"]),
    ("[watch]\nfolders = [\"data\"]\n", [":2: watch.folders", "absolute"]),
    ("model = \"m\"\n", [":1: model", "absolute"]),
    ("[scan]\nunnamed_images = \"some\"\n", [":2: scan.unnamed_images", "accept or ignore"]),
    ("[watch\n", [":1: ", "TOML"]),
  ])
  func aWrongFileIsOneLineWithPlaceKeyAndAllowedRange(text: String, parts: [String]) throws {
    let error = try #require(try fault(text))
    #expect(error.status == .badConfiguration)
    #expect(!error.description.contains("\n"))
    for part in parts { #expect(error.description.contains(part), "\(error)") }
  }

  @Test func aNamedFileMustExist() {
    #expect(throws: CommandError.self) { try AssistantConfiguration(file: "/nowhere/eelscout.toml") }
  }

  @Test func theStateDirectoryComesFromTheFileThenTheManagerThenTheUsualPlace() throws {
    var settings = AssistantConfiguration()
    #expect(settings.stateDirectory(environment: [:]) == "/var/lib/eelscout")
    #expect(settings.stateDirectory(environment: ["STATE_DIRECTORY": "/s:/t"]) == "/s")
    settings.state = "/mine"
    #expect(settings.stateDirectory(environment: ["STATE_DIRECTORY": "/s"]) == "/mine")
  }

  @Test func aStateDirectoryInsideAWatchedFolderIsRefusedEvenBehindALink() throws {
    try FilePath.link(at: place.root.appending("link"), to: place.session)
    for state in [place.session.appending("state"), place.root.appending("link/state")] {
      var settings = AssistantConfiguration()
      settings.folders = [place.session]
      settings.model = place.model
      settings.state = state
      let error = #expect(throws: CommandError.self) { _ = try AssistantProgram(settings, environment: [:]) }
      #expect(error?.status == .badConfiguration)
      #expect(error?.description.contains("inside the watched folder") == true)
    }
  }

  @Test func withoutFoldersThereIsNothingToDo() throws {
    let error = #expect(throws: CommandError.self) {
      _ = try AssistantProgram(AssistantConfiguration(), environment: [:])
    }
    #expect(error?.description.contains("watch.folders") == true)
  }

  @Test func aBrokenModelNamesItsFile() throws {
    var settings = AssistantConfiguration()
    settings.folders = [place.session]
    settings.state = place.state
    settings.model = try place.write("not a bundle", to: "broken.safetensors")
    let error = #expect(throws: CommandError.self) { _ = try AssistantProgram(settings, environment: [:]) }
    #expect(error?.status == .badConfiguration)
    #expect(error?.description.contains("broken.safetensors") == true)
  }
}
