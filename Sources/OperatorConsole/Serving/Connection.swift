// One client: requests in, answers out, within the limits.

import FlyingSocks
import Foundation

/// Serves one connection until the client ends it, breaks a rule or takes too long.
///
/// FlyingFox's own `HTTPServer` reads heads of any length and waits for slow clients for ever, so only its sockets
/// are used.
struct Connection: Sendable {
  let socket: AsyncSocket
  let limits: ServingLimits
  let answer: @Sendable (Request) async -> Response

  func serve() async {
    defer { try? socket.close() }
    var rest: [UInt8] = []
    while !Task.isCancelled {
      do {
        guard let request = try await nextRequest(&rest) else { return }
        let response = await answer(request)
        try await send(response, withBody: request.method != "HEAD", closes: request.closesConnection)
        if request.closesConnection { return }
        if case .stream = response.body { return }
      } catch let fault as RequestFault {
        try? await send(.fault(fault), withBody: true, closes: true)
        return await drain()
      } catch {
        return
      }
    }
  }

  /// The next request; nil when the client has ended the connection, or rested too long.
  private func nextRequest(_ rest: inout [UInt8]) async throws -> Request? {
    if rest.isEmpty {
      do {
        rest = try await within(limits.idleTime) { [socket] in try await socket.read(atMost: 4096) }
      } catch {
        return nil
      }
    }
    let start = rest
    let (request, remaining) = try await bounded { try await read(from: start) }
    rest = remaining
    return request
  }

  private func bounded<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
    do {
      return try await within(limits.requestTime, body)
    } catch is Overdue {
      throw RequestFault(status: 408, message: "the request took longer than \(limits.requestTime)")
    }
  }

  private func read(from start: [UInt8]) async throws -> (Request, [UInt8]) {
    var bytes = start
    var searched = 0
    while true {
      if let end = Self.endOfHead(bytes, from: max(0, searched - 3)) {
        guard end <= limits.headBytes else { throw Self.tooLong(limits) }
        var request = try Request(head: Array(bytes[..<end]), limits: limits)
        let length = try request.bodyLength(limits: limits)
        var rest = Array(bytes[(end + 4)...])
        while rest.count < length { rest += try await socket.read(atMost: length - rest.count) }
        request.body = Array(rest.prefix(length))
        return (request, Array(rest.dropFirst(length)))
      }
      searched = bytes.count
      guard bytes.count < limits.headBytes else { throw Self.tooLong(limits) }
      bytes += try await socket.read(atMost: min(4096, limits.headBytes + 4 - bytes.count))
    }
  }

  private static func tooLong(_ limits: ServingLimits) -> RequestFault {
    RequestFault(status: 431, message: "the head of the request is longer than \(limits.headBytes) bytes")
  }

  /// Where the empty line begins that ends a head.
  private static func endOfHead(_ bytes: [UInt8], from start: Int) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (start...max(start, bytes.count - 4)).first {
      $0 + 3 < bytes.count && bytes[$0] == 0x0D && bytes[$0 + 1] == 0x0A && bytes[$0 + 2] == 0x0D
        && bytes[$0 + 3] == 0x0A
    }
  }

  private func send(_ response: Response, withBody: Bool, closes: Bool) async throws {
    var head = response.head(closes: closes)
    switch response.body {
    case .bytes(let bytes):
      if withBody { head += bytes }
      try await write(head)
    case .stream(let pieces):
      try await write(head)
      guard withBody else { return }
      for await piece in pieces { try await write(piece) }
    }
  }

  private func write(_ bytes: [UInt8]) async throws {
    for start in stride(from: 0, to: bytes.count, by: 65_536) {
      let piece = Data(bytes[start..<min(start + 65_536, bytes.count)])
      try await within(limits.writeTime) { [socket] in try await socket.write(piece) }
    }
  }

  /// Takes what the client still sends, for a moment: closing at once would throw away the answer on its way.
  private func drain() async {
    _ = try? await within(.milliseconds(500)) { [socket] in
      for _ in 0..<64 { _ = try await socket.read(atMost: 4096) }
    }
  }
}
