// Rules directories: merged, checked file by file, found beside the programs.

import AcquisitionAssistant
import AssistantTestKit
import SystemPackage
import Testing

@Suite("Rules and resources")
struct RulesFolderTests {
  private let place: Workplace
  private let first = "id = \"a\"\nrevision = 2\nrationale = \"x\"\n[targets]\nranked = 5\n"

  init() throws { place = try Workplace() }

  @Test func laterFilesOverrideEarlierOnes() throws {
    try place.write(first, to: "rules/a.toml")
    try place.write("id = \"b\"\nrevision = 1\nrationale = \"y\"\n[targets]\nanchors = 1\n", to: "rules/b.toml")
    let rules = try RulesFolder(place.root.appending("rules")).rules()
    #expect(rules.rankedTargets == 5)
    #expect(rules.anchors == 1)
    #expect(rules.identity == "a r2 + b r1")
  }

  @Test func aWrongFileIsNamedWithItsLineAndTheRightOnesStayRight() throws {
    try place.write(first, to: "rules/a.toml")
    try place.write("id = \"b\"\nrevision = 1\nrationale = \"y\"\n[targets]\nranked = -4\n", to: "rules/b.toml")
    try place.write("id = \"c\"\nrevision = 1\nrationale = \"z\"\n", to: "rules/c.toml")
    let findings = try RulesFolder(place.root.appending("rules")).findings()
    #expect(findings.map { $0.source?.id } == ["a", nil, "c"])
    let fault = try #require(findings[1].fault)
    #expect(fault.contains("rules/b.toml:5: targets.ranked = -4"))
    #expect(fault.contains("0…1000"))
  }

  @Test func missingAndEmptyDirectoriesAreToldApart() throws {
    let missing = #expect(throws: CommandError.self) { try RulesFolder(place.root.appending("none")) }
    #expect(missing?.status == .noInput)
    let empty = #expect(throws: CommandError.self) { try RulesFolder(place.session) }
    #expect(empty?.status == .badConfiguration)
  }

  @Test func theFolderAboveTheRulesWillDo() throws {
    try place.write(first, to: "rules/triage/a.toml")
    #expect(try RulesFolder(place.root.appending("rules")).rules().identity == "a r2")
  }

  @Test(arguments: [
    ("bin/eelscout_AcquisitionAssistant.resources/rules/triage/default.toml", "bin/eelscout_Im2Spec.resources/"),
    ("share/eelscout/rules/triage/default.toml", "share/eelscout/"),
  ])
  func resourcesAreFoundBesideTheProgramBuiltOrInstalled(rules: String, models: String) throws {
    try place.write(first, to: rules)
    try place.write("model", to: models + "ft-io-film.safetensors")
    try place.write("", to: "bin/eelscoutd")
    let resources = PackageResources(programDirectory: place.root.appending("bin"))
    #expect(try resources.rules() == place.root.appending(rules).removingLastComponent())
    #expect(try resources.model() == place.root.appending(models + "ft-io-film.safetensors"))
  }

  @Test func missingResourcesSayWhereTheyWereLookedFor() throws {
    let error = #expect(throws: CommandError.self) { try PackageResources(programDirectory: "/nowhere").model() }
    #expect(error?.description.contains("--model F") == true)
    #expect(error?.description.contains("/nowhere/") == true)
  }

  @Test func rulesOfRetentionAreCheckedByTheirFoldersName() throws {
    let good = "id = \"ours\"\nrevision = 2\nrationale = \"x\"\n[keep]\nlists_days = 800\n"
    try place.write(first, to: "rules/triage/a.toml")
    try place.write(good, to: "rules/retention/a.toml")
    let rules = place.root.appending("rules")
    let findings = try RulesFolder.all(at: rules).flatMap { $0.findings() }
    #expect(findings.map { $0.source?.id } == ["a", "ours"])
    // A spectrum without its list is of no use, triage knows no [keep], days have a range.
    for (text, fault) in [
      ("[keep]\nlists_days = 30\nspectra_days = 60\n", "b.toml:6: keep.spectra_days = 60"),
      ("[targets]\nranked = 5\n", "b.toml:4: targets"), ("[size]\nlimit_mib = -1\n", "b.toml:5: size.limit_mib = -1"),
    ] {
      try place.write("id = \"b\"\nrevision = 1\nrationale = \"y\"\n" + text, to: "rules/retention/b.toml")
      let found = try RulesFolder(rules.appending("retention")).findings()
      #expect(found.map { $0.source?.id } == ["ours", nil])
      #expect(found[1].fault?.contains(fault) == true, "\(found[1].fault ?? "")")
    }
  }

  @Test func theRulesOfTheProjectComeWithTheBuild() throws {
    #expect(try RulesFolder(PackageResources().rules()).rules().identity.hasPrefix("default r"))
  }
}
