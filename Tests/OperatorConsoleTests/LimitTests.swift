// What a client may send and how long it may take.

import Foundation
import OperatorConsole
import Testing

@Suite("Limits of the console", .timeLimit(.minutes(5)))
struct LimitTests {
  private func status(_ text: String, _ console: ConsoleUnderTest) async throws -> Int {
    let client = try console.client()
    client.send(text)
    return try await client.answer().status
  }

  @Test("what is no plain HTTP is refused in words, whatever it is")
  func malformed() async throws {
    let console = try ConsoleUnderTest()
    let host = "Host: localhost\r\n"
    let cases = [
      "GET / HTTP/1.1\r\n\r\n": 400, "GET /\r\n\(host)\r\n": 400, "GET  / HTTP/1.1\r\n\(host)\r\n": 400,
      "GET / HTTP/2.0\r\n\(host)\r\n": 400, "GET http://x/ HTTP/1.1\r\n\(host)\r\n": 400,
      "GET /\u{e9} HTTP/1.1\r\n\(host)\r\n": 400, "GET / HTTP/1.1\r\n\(host)\(host)\r\n": 400,
      "GET / HTTP/1.1\r\n\(host)no colon\r\n\r\n": 400, "GET / HTTP/1.1\r\n\(host): empty\r\n\r\n": 400,
      "GET / HTTP/1.1\r\n\(host)A b: c\r\n\r\n": 400, "GET / HTTP/1.1\r\n\(host)A: b\rc\r\n\r\n": 400,
      "GET / HTTP/1.1\r\n\(host)A: \u{0}\r\n\r\n": 400, "GET / HTTP/1.1\r\n\(host) folded: x\r\n\r\n": 400,
      "POST /login HTTP/1.1\r\n\(host)Content-Length: 1\r\nContent-Length: 2\r\n\r\nab": 400,
      "POST /login HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\n": 400,
      "POST /login HTTP/1.1\r\n\(host)Content-Length: +1\r\n\r\na": 400,
      "POST /login HTTP/1.1\r\n\(host)Content-Length: 1x\r\n\r\na": 400,
      "POST /login HTTP/1.1\r\n\(host)Content-Length: 4097\r\n\r\n": 413,
      "POST /login HTTP/1.1\r\n\(host)Content-Length: 99999999999999999999\r\n\r\n": 400,
      "POST /login HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n": 411,
      "POST /login HTTP/1.1\r\n\(host)Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n": 411,
      "GET / HTTP/1.1\r\n\(host)\(String(repeating: "A: b\r\n", count: 100))\r\n": 431,
      "GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\n\(host)\r\n": 431,
    ]
    for (text, expected) in cases {
      #expect(try await status(text, console) == expected, "\(text.prefix(120).debugDescription)")
    }
    #expect(try await console.get("/").status == 200)
  }

  @Test("a head without an end is cut off, not collected")
  func endlessHead() async throws {
    let console = try ConsoleUnderTest()
    let client = try console.client()
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
    for _ in 0..<64 { client.send([UInt8](repeating: 65, count: 65_536)) }
    #expect((try? await client.answer().status).map { $0 == 431 } ?? true)
    #expect(try await console.get("/").status == 200)
  }

  @Test("requests of a connection are answered in order, also when they come at once or in pieces")
  func pipelining() async throws {
    let console = try ConsoleUnderTest()
    let client = try console.client()
    let two = console.request("GET", "/healthz") + console.request("HEAD", "/") + console.request("GET", "/nothing")
    client.send(two)
    #expect(try await client.answer().text == "ok\n")
    let head = try await client.answer(hasBody: false)
    #expect(head.status == 200 && Int(head[header: "content-length"] ?? "") ?? 0 > 10_000)
    #expect(try await client.answer().status == 404)
    for byte in Array(console.request("GET", "/healthz").utf8) { client.send([byte]) }
    #expect(try await client.answer().status == 200)
    client.send(console.request("GET", "/healthz", headers: ["Connection: close"]))
    #expect(try await client.answer()[header: "connection"] == "close")
    #expect(try await client.isEnded())
  }

  @Test("who is slow is told so, who says nothing is let go")
  func slow() async throws {
    var limits = ConsoleUnderTest.quick
    (limits.requestTime, limits.idleTime) = (.milliseconds(200), .milliseconds(300))
    let console = try ConsoleUnderTest(limits: limits)
    #expect(try await status("GET / HTTP/1.1\r\nHost:", console) == 408)
    #expect(
      try await status("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf", console) == 408)
    #expect(try await console.client().isEnded())
  }

  @Test("one connection too many is refused; when one ends there is room again")
  func crowd() async throws {
    var limits = ConsoleUnderTest.quick
    limits.connections = 3
    let console = try ConsoleUnderTest(limits: limits)
    var clients = try (0..<3).map { _ in try console.client() }
    for client in clients {
      client.send(console.request("GET", "/healthz"))
      #expect(try await client.answer().status == 200)
    }
    #expect(try await console.client().answer().status == 503)
    clients.removeLast()
    var status = 503
    for _ in 0..<200 where status == 503 {
      status = (try? await console.get("/healthz").status) ?? 503
      usleep(10_000)
    }
    #expect(status == 200)
  }

  @Test("one page too many gets no events; when one closes there is room again")
  func eventStreams() async throws {
    var limits = ConsoleUnderTest.quick
    (limits.eventStreams, limits.pulseInterval) = (2, .milliseconds(50))
    let console = try ConsoleUnderTest(limits: limits)
    var streams = [try await console.events(), try await console.events()]
    for stream in streams { _ = try await stream.event("health") }
    #expect(try await console.get("/api/events").status == 503)
    streams.removeAll()
    var isOpen = false
    for _ in 0..<200 where !isOpen {
      let client = try console.client()
      client.send(console.request("GET", "/api/events"))
      isOpen = try await client.text(until: "\r\n").contains("200")
      usleep(10_000)
    }
    #expect(isOpen)
  }
}
