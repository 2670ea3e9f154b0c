// Who gets an answer: hosts, other pages, tokens, what a browser is told.

import Crypto
import Foundation
import OperatorConsole
import TargetStore
import Testing

@Suite("Guards of the console", .timeLimit(.minutes(5)))
struct GuardTests {
  @Test(
    "a page on a foreign name that is made to point here gets nothing",
    arguments: ["evil.example", "evil.example:8770"])
  func rebinding(host: String) async throws {
    let console = try ConsoleUnderTest()
    for path in ["/", "/api/health", "/api/scans/1"] { #expect(try await console.get(path, host: host).status == 421) }
  }

  @Test(
    "addresses, localhost and names that were given are answered",
    arguments: ["localhost", "localhost:9", "127.0.0.1", "[::1]:8770", "10.1.2.3:8770", "Microscope.Lab:8770"])
  func ownNames(host: String) async throws {
    #expect(try await ConsoleUnderTest(names: ["microscope.lab"]).get("/", host: host).status == 200)
  }

  @Test("a host that is none, or two of them, is refused", arguments: ["", "a b", "[::1", "x:y", "127.0.0.1:99999"])
  func badHosts(host: String) async throws {
    let console = try ConsoleUnderTest()
    #expect([400, 421].contains(try await console.get("/", host: host).status))
    #expect(try await console.get("/", headers: ["Host: evil.example"]).status == 400)
  }

  @Test(
    "a change that another page asks for is refused and changes nothing",
    arguments: [
      ["EELScout-Console: 1", "Origin: http://evil.example"], ["EELScout-Console: 1", "Origin: null"],
      ["EELScout-Console: 1", "Sec-Fetch-Site: cross-site"], ["EELScout-Console: 1", "Sec-Fetch-Site: same-site"],
      ["Sec-Fetch-Site: same-origin"], [],
    ])
  func forgery(headers: [String]) async throws {
    let console = try ConsoleUnderTest()
    try console.store().add(1)
    let body = #"{"mark": "reject", "by": "Mallory"}"#
    let answer = try await console.post(
      "/api/targets/1-1/mark", body, headers: headers + ["Content-Type: application/json"])
    #expect(answer.status == 403)
    #expect(try console.reader().target("1-1")?.target.status == .new)
  }

  @Test("its own page may change")
  func ownPage() async throws {
    let console = try ConsoleUnderTest()
    try console.store().add(1)
    let own = ["Origin: http://127.0.0.1:\(console.port)", "Sec-Fetch-Site: same-origin", "EELScout-Console: 1"]
    let body = #"{"mark": "reject", "by": "Ada"}"#
    #expect(
      try await console.post("/api/targets/1-1/mark", body, headers: own + ["Content-Type: application/json"]).status
        == 200)
    #expect(
      try await console.post("/api/targets/1-2/mark", body, headers: own + ["Content-Type: text/plain"]).status == 415)
  }

  @Test("no GET changes anything, and no other method is known")
  func methods() async throws {
    let console = try ConsoleUnderTest()
    try console.store().add(1)
    for path in ["/api/targets/1-1/mark", "/api/targets/1-1/mark?mark=reject&by=x", "/login", "/logout"] {
      let answer = try await console.get(path, headers: ["EELScout-Console: 1"])
      #expect(answer.status == 405 && answer[header: "allow"] == "POST", "\(path)")
    }
    for method in ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"] {
      let client = try console.client()
      client.send(console.request(method, "/api/targets/1-1/mark"))
      #expect(try await client.answer().status == 405)
    }
    #expect(try console.reader().target("1-1")?.target.status == .new)
    #expect(try await console.post("/api/health", "{}").status == 404)
  }

  @Test("an address that others can reach needs a token", arguments: ["0.0.0.0:0", "[::]:0", "192.0.2.1:8770"])
  func openAddress(address: String) async throws {
    let error = #expect(throws: ConsoleError.self) { try ConsoleServer(ConsoleSettings(state: "/x", listen: address)) }
    #expect(error?.kind == .configuration)
    #expect(error?.description.contains("--token-file") == true)
  }

  @Test(
    "what is no address is said to be none",
    arguments: ["8770", "microscope:8770", "127.0.0.1", "[::1]", "1.2.3:4", "127.0.0.1:70000"])
  func badAddress(address: String) async throws {
    let error = #expect(throws: ConsoleError.self) { try ConsoleServer(ConsoleSettings(state: "/x", listen: address)) }
    #expect(error?.description.contains("--listen \(address)") == true)
  }

  @Test("a token that everybody may read, that is short, or that is not there is no token")
  func unfitTokens() async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/console-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let good = "0123456789abcdef"
    for (text, mode) in [(good, 0o644), ("short", 0o600), ("with space 0123456789", 0o600), ("", 0o600)] {
      let file = try ConsoleUnderTest.tokenFile(text, in: folder, mode: mode)
      let error = #expect(throws: ConsoleError.self) {
        try ConsoleServer(ConsoleSettings(state: folder, listen: "127.0.0.1:0", tokenFile: file))
      }
      #expect(error?.kind == .configuration && error?.description.contains(good) == false)
    }
    #expect(throws: ConsoleError.self) {
      try ConsoleServer(ConsoleSettings(state: folder, listen: "127.0.0.1:0", tokenFile: folder + "/none"))
    }
    let file = try ConsoleUnderTest.tokenFile(good + "\n", in: folder)
    _ = try ConsoleServer(ConsoleSettings(state: folder, listen: "0.0.0.0:0", tokenFile: file))
  }

  @Test("without the token there is a login page and nothing else; in the address it does not count")
  func closed() async throws {
    let token = "correct-horse-battery"
    let console = try ConsoleUnderTest(token: token)
    try console.store().add(1)
    for path in ["/", "/?token=\(token)"] {
      let page = try await console.get(path)
      #expect(page.status == 200 && page.text.contains("Token of this console") && !page.text.contains("<script"))
    }
    for path in [
      "/api/health", "/api/scans", "/api/scans/1", "/api/events", "/api/scans/1/pictures/scan?token=\(token)",
    ] {
      #expect(try await console.get(path).status == 401, "\(path)")
    }
    #expect(try await console.mark("1-1", "reject").status == 401)
    for wrong in ["", "correct-horse-batterx", "correct-horse-battery-", "Correct-horse-battery"] {
      #expect(try await console.get("/api/health", headers: ["Authorization: Bearer \(wrong)"]).status == 401)
    }
    #expect(try await console.get("/api/health", headers: ["Authorization: Bearer \(token)"]).status == 200)
    #expect(try console.reader().target("1-1")?.target.status == .new)
  }

  @Test("a posted token opens a session whose cookie no script and no other page gets")
  func login() async throws {
    let console = try ConsoleUnderTest(token: "correct horse+battery&".replacing(" ", with: "-"))
    let form = ["Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin"]
    let wrong = try await console.post("/login", "token=guess", headers: form)
    #expect(wrong.status == 401 && wrong[header: "set-cookie"] == nil && wrong.text.contains("Token of this console"))
    let right = try await console.post("/login", "token=correct-horse%2Bbattery%26", headers: form)
    #expect(right.status == 303 && right[header: "location"] == "/")
    let cookie = try #require(right[header: "set-cookie"])
    for word in ["HttpOnly", "SameSite=Strict", "Path=/"] { #expect(cookie.contains(word)) }
    #expect(!cookie.contains("horse"))
    let value = try #require(cookie.split(separator: ";").first.map(String.init))
    #expect(try await console.get("/api/health", headers: ["Cookie: other=1; \(value)"]).status == 200)
    #expect(try await console.get("/", headers: ["Cookie: \(value)"]).text.contains("<canvas"))
    let forged = value.dropLast() + (value.hasSuffix("0") ? "1" : "0")
    let later = value.replacing(/=\d+/, with: "=99999999999")
    for cookie in [String(forged), later, "eelscout_console=", "eelscout_console=9.9", "eelscout_console=x.y.z"] {
      #expect(try await console.get("/api/health", headers: ["Cookie: \(cookie)"]).status == 401, "\(cookie)")
    }
    let foreign = try await console.post(
      "/login", "token=correct-horse%2Bbattery%26", headers: ["Origin: http://evil.example"])
    #expect(foreign.status == 403)
    let out = try await console.post("/logout", "", headers: form + ["Cookie: \(value)"])
    #expect(out.status == 303 && out[header: "set-cookie"]?.contains("Max-Age=0") == true)
  }

  @Test("a wrong token is answered late, the right one at once, also in a rain of wrong ones")
  func guessing() async throws {
    let console = try ConsoleUnderTest(token: "correct-horse-battery")
    let wrong = try (0..<5).map { _ in
      let client = try console.client()
      client.send(console.request("GET", "/api/health", headers: ["Authorization: Bearer guess"]))
      return client
    }
    let start = ContinuousClock.now
    #expect(
      try await console.get("/api/health", headers: ["Authorization: Bearer correct-horse-battery"]).status == 200)
    let right = start.duration(to: .now)
    for client in wrong { #expect(try await client.answer().status == 401) }
    #expect(start.duration(to: .now) >= .milliseconds(300) && right < start.duration(to: .now))
  }

  @Test("a browser is told to run this page's one script and nothing else")
  func contentSecurity() async throws {
    let console = try ConsoleUnderTest()
    let page = try await console.get("/")
    let policy = try #require(page[header: "content-security-policy"])
    for rule in [
      "default-src 'none'", "connect-src 'self'", "img-src 'self'", "base-uri 'none'", "frame-ancestors 'none'",
      "form-action 'self'", "require-trusted-types-for 'script'",
    ] { #expect(policy.contains(rule), "\(rule)") }
    for word in ["unsafe", "data:", "blob:", "http:", "*"] { #expect(!policy.contains(word), "\(word)") }
    #expect(page.text.components(separatedBy: "<script").count == 2)
    #expect(page.text.components(separatedBy: "<style").count == 2)
    for (tag, rule) in [("script", "script-src"), ("style", "style-src")] {
      let text = try #require(
        page.text.components(separatedBy: "<\(tag)>").last?.components(separatedBy: "</\(tag)>").first)
      let hash = Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
      #expect(policy.contains("\(rule) 'sha256-\(hash)'"))
    }
    for word in [
      " style=", " onclick=", " onload=", " onerror=", "innerHTML", "insertAdjacentHTML", "document.write", "eval(",
    ] {
      #expect(!page.text.contains(word), "\(word)")
    }
    for word in ["http://", "https://", "//"] {
      for attribute in ["src=\"", "href=\"", "url("] { #expect(!page.text.contains(attribute + word)) }
    }
    for path in ["/", "/icon.svg", "/api/health", "/nothing", "/api/scans/1/thumbnail.png"] {
      let answer = try await console.get(path)
      #expect(
        answer[header: "x-content-type-options"] == "nosniff" && answer[header: "referrer-policy"] == "no-referrer")
      #expect(answer[header: "content-security-policy"]?.contains("frame-ancestors 'none'") == true, "\(path)")
    }
  }
}
