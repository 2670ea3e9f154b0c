// What an operator may write, and what they are told when it is wrong.

import Settings
import Testing

@Suite("Settings")
struct SettingsReaderTests {
  private func reader(_ text: String) throws -> SettingsReader {
    SettingsReader(try SettingsDocument(text: text, fileName: "rules/a.toml"))
  }

  /// The line a fault is told in; empty when there is none.
  private func fault(_ text: String, _ read: (SettingsReader) throws -> Void) -> String {
    do {
      try read(try reader(text))
      return ""
    } catch {
      return "\(error)"
    }
  }

  private enum Level: String, CaseIterable { case debug, info, warning }

  @Test("values of every type are read, from tables and dotted keys alike")
  func values() throws {
    let reader = try reader(
      """
      name = "default"   # a comment
      watch.folders = [
        "/a",  # first
        "/b",
      ]
      [weights]
      ens = 1
      rt.value = 0.25
      level = 'info'
      on = true
      count = 0x10
      """)
    #expect(try reader.string("name") == "default")
    #expect(try reader.strings("watch.folders", default: []) == ["/a", "/b"])
    #expect(try reader.double("weights.ens", default: 2, in: 0...10, unit: "σ") == 1)
    #expect(try reader.double("weights.rt.value", in: 0...1) == 0.25)
    #expect(try reader.word("weights.level", default: Level.debug) == .info)
    #expect(try reader.bool("weights.on", default: false))
    #expect(try reader.int("weights.count", in: 0...20) == 16)
    try reader.finish()
  }

  @Test("absent settings take their defaults or are nil")
  func absent() throws {
    let reader = try reader("")
    #expect(try reader.double("a.b", default: 2, in: 0...10) == 2)
    #expect(try reader.optionalDouble("a.c", in: 0...10) == nil)
    #expect(try reader.int("d", default: 3, in: 0...10) == 3)
    #expect(try reader.optionalInt("e", in: 0...1) == nil)
    #expect(try reader.bool("f", default: true))
    #expect(try reader.string("g", default: "x") == "x")
    #expect(try reader.optionalString("h") == nil)
    #expect(try reader.strings("i", default: ["y"]) == ["y"])
    #expect(try reader.word("j", default: Level.warning) == .warning)
    #expect(try reader.table("k") == nil)
    #expect(try reader.tables("l").isEmpty)
    try reader.finish()
  }

  @Test("a list of tables and a table of chosen names are read by part, each with its place")
  func parts() throws {
    let text = """
      [[anomaly]]
      kind = "void"
      [anomaly.limits]
      low = 1
      [[anomaly]]
      kind = "crack"
      limits = { low = 2, high = 30 }
      [dwell]
      zebra = 5
      ant = 6
      """
    let reader = try reader(text)
    let anomalies = try reader.tables("anomaly")
    #expect(try anomalies.map { try $0.string("kind") } == ["void", "crack"])
    #expect(try anomalies.map { try $0.int("limits.low", in: 0...9) } == [1, 2])
    let dwell = try #require(try reader.table("dwell"))
    #expect(dwell.keys == ["zebra", "ant"])
    #expect(try dwell.keys.map { try dwell.int($0, in: 0...9) } == [5, 6])
    #expect(throws: SettingsError.self) { try reader.finish() }
    #expect(
      fault(text) { reader in
        for anomaly in try reader.tables("anomaly") {
          _ = try anomaly.string("kind")
          _ = try anomaly.optionalInt("limits.high", in: 0...9)
        }
      } == "rules/a.toml:7: anomaly[1].limits.high = 30 is out of range; allowed 0…9")
  }

  @Test("a value out of range names file, line, key, value and range")
  func range() {
    let text = "\n[weights]\nens = 12\nnan = nan\nbig = 1e300\n"
    #expect(
      fault(text) { _ = try $0.double("weights.ens", default: 1, in: 0...10) }
        == "rules/a.toml:3: weights.ens = 12 is out of range; allowed 0…10")
    #expect(
      fault(text) { _ = try $0.int("weights.ens", default: 1, in: 0...10, unit: "px") }
        == "rules/a.toml:3: weights.ens = 12 is out of range; allowed 0…10 px")
    #expect(
      fault(text) { _ = try $0.double("weights.nan", default: 1, in: 0.5 ... .infinity, unit: "nm") }
        == "rules/a.toml:4: weights.nan = nan is out of range; allowed 0.5 nm or more")
    #expect(fault(text) { _ = try $0.double("weights.big", default: 1, in: 0 ... .infinity) } == "")
    #expect(
      fault("x = inf") { _ = try $0.double("x", default: 1, in: 0 ... .infinity) }.contains("= ∞ is out of range"))
  }

  @Test("a value of the wrong type names what was expected")
  func types() {
    let text = "s = \"high\"\nn = 1.5\nb = true\nl = [1]\nd = 2020-01-01\nt.u = 1\ne = \"\"\n"
    #expect(
      fault(text) { _ = try $0.double("s", default: 1, in: 0...10, unit: "σ") }
        == "rules/a.toml:1: s = \"high\" is a string; expected a number, 0…10 σ")
    #expect(
      fault(text) { _ = try $0.int("n", default: 1, in: 0...10) }
        == "rules/a.toml:2: n = 1.5 is a number with a fraction; expected an integer, 0…10")
    #expect(
      fault(text) { _ = try $0.string("b") } == "rules/a.toml:3: b = true is a boolean; expected a string in quotes")
    #expect(
      fault(text) { _ = try $0.strings("l", default: []) }
        == "rules/a.toml:4: l[0] = 1 is an integer; expected a string in quotes")
    #expect(
      fault(text) { _ = try $0.bool("d", default: true) }
        == "rules/a.toml:5: d is a date or time; expected true or false")
    #expect(
      fault(text) { _ = try $0.string("t") } == "rules/a.toml:6: t is a table; expected a string in quotes")
    #expect(
      fault(text) { _ = try $0.string("e") } == "rules/a.toml:7: e = \"\" is empty; give a text or remove the key")
    #expect(
      fault(text) { _ = try $0.string("s.x", default: "") }
        == "rules/a.toml:1: s = \"high\" is a string; a table is expected")
    #expect(fault(text) { _ = try $0.tables("t") }.contains("a list of tables [[t]] is expected"))
    #expect(fault(text) { _ = try $0.tables("l") } == "rules/a.toml:4: l[0] = 1 is an integer; a table is expected")
    #expect(fault(text) { _ = try $0.table("s") }.contains("a table [s] is expected"))
    #expect(
      fault(text) { _ = try $0.word("s", default: Level.info) }
        == "rules/a.toml:1: s = \"high\" is not a known word; allowed \"debug\", \"info\", \"warning\"")
    #expect(fault("s = \"inof\"") { _ = try $0.word("s", default: Level.info) }.hasSuffix("; did you mean info?"))
  }

  @Test("a missing required setting says what to give")
  func missing() {
    #expect(
      fault("") { _ = try $0.double("model.px", in: 0.1...10, unit: "nm") }
        == "rules/a.toml: model.px is missing; give a number, 0.1…10 nm")
    #expect(fault("") { _ = try $0.string("id") } == "rules/a.toml: id is missing; give a string")
    #expect(
      fault("") { _ = try $0.int("k", in: 1 ... .max) } == "rules/a.toml: k is missing; give an integer, 1 or more")
  }

  @Test(
    "an unknown key is refused with its line and the nearest known key",
    arguments: [
      ("[weights]\nens = 1\nens_ = 2", "rules/a.toml:3: weights.ens_ is not a known key; did you mean weights.ens?"),
      ("[wieghts]\nens = 1", "rules/a.toml:1: wieghts is not a known key; did you mean weights?"),
      ("ens = 1", "rules/a.toml:1: ens is not a known key; did you mean weights.ens?"),
      ("\n\nzzzzzz = 1", "rules/a.toml:3: zzzzzz is not a known key; remove it or correct its name"),
      ("[weights]\n'a b' = 1", "rules/a.toml:2: weights.\"a b\" is not a known key; remove it or correct its name"),
      ("[spare]\n[weights]\nx.y = 1", "rules/a.toml:1: spare is not a known key; remove it or correct its name"),
      (
        "[[zone]]\nrow = 1\n[[zone]]\nrwo = 1",
        "rules/a.toml:4: zone[1].rwo is not a known key; did you mean zone[1].row?"
      ),
    ])
  func unknown(text: String, expected: String) {
    #expect(
      fault(text) { reader in
        _ = try reader.double("weights.ens", default: 1, in: 0...10)
        for zone in try reader.tables("zone") { _ = try zone.optionalInt("row", in: 0...10) }
        try reader.finish()
      } == expected)
  }

  @Test("a table that was asked for but not read is refused key by key")
  func unread() {
    #expect(
      fault("[t]\nx = 1") {
        _ = try $0.table("t")
        try $0.finish()
      } == "rules/a.toml:2: t.x is not a known key; remove it or correct its name")
  }

  @Test("a caller's own fault carries the key's place")
  func ownFault() throws {
    let reader = try reader("[dwell]\nlow = 5\nhigh = 3")
    #expect(
      "\(reader.error("dwell.high", "is below dwell.low"))" == "rules/a.toml:3: dwell.high is below dwell.low")
    #expect("\(reader.error("dwell.step", "is needed"))" == "rules/a.toml: dwell.step is needed")
  }
}
