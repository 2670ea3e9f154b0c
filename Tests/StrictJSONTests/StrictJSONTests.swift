import StrictJSON
import Testing

@Suite("Strict JSON")
struct StrictJSONTests {
  @Test("text and value agree both ways")
  func roundTrip() throws {
    let text = #"{"a":[1,2.5,-3e-07,null,true],"b":{"ü\n\"":"\u0001"},"c":[]}"#
    let value = try JSONValue.parse(text.utf8)
    #expect(value["a"]?.array?.count == 5)
    #expect(value["b"]?.members?.first?.name == "ü\n\"")
    #expect(try JSONValue.parse(value.text.utf8) == value)
    #expect(try JSONValue.parse(value.prettyText.utf8) == value)
  }

  @Test("numbers that JSON cannot say are null")
  func nonFinite() {
    #expect((["x": .double(.nan), "y": .double(.infinity)] as JSONValue).text == #"{"x":null,"y":null}"#)
  }

  @Test("single precision prints its own digits")
  func single() { #expect(JSONValue(Float(0.1)).text == "0.1") }

  @Test("Python's NaN and lone surrogates are read")
  func python() throws {
    #expect(try JSONValue.parse("NaN".utf8).double?.isNaN == true)
    #expect(try JSONValue.parse("-Infinity".utf8).double == -.infinity)
    #expect(try JSONValue.parse(#""\ud83d\ude00\udc80""#.utf8).string == "😀\u{FFFD}")
  }

  @Test(
    "bad text is refused with a place",
    arguments: [
      "", "{", "[1,", "{\"a\" 1}", "\"abc", "01x", "[1] 2", "nul", "\"\\x\"", "\"\\u12\"", "{a:1}", "[1 2]", "--1",
    ])
  func bad(text: String) { #expect(throws: JSONParseError.self) { try JSONValue.parse(text.utf8) } }

  @Test("deep nesting is refused, not a crash")
  func deep() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: JSONParseError.self) { try JSONValue.parse(text.utf8) }
  }
}
