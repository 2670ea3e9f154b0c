// Pictures in the terminal from outside: what each form holds, by decoders of others.

import AssistantTestKit
import Foundation
import StoreTestKit
import Testing

@Suite("Pictures in the terminal", .enabled(if: Program.areBuilt))
struct PictureOptionTests {
  private let session: FixedSession

  init() throws { session = try FixedSession() }

  private func picture(_ form: String, environment: [String: String] = [:]) async throws -> String {
    let run = try await Program.eelscout.run(
      ["targets", "--scan", "1", "--picture", form, "--state", session.state], environment: environment)
    #expect(run.status == 0, "\(run.talk)")
    return run.output
  }

  @Test func kittysPiecesAreOnePNGOfTheScan() async throws {
    let text = try await picture("kitty")
    let pieces = text.split(separator: "\u{1B}_G").dropFirst(0).filter { $0.contains("\u{1B}\\") }
    #expect(pieces.count > 1)
    var base64 = ""
    for (index, piece) in pieces.enumerated() {
      let body = try #require(piece.split(separator: "\u{1B}").first)
      let parts = body.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
      let keys = parts[0].split(separator: ",")
      #expect(keys.contains(index == pieces.count - 1 ? "m=0" : "m=1"))
      if index == 0 { #expect(keys.contains("a=T") && keys.contains("f=100") && keys.contains("q=2")) }
      #expect(parts[1].count <= 4096 && (index == pieces.count - 1 || parts[1].count % 4 == 0))
      base64 += parts[1]
    }
    let png = try #require(Data(base64Encoded: base64))
    #expect(Array(png.prefix(4)) == [0x89] + Array("PNG".utf8))
    // 60 × 40 pixels of the kept picture, twelve times as large: width and height stand in the header.
    #expect(Array(png[16..<24]) == [0, 0, 2, 208, 0, 0, 1, 224])
  }

  @Test func anotherProgramReadsTheSixelsAsTheSamePicture() async throws {
    guard try await Tool.sixel2png.works(["--version"]) else { return }
    let text = try await picture("sixel")
    let start = try #require(text.range(of: "\u{1B}P"))
    let end = try #require(text.range(of: "\u{1B}\\"))
    let (sixels, png) = (session.folder + "/scan.six", session.folder + "/scan.png")
    try Data(text[start.lowerBound..<end.upperBound].utf8).write(to: URL(fileURLWithPath: sixels))
    let run = try await Tool.sixel2png.start(["-i", sixels, "-o", png]).finish()
    #expect(run.status == 0, "\(run.talk)")
    // Beside the PNG that kitty gets: what 101 levels a channel and 256 colours leave.
    let decode = """
      import sys, zlib, struct
      def read(path):
          data = open(path, 'rb').read(); at = 8; idat = b''; palette = None
          while at < len(data):
              n, kind = struct.unpack('>I4s', data[at:at + 8]); body = data[at + 8:at + 8 + n]; at += 12 + n
              if kind == b'IHDR': w, h, depth, colour = struct.unpack('>IIBB', body[:10])
              if kind == b'PLTE': palette = [tuple(body[i:i + 3]) for i in range(0, n, 3)]
              if kind == b'IDAT': idat += body
          raw = zlib.decompress(idat); channels = {0: 1, 2: 3, 3: 1, 6: 4}[colour]
          assert depth == 8, depth
          rows, last, stride = [], bytearray(w * channels), w * channels
          for y in range(h):
              f, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
              for x in range(stride):
                  a = line[x - channels] if x >= channels else 0; b = last[x]; c = last[x - channels] if x >= channels else 0
                  p = a + b - c
                  pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
                  line[x] = (line[x] + [0, a, b, (a + b) // 2, a if pa <= pb and pa <= pc else b if pb <= pc else c][f]) & 255
              rows.append([palette[v] if palette else tuple(line[i * channels:i * channels + 3]) for i, v in enumerate(line[::channels])])
              last = line
          return rows
      theirs = read(sys.argv[1]); ours = read(sys.argv[2])
      # The kept picture has 60 × 40 pixels, drawn 11 and 12 times as large: the middles of its pixels are compared.
      assert (len(theirs), len(theirs[0]), len(ours), len(ours[0])) == (440, 660, 480, 720), (len(theirs), len(theirs[0]))
      pairs = [(theirs[11 * y + 5][11 * x + 5], ours[12 * y + 6][12 * x + 6]) for y in range(40) for x in range(60)]
      odd = sum(max(abs(a - b) for a, b in zip(p, q)) > 6 for p, q in pairs)
      # Lines and numbers lie a little otherwise at another size.
      assert odd < 0.1 * len(pairs), odd
      def drawn(rows, colour): return sum(max(abs(a - b) for a, b in zip(p, colour)) < 12 for r in rows for p in r)
      for colour in [(230, 159, 0), (86, 180, 233), (0, 158, 115)]:
          assert drawn(theirs, colour) > 0.5 * drawn(ours, colour) > 200, (colour, drawn(theirs, colour), drawn(ours, colour))
      """
    let kitty = try await picture("kitty")
    let base64 = kitty.split(separator: "\u{1B}_G").filter { $0.contains("\u{1B}\\") }.map {
      $0.split(separator: "\u{1B}")[0].split(separator: ";", maxSplits: 1)[1]
    }.joined()
    let ours = session.folder + "/ours.png"
    try #require(Data(base64Encoded: base64)).write(to: URL(fileURLWithPath: ours))
    let compared = try await Tool.python3.start(["-c", decode, png, ours]).finish()
    #expect(compared.status == 0, "\(compared.output) \(compared.talk)")
  }

  @Test func blocksEndEveryLineAsTheyFoundIt() async throws {
    for (environment, code) in [
      (["COLORTERM": "truecolor"], "38;2;"), (["TERM": "xterm-256color"], "38;5;"), (["TERM": "linux"], "\u{1B}[9"),
    ] {
      let text = try await picture("blocks", environment: environment)
      let lines = text.split(separator: "\n").filter { $0.contains("▀") }
      #expect(lines.count >= 12)
      for line in lines {
        #expect(line.hasSuffix("\u{1B}[0m"))
        #expect(line.replacing(#/\u{1B}\[[0-9;]*m/#, with: "").count <= 78)
      }
      #expect(text.contains(code))
    }
    #expect(try await !picture("blocks", environment: ["NO_COLOR": "1"]).contains("\u{1B}"))
  }

  @Test func aPipeGetsNoPictureUnlessAFormIsNamed() async throws {
    let plain = try await Program.eelscout.run(["targets", "--scan", "1", "--state", session.state])
    #expect(try await picture("auto", environment: ["TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"]) == plain.output)
    #expect(try await picture("none") == plain.output)
  }
}
