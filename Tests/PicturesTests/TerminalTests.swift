// Pictures for terminals: which form, and what each holds.

import Microscopy
import Pictures
import Testing

@Suite("Pictures in a terminal")
struct TerminalTests {
  private func answer(_ text: String) -> TerminalAnswer { TerminalAnswer(Array(text.utf8)) }

  @Test func answersAreReadInAnyOrderAndNoiseIsPassedOver() {
    let kitty = answer("x\u{1B}_Gi=31;OK\u{1B}\\\u{1B}[6;20;10t\u{1B}[?62;c")
    #expect(kitty.isKitty && !kitty.hasSixel && kitty.isComplete && kitty.cell == .init(width: 10, height: 20))
    let xterm = answer("\u{1B}[A\u{1B}[?64;1;4;22cq")
    #expect(xterm.hasSixel && xterm.isComplete && !xterm.isKitty && xterm.cell == nil)
    // The level of conformance is no attribute.
    #expect(!answer("\u{1B}[?4c").hasSixel)
    #expect(!answer("\u{1B}_Gi=31;EINVAL:no\u{1B}\\").isKitty)
    #expect(!answer("\u{1B}[?62;4").isComplete)
    #expect(answer("\u{1B}[6;0;9999999999999999999t").cell == nil)
    #expect(answer("") == TerminalAnswer([0xFF, 0x1B, 0x5B, 0x3F, 0x63]))
  }

  private static let plain = TerminalAnswer(Array("\u{1B}[?62;22c".utf8))
  private static let sixel = TerminalAnswer(Array("\u{1B}[?62;4;22c".utf8))
  private static let kitty = TerminalAnswer(Array("\u{1B}_Gi=31;OK\u{1B}\\\u{1B}[?62;4c".utf8))

  @Test(
    "environment and answer decide the form",
    arguments: [
      (["TERM": "xterm-256color"], kitty, .kitty), (["TERM": "xterm-256color"], sixel, .sixel),
      (["TERM": "xterm-256color"], plain, .blocks(.palette256)),
      (["TERM": "xterm-256color", "COLORTERM": "truecolor"], nil, .blocks(.trueColour)),
      (["TERM": "xterm"], nil, .blocks(.palette16)), (["TERM": "xterm-kitty"], nil, .kitty),
      (["TERM": "xterm-kitty", "NO_COLOR": "1"], kitty, .shades), (["TERM": "xterm", "NO_COLOR": ""], sixel, .sixel),
      (["TERM": "dumb"], kitty, .shades), ([:], kitty, .shades),
      // What the terminal outside can do says nothing of tmux.
      (["TERM": "tmux-256color", "TMUX": "/tmp/x", "KITTY_WINDOW_ID": "1"], plain, .blocks(.palette256)),
      (["TERM": "screen", "KITTY_WINDOW_ID": "1"], sixel, .sixel),
      (["TERM": "xterm", "LANG": "C"], plain, .shades),
      (["TERM": "xterm", "LC_ALL": "de_DE.utf8"], plain, .blocks(.palette16)),
    ] as [([String: String], TerminalAnswer?, TerminalForm)])
  func forms(environment: [String: String], answer: TerminalAnswer?, form: TerminalForm) {
    #expect(TerminalTraits(environment: environment, ask: { answer }).form == form)
  }

  @Test("terminals that would print the question are not asked", arguments: ["linux", "vt220", "dumb"])
  func notAsked(name: String) {
    _ = TerminalTraits(environment: ["TERM": name]) {
      Issue.record("asked")
      return nil
    }
  }

  /// White, with a black left half, and one target of each kind.
  private func scan(rows: Int = 40, columns: Int = 60) -> MarkedScan {
    var raster = Raster(rows: rows, columns: columns, repeating: 1)
    for row in 0..<rows { for column in 0..<columns / 2 { raster[row, column] = 0 } }
    return MarkedScan(
      scan: raster, pixelSizeNM: 1, tileSide: 8, kinds: TargetSheet.Kind.all,
      targets: (0..<3).map {
        TargetSheet.Target(row: Double(rows / 2), column: Double(10 + 20 * $0), number: 7 + $0, kind: $0)
      })
  }

  private func lines(_ picture: TerminalPicture) -> [Substring] { picture.text.split(separator: "\n") }

  @Test func shadesAreDarkAndLightWhereTheScanIs() throws {
    let picture = try TerminalPicture(scan(), TerminalTraits(form: .shades), columns: 60, lines: 30)
    #expect(picture.lines == 20 && lines(picture).count == 20)
    let first = Array(lines(picture)[1])
    #expect(first.count == 60 && first[..<30].allSatisfy { $0 == " " } && first[30...].allSatisfy { $0 == "@" })
    #expect(picture.text.contains("[7]") && picture.text.contains("<8>") && picture.text.contains("(9)"))
  }

  @Test func blocksHaveTwoPixelsACharacter() throws {
    for depth in ColourDepth.allCases {
      let picture = try TerminalPicture(scan(), TerminalTraits(form: .blocks(depth)), columns: 60, lines: 30)
      #expect(picture.lines == 20)
      let plain = picture.text.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
      #expect(plain.split(separator: "\n").allSatisfy { $0.count == 60 })
      #expect(plain.filter { $0.isNumber } == "789")
      #expect(lines(picture).allSatisfy { $0.hasSuffix("\u{1B}[0m") })
    }
    let text = try TerminalPicture(scan(), TerminalTraits(form: .blocks(.trueColour)), columns: 60, lines: 30).text
    // Orange of the anomaly, as a plate behind its number.
    #expect(text.contains("48;2;230;159;0"))
  }

  @Test("no size of scan or terminal is too small or too odd")
  func sizes() throws {
    for (rows, columns) in [(1, 1), (1, 500), (500, 1), (16, 16), (512, 300)] {
      for form in [TerminalForm.shades, .blocks(.palette256), .sixel, .kitty] {
        for (width, height) in [(1, 1), (78, 20)] {
          let picture = try TerminalPicture(
            scan(rows: rows, columns: columns), TerminalTraits(form: form), columns: width, lines: height)
          #expect(!picture.text.isEmpty && picture.lines >= 1, "\(rows)×\(columns) \(form)")
          if form == .shades { #expect(lines(picture).allSatisfy { $0.count <= width }) }
        }
      }
    }
    var far = scan()
    far = MarkedScan(
      scan: far.scan, pixelSizeNM: nil, tileSide: .nan, kinds: far.kinds,
      targets: [
        .init(row: .infinity, column: -1e300, number: 1, kind: 0), .init(row: .nan, column: 5, number: 2, kind: 9),
      ])
    for form in [TerminalForm.shades, .blocks(.palette16), .sixel] {
      _ = try TerminalPicture(far, TerminalTraits(form: form), columns: 40, lines: 20)
    }
  }

  /// A decoder of what the encoder uses, written from DEC's description.
  private func decode(_ text: String) throws -> (width: Int, height: Int, pixels: [[Int]]) {
    var bytes = Array(text.utf8)[...]
    try #require(bytes.starts(with: "\u{1B}P0;1;0q\"".utf8))
    bytes = bytes.dropFirst("\u{1B}P0;1;0q\"".utf8.count)
    func numbers() -> [Int] {
      var result = [0]
      while let byte = bytes.first, byte == 59 || (48...57).contains(byte) {
        if byte == 59 {
          result.append(0)
        } else {
          result[result.count - 1] = result[result.count - 1] * 10 + Int(byte - 48)
        }
        bytes = bytes.dropFirst()
      }
      return result
    }
    let raster = numbers()
    let (width, height) = (raster[2], raster[3])
    var pixels = [[Int]](repeating: [], count: width * height)
    var palette: [Int: [Int]] = [:]
    var (x, y, colour, run) = (0, 0, 0, 1)
    while let byte = bytes.first, byte != 0x1B {
      bytes = bytes.dropFirst()
      switch byte {
      case UInt8(ascii: "#"):
        let given = numbers()
        colour = given[0]
        if given.count == 5 { palette[colour] = Array(given[2...]) }
      case UInt8(ascii: "!"): run = numbers()[0]
      case UInt8(ascii: "$"): x = 0
      case UInt8(ascii: "-"): (x, y) = (0, y + 6)
      case 63...126:
        for _ in 0..<run {
          for bit in 0..<6 where (byte - 63) >> bit & 1 == 1 {
            let place = (y + bit) * width + x
            try #require(x < width && y + bit < height && pixels[place].isEmpty, "(\(x), \(y + bit)) twice or outside")
            pixels[place] = try #require(palette[colour])
          }
          x += 1
        }
        run = 1
      default: Issue.record("byte \(byte)")
      }
    }
    return (width, height, pixels)
  }

  @Test func sixelsSetEveryPixelOnceInItsColour() throws {
    let marked = scan(rows: 41, columns: 60)
    let image = marked.render(side: 60)
    let picture = try TerminalPicture(
      marked, TerminalTraits(form: .sixel, cell: .init(width: 1, height: 1)), columns: 60, lines: 60)
    let decoded = try decode(picture.text)
    #expect((decoded.width, decoded.height) == (image.width, image.height))
    for y in 0..<image.height {
      for x in 0..<image.width {
        let wanted = image[x, y]
        let levels = [wanted.red, wanted.green, wanted.blue].map { (Int($0) * 100 + 127) / 255 }
        #expect(decoded.pixels[y * image.width + x] == levels)
      }
    }
  }
}
