// Syntax errors, hostile text, and places in awkward but valid TOML.

import Settings
import Testing

@Suite("Settings documents")
struct SettingsDocumentTests {
  @Test(
    "a syntax error is one line with file, line and column",
    arguments: [
      ("a = 1\nb = ", "x.toml:2: column "), ("a = 1\n\n[t\n", "x.toml:3: column "),
      ("a = 1\na = 2", "x.toml:2: column "),
      ("a = \"\n", "x.toml:1: column "), ("a == 1", "x.toml:1: column "), ("= 1", "x.toml:1: column "),
      ("a = [1, 2", "x.toml:1: column "), ("a = 01", "x.toml:1: column "), ("a = 1 b = 2", "x.toml:1: column "),
      ("[a]\n[a]\n", "x.toml:2: column "), ("a = 99999999999999999999", "x.toml:1: column "),
    ])
  func syntax(text: String, place: String) throws {
    let error = try #require(throws: SettingsError.self) { try SettingsDocument(text: text, fileName: "x.toml") }
    #expect(error.description.hasPrefix(place), "\(error)")
    #expect(!error.description.contains("\n"))
  }

  @Test("settings without a file are taken by their shape, and messages call their place")
  func texts() throws {
    func reader(_ texts: [String], _ shape: SettingsDocument.TextShape) -> SettingsReader {
      SettingsReader(SettingsDocument("a.b", texts, as: shape, place: "option --b"))
    }
    #expect(try reader(["7"], .number).int("a.b", in: 0...9) == 7)
    #expect(try reader(["7"], .number).double("a.b", in: 0...9) == 7)
    #expect(try reader(["1e-3"], .number).double("a.b", in: 0...9) == 0.001)
    #expect(try reader(["7"], .text).string("a.b") == "7")
    #expect(try reader(["x", "7"], .list).strings("a.b", default: []) == ["x", "7"])
    #expect(try reader([], .list).strings("a.b", default: ["y"]) == [])
    #expect(reader(["7"], .text).place(of: "a.b") == "option --b")
    #expect(reader(["7"], .text).place(of: "a.c") == nil)
    let error = try #require(throws: SettingsError.self) { try reader(["x"], .number).int("a.b", in: 0...9) }
    #expect("\(error)" == "option --b: a.b = \"x\" is a string; expected an integer, 0…9")
  }

  @Test("text too large, with NUL, or nested too deeply is refused, not a crash")
  func hostile() {
    let large = String(repeating: "# filler\n", count: 200_000)
    let dotted = String(repeating: "a.", count: 5000) + "a = 1"
    let lists = "a = " + String(repeating: "[", count: 20_000)
    let nested = "a = " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    for text in [large, "a = 1\0b = 2", dotted, lists, nested] {
      #expect(throws: SettingsError.self) { try SettingsDocument(text: text, fileName: "x.toml") }
    }
  }

  /// Every text holds one value out of range; the number is its line.
  @Test(
    "places are right behind strings of several lines, lists, comments, quoted keys and inline tables",
    arguments: [
      ("a = \"\"\"\nx = 1\n\\\"\"\"\"\"\nx = 99", 4), ("a = '''\n[t]\n''''\nx = 99", 4),
      ("a = \"\"\nb = ''\nx = 99", 3),
      ("a = \"#\" # [x]\nb = '\\'\nx = 99", 3), ("a = [ # [\n 1, # x = 1\n [2, 3],\n]\nx = 99", 5),
      ("a = [{x = 1}, {x = [\n2]}]\nx = 99", 3), ("\r\na = 1\r\nx = 99\r\n", 3), ("\"x\" = 99", 1),
      ("a = 1\n  'x'   =   99", 2), ("a = 1979-05-27 07:32:00\nb = -inf\nx = 99", 3), ("\u{FEFF}\nx = 99", 2),
      ("a = \"\"\"\\\n  b \\\n  \"\"\"\nx = 99", 4), ("a = \"\\\"\"\n\nx = 99", 3),
      ("a = \"\"\"\"q\"\"\"\"\nx = 99", 2),
    ])
  func places(text: String, line: Int) throws {
    let reader = SettingsReader(try SettingsDocument(text: text, fileName: "x.toml"))
    let error = try #require(throws: SettingsError.self) { try reader.int("x", in: 0...9) }
    #expect(error.line == line, "\(error)")
  }
}
