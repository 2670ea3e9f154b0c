// Configuration: where settings may come from, which of them wins, and how a wrong one is refused.

import AcquisitionAssistant
import AssistantTestKit
import Foundation
import MicroscopeFiles
import SystemPackage
import Testing

@Suite("Configuration")
struct ConfigurationTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private func load(
    _ text: String, environment: [String: String] = [:], options: [ConfigurationOption] = []
  ) throws -> LoadedConfiguration {
    let file = try place.write(text, to: "eelscout.toml")
    return try ConfigurationSources(file: file, environment: environment, options: options).load()
  }

  private func fault(
    _ text: String, environment: [String: String] = [:], options: [ConfigurationOption] = []
  ) throws -> CommandError? {
    do {
      _ = try load(text, environment: environment, options: options)
      return nil
    } catch let error as CommandError {
      return error
    }
  }

  private func expectOneLine(_ error: CommandError?, _ parts: [String]) throws {
    let error = try #require(error)
    #expect(!error.description.contains("\n"))
    for part in parts { #expect(error.description.contains(part), "\(error)") }
  }

  private static let everything = """
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
    [metrics]
    textfile = "/m/e.prom"
    daemon = "disk"
    """

  private static let everyValue: AssistantConfiguration = {
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
    wanted.alsoHAADFChannels = ["Ring"]
    wanted.unnamedNameContains = ["survey"]
    wanted.model = "/m.safetensors"
    wanted.rules = "/rules"
    wanted.state = "/state"
    wanted.metricsTextfile = "/m/e.prom"
    wanted.metricsDaemon = "disk"
    return wanted
  }()

  @Test func everyKeyIsReadFromAFile() throws {
    let loaded = try load(Self.everything)
    #expect(loaded.values == Self.everyValue)
    #expect(loaded.values.channels == ChannelRule(alsoAccepted: ["Ring"], unnamed: .acceptedIfNamed(["survey"])))
    #expect(Set(loaded.origins.keys) == Set(ConfigurationKey.all.map(\.key)))
  }

  @Test func everyKeyIsReadFromTheVariableThatItsNameGives() throws {
    let loaded = try load(
      "",
      environment: [
        "EELSCOUT_MODEL": "/m.safetensors", "EELSCOUT_RULES": "/rules", "EELSCOUT_STATE": "/state",
        "EELSCOUT_WATCH_FOLDERS": "/a:/b", "EELSCOUT_WATCH_QUIET_SECONDS": "0.5",
        "EELSCOUT_WATCH_RESCAN_SECONDS": "7", "EELSCOUT_WATCH_COMPANION_SECONDS": "1.5",
        "EELSCOUT_WATCH_INCOMPLETE_MINUTES": "3", "EELSCOUT_TRIAGE_THREADS": "3",
        "EELSCOUT_TRIAGE_MEMORY_MIB": "2048", "EELSCOUT_BACKUP_DIRECTORY": "/backups",
        "EELSCOUT_BACKUP_INTERVAL_HOURS": "12", "EELSCOUT_BACKUP_KEEP": "3", "EELSCOUT_CHECK_INTERVAL_HOURS": "48",
        "EELSCOUT_RETENTION_INTERVAL_HOURS": "2",
        "EELSCOUT_SCAN_DEFAULT_PIXEL_SIZE_NM": "1.75", "EELSCOUT_SCAN_ALSO_HAADF_CHANNELS": "Ring",
        "EELSCOUT_SCAN_UNNAMED_IMAGES": "accept", "EELSCOUT_SCAN_UNNAMED_NAME_CONTAINS": "survey",
        "EELSCOUT_METRICS_TEXTFILE": "/m/e.prom", "EELSCOUT_METRICS_DAEMON": "disk",
      ])
    #expect(loaded.values == Self.everyValue)
    #expect(Set(ConfigurationKey.all.map(\.variable)).count == ConfigurationKey.all.count)
  }

  @Test func laterSourcesWinAndEachValueSaysWhereItComesFrom() throws {
    try place.write("[watch]\nquiet_seconds = 3\nrescan_seconds = 13\n", to: "eelscout.toml.d/10-site.toml")
    try place.write("[watch]\nquiet_seconds = 4\ncompanion_seconds = 14\n", to: "eelscout.toml.d/20-room.toml")
    try place.write("nonsense", to: "eelscout.toml.d/.hidden.toml")
    try place.write("nonsense", to: "eelscout.toml.d/30-room.toml.bak")
    let file =
      "triage.threads = 2\n[watch]\nquiet_seconds = 2\nrescan_seconds = 12\ncompanion_seconds = 12\nfolders = [\"/f\"]\n"
    let loaded = try load(
      file, environment: ["EELSCOUT_WATCH_QUIET_SECONDS": "5", "EELSCOUT_TRIAGE_THREADS": "5"],
      options: [ConfigurationOption("--threads", ["6"]), ConfigurationOption("--watch", ["/o", "/p"])])
    #expect(loaded.values.quietSeconds == 5)
    #expect(loaded.values.rescanSeconds == 13)
    #expect(loaded.values.companionSeconds == 14)
    #expect(loaded.values.threads == 6)
    #expect(loaded.values.folders == ["/o", "/p"])
    let root = place.root.string
    #expect(
      loaded.origins == [
        "watch.quiet_seconds": "environment EELSCOUT_WATCH_QUIET_SECONDS",
        "watch.rescan_seconds": "\(root)/eelscout.toml.d/10-site.toml:3",
        "watch.companion_seconds": "\(root)/eelscout.toml.d/20-room.toml:3", "triage.threads": "option --threads",
        "watch.folders": "option --watch",
      ])
    #expect(loaded.files.map { $0.lastComponent?.string } == ["eelscout.toml", "10-site.toml", "20-room.toml"])
  }

  @Test(arguments: [
    ("[watch]\nquiet_seconds = -1\n", [":2: watch.quiet_seconds = -1", "0…600 s"]),
    ("[triage]\nthreads = 0\n", [":2: triage.threads = 0", "1…256"]),
    ("[watch]\nquiet_second = 1\n", [":2: watch.quiet_second", "did you mean watch.quiet_seconds?"]),
    ("[watch]\nfolders = [\"data\"]\n", [":2: watch.folders", "absolute"]),
    ("model = \"m\"\n", [":1: model", "absolute"]),
    (
      "[scan]\nunnamed_images = \"acept\"\n",
      [":2: scan.unnamed_images", "\"accept\", \"ignore\"; did you mean accept?"]
    ),
    ("[watch\n", [":1: ", "TOML"]),
  ])
  func aWrongFileIsOneLineWithPlaceKeyAndAllowedRange(text: String, parts: [String]) throws {
    let error = try fault(text)
    try expectOneLine(error, ["eelscout.toml"] + parts)
    #expect(error?.status == .badConfiguration)
    // A drop-in is held to the same, also where a later source would win.
    try place.write(text, to: "eelscout.toml.d/10.toml")
    try place.write("[watch]\nquiet_seconds = 1\n", to: "eelscout.toml.d/20.toml")
    let dropIn = try fault("", environment: ["EELSCOUT_TRIAGE_THREADS": "2"])
    try expectOneLine(dropIn, ["eelscout.toml.d/10.toml"] + parts)
    #expect(dropIn?.status == .badConfiguration)
  }

  @Test(arguments: [
    ("EELSCOUT_TRIAGE_THREADS", "0", ["triage.threads = 0 is out of range; allowed 1…256"]),
    (
      "EELSCOUT_WATCH_QUIET_SECONDS", "soon", ["watch.quiet_seconds = \"soon\" is a string; expected a number, 0…600 s"]
    ),
    ("EELSCOUT_WATCH_QUIET_SECONDS", "nan", ["out of range"]),
    ("EELSCOUT_WATCH_FOLDERS", "/a:b", ["watch.folders", "\"b\"", "absolute"]),
    ("EELSCOUT_STATE", "", ["state", "is empty"]),
  ])
  func aWrongVariableIsOneLineWithItsName(variable: String, value: String, parts: [String]) throws {
    let error = try fault("", environment: [variable: value])
    try expectOneLine(error, ["environment \(variable): "] + parts)
    #expect(error?.status == .badConfiguration)
  }

  @Test func aWrongOptionIsAnErrorOfUsage() throws {
    let error = try fault("", options: [ConfigurationOption("--threads", ["0"])])
    try expectOneLine(error, ["option --threads: triage.threads = 0 is out of range; allowed 1…256"])
    #expect(error?.status == .usage)
  }

  @Test func onlyVariablesThatLookLikeASettingAreDoubted() throws {
    let loaded = try load(
      "",
      environment: [
        "EELSCOUT_WATCH_FOLDER": "/a", "EELSCOUT_TRIAGE_THREDS": "1", "EELSCOUT_SHARED": "/x", "EELSCOUT_PYTHON": "/y",
        "EELSCOUT_PROGRAMS": "/z", "EELSCOUT_PATIENCE": "3", "EELSCOUT_REFERENCE": "/r", "EELSCOUTS_STATE": "/s",
      ])
    #expect(
      loaded.doubtfulVariables.map(\.warning) == [
        "environment variable EELSCOUT_TRIAGE_THREDS is no setting and has no effect; did you mean "
          + "EELSCOUT_TRIAGE_THREADS?",
        "environment variable EELSCOUT_WATCH_FOLDER is no setting and has no effect; did you mean "
          + "EELSCOUT_WATCH_FOLDERS?",
      ])
    #expect(loaded.values == AssistantConfiguration())
  }

  @Test func aNamedFileMustExist() throws {
    let error = #expect(throws: CommandError.self) {
      try ConfigurationSources(file: "/nowhere/eelscout.toml", environment: [:]).load()
    }
    #expect(error?.status == .badConfiguration)
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

  @Test(arguments: [
    ("[watch]\nfolders = []", ["watch.folders is empty"]),
    ("[watch]\nfolders = [\"/a\", \"/a/b\"]", ["eelscout.toml:2: watch.folders", "/a/b", "overlaps with /a"]),
    (
      "[watch]\nfolders = [\"/a\"]\n[metrics]\ntextfile = \"/m/e.txt\"", ["eelscout.toml:4: metrics.textfile", ".prom"]
    ),
    (
      "[watch]\nfolders = [\"/a\"]\n[metrics]\ntextfile = \"/a/e.prom\"", [":4: metrics.textfile", "watched folder /a"]
    ),
  ])
  func settingsThatDoNotFitTogetherAreRefused(text: String, parts: [String]) throws {
    let file = try place.write(text, to: "eelscout.toml")
    let error = #expect(throws: CommandError.self) {
      _ = try AssistantProgram(ConfigurationSources(file: file, environment: [:]))
    }
    try expectOneLine(error, parts)
    #expect(error?.status == .badConfiguration)
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

  @Test func theManualPageListsExactlyTheDeclaredKeysWithUnitDefaultAndRange() throws {
    let page = ConfigurationManual.page.replacing("\\[u2026]", with: "…").replacing("\\-", with: "-")
      .replacing("\\[u221E]", with: "∞")
    let entries = page.components(separatedBy: ".TP\n.B ").dropFirst().map { $0.components(separatedBy: "\n") }
    #expect(entries.map { $0[0] } == ConfigurationKey.all.map(\.key))
    for (entry, key) in zip(entries, ConfigurationKey.all) {
      let unit = key.unit.map { "Unit: \($0). " } ?? ""
      #expect(
        entry[1].hasPrefix("\(unit)Default: \(key.standard). Allowed: \(key.allowed). Variable: \(key.variable)."))
    }
    let facts = Dictionary(uniqueKeysWithValues: entries.map { ($0[0], $0[1]) })
    #expect(
      facts["watch.quiet_seconds"]
        == "Unit: s. Default: 2. Allowed: 0…600 s. Variable: EELSCOUT_WATCH_QUIET_SECONDS. Option: --quiet.")
    #expect(
      facts["scan.unnamed_images"]
        == "Default: \"accept\". Allowed: \"accept\" or \"ignore\". Variable: EELSCOUT_SCAN_UNNAMED_IMAGES.")
  }
}
