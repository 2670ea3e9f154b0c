// A client that sends exactly what a test writes, and reads what comes back.

import Foundation
import Glibc
import StrictJSON

/// One TCP connection, in the hands of one test. What waits, waits on a thread of its own: the server under test needs
/// those of Swift's pool.
final class Client: @unchecked Sendable {
  private let descriptor: Int32
  private var received: [UInt8] = []

  init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
    }
    guard result == 0 else { throw NotHeard(what: "connect: \(String(cString: strerror(errno)))") }
    // Only what hangs is not heard within this: other tests may hold the threads that the server needs for a long while.
    var patience = timeval(tv_sec: 300, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard sent > 0 else { return }
      rest = rest.dropFirst(sent)
    }
  }

  func send(_ text: String) { send(Array(text.utf8)) }

  /// More bytes; false at the end of the connection.
  private func receive() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count >= 0 else {
      if errno == ECONNRESET { return false }
      throw NotHeard(what: "nothing within 300 s after: \(String(decoding: received.suffix(400), as: UTF8.self))")
    }
    received += buffer.prefix(count)
    return count > 0
  }

  /// Whether the server ends the connection without another byte.
  func isEnded() async throws -> Bool { try await aside { try self.received.isEmpty && !self.receive() } }

  /// The next answer on this connection.
  func answer(hasBody: Bool = true) async throws -> Answer { try await aside { try self.readAnswer(hasBody) } }

  private func readAnswer(_ hasBody: Bool) throws -> Answer {
    let head = try read(until: "\r\n\r\n")
    let lines = head.components(separatedBy: "\r\n")
    var headers: [(String, String)] = []
    for line in lines.dropFirst() where !line.isEmpty {
      let parts = line.components(separatedBy: ": ")
      headers.append((parts[0].lowercased(), parts.dropFirst().joined(separator: ": ")))
    }
    let length = headers.first { $0.0 == "content-length" }.flatMap { Int($0.1) } ?? 0
    while hasBody, received.count < length { guard try receive() else { break } }
    let body = Array(received.prefix(hasBody ? length : 0))
    received.removeFirst(body.count)
    return Answer(status: Int(lines[0].split(separator: " ")[1]) ?? 0, headers: headers, body: body)
  }

  /// Everything up to and with this text.
  func text(until end: String) async throws -> String { try await aside { try self.read(until: end) } }

  private func read(until end: String) throws -> String {
    let mark = Array(end.utf8)
    while true {
      if let range = received.firstRange(of: mark) {
        let text = String(decoding: received[..<range.upperBound], as: UTF8.self)
        received.removeFirst(range.upperBound)
        return text
      }
      guard try receive() else { throw NotHeard(what: "the connection ended before \(end)") }
    }
  }

  /// The next server-sent event of a name.
  func event(_ name: String) async throws -> (id: String?, data: JSONValue) {
    while true {
      let lines = try await text(until: "\n\n").split(separator: "\n").map(String.init)
      func field(_ name: String) -> String? {
        lines.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
      }
      guard field("event") == name, let data = field("data") else { continue }
      return (field("id"), try JSONValue.parse(data.utf8))
    }
  }
}

struct NotHeard: Error { let what: String }

struct Answer: Sendable {
  let status: Int
  let headers: [(String, String)]
  let body: [UInt8]

  subscript(header name: String) -> String? { headers.first { $0.0 == name }?.1 }
  var text: String { String(decoding: body, as: UTF8.self) }
  var json: JSONValue { (try? JSONValue.parse(body)) ?? .null }
}

/// Runs what blocks on a thread of its own.
func aside<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
  }
}
