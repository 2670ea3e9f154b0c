// Pages as the program writes them, read by another program's parser.

import AssistantTestKit
import Foundation
import StoreTestKit
import StrictJSON
import Testing

@Suite("Pages", .enabled(if: Program.areBuilt))
struct PageTests {
  private let session: FixedSession

  init() throws { session = try FixedSession() }

  /// Python's parser, which takes HTML as browsers do: tags, attributes and texts of a page as JSON.
  private func read(_ file: String) async throws -> JSONValue {
    let script = """
      import html.parser, json, sys
      class Reader(html.parser.HTMLParser):
          def __init__(self):
              super().__init__(); self.tags, self.attributes, self.texts, self.ids, self.links, self.headings, self.open = {}, {}, [], [], [], [], []
          void = {'meta', 'br', 'img', 'link', 'input', 'hr'}
          def handle_starttag(self, tag, attributes):
              self.tags[tag] = self.tags.get(tag, 0) + 1
              if tag not in self.void: self.open.append(tag)
              for name, value in attributes:
                  self.attributes[name] = self.attributes.get(name, 0) + 1
                  if name == 'id': self.ids.append(value)
                  if name in ('href', 'src', 'srcset', 'action'): self.links.append(value[:40])
          def handle_startendtag(self, tag, attributes):
              self.handle_starttag(tag, attributes)
              if tag not in self.void: self.open.pop()
          def handle_endtag(self, tag):
              assert self.open.pop() == tag, tag
          def handle_data(self, data):
              if self.open and self.open[-1] != 'style': self.texts.append(data)
      reader = Reader(); reader.feed(open(sys.argv[1], encoding='utf-8').read()); reader.close()
      assert reader.open == [], reader.open
      print(json.dumps({'tags': reader.tags, 'attributes': reader.attributes, 'text': ''.join(reader.texts), 'ids': reader.ids, 'links': reader.links}))
      """
    let run = try await Tool.python3.start(["-c", script, file]).finish()
    #expect(run.status == 0, "\(run.talk)")
    return try run.json()
  }

  /// Nothing runs, and nothing is fetched.
  private func expectSelfContained(_ page: JSONValue) {
    for tag in ["script", "iframe", "object", "embed", "form", "link", "base"] { #expect(page["tags"]?[tag] == nil) }
    for attribute in page["attributes"]?.members ?? [] { #expect(!attribute.name.hasPrefix("on"), "\(attribute.name)") }
    for link in page["links"]?.array ?? [] {
      #expect(link.string?.hasPrefix("#") == true || link.string?.hasPrefix("data:image/png;base64,") == true)
    }
  }

  @Test func hostileNamesAreTextToEveryParser() async throws {
    guard try await Tool.python3.works(["-c", "import html.parser"]) else { return }
    let shown = FixedSession.hostileName.replacing("\u{202E}", with: "\u{FFFD}")
    for arguments in [["2"], ["--session", "--day", "2026-03-14"]] {
      let file = session.folder + "/page.html"
      let run = try await Program.eelscout.run(["report"] + arguments + ["-o", file, "--state", session.state])
      #expect(run.status == 0, "\(run.talk)")
      let page = try await read(file)
      expectSelfContained(page)
      #expect(page["text"]?.string?.contains(shown) == true)
    }
    let page = try await read(session.folder + "/page.html")
    #expect(page["tags"]?["img"]?.int == 3)
  }

  @Test func theGuideShowsWhatItPromises() async throws {
    guard try await Tool.python3.works(["-c", "import html.parser"]) else { return }
    let file = session.folder + "/guide.html"
    let run = try await Program.eelscout.run(["guide", "-o", file])
    #expect(run.status == 0, "\(run.talk)")
    let page = try await read(file)
    expectSelfContained(page)
    #expect(
      page["ids"]?.array?.compactMap(\.string)
        == ["boxes", "places", "colours", "interval", "invisible", "refused", "minutes", "words"])
    let text = page["text"]?.string ?? ""
    for words in ["An ordinary place", "An anomaly", "An error", "An anchor", "A dopant change", "first ten minutes"] {
      #expect(text.contains(words), "\(words)")
    }
    // Five places with tile, round trip and three similar tiles each; a curve and a band and a truth each.
    #expect(page["tags"]?["img"]?.int == 25)
    #expect(page["tags"]?["polygon"]?.int == 5)
    #expect(text.contains("e = ") && !text.contains("nan"))
  }

  @Test func aModelOfOtherSpectraMakesNoGuide() async throws {
    let place = try Workplace()
    let run = try await Program.eelscout.run(
      ["guide", "-o", session.folder + "/guide.html", "--model", place.model.string])
    #expect(run.status == 65 && run.talk.contains("leave out --model"), "\(run.talk)")
  }
}
