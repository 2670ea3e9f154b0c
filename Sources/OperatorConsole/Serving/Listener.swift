// Takes connections, as many at a time as the limits allow.

import FlyingSocks
import Foundation
import Glibc
import Synchronization

/// Serves all connections of some listening sockets.
struct Listener: Sendable {
  let sockets: [Socket]
  let limits: ServingLimits
  let answer: @Sendable (Request) async -> Response

  /// Until the task is cancelled.
  func run() async throws {
    // A client that goes away in the middle of an answer must not end the program.
    signal(SIGPIPE, SIG_IGN)
    let pool: some AsyncSocketPool = SocketPool.make(maxEvents: 64)
    try await pool.prepare()
    let open = OpenConnections()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await pool.run() }
      for socket in sockets {
        let listening = try AsyncSocket(socket: socket, pool: pool)
        group.addTask { try await accept(listening, open) }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func accept(_ listening: AsyncSocket, _ open: OpenConnections) async throws {
    try await withThrowingDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let socket: AsyncSocket
        do {
          socket = try await listening.accept()
        } catch SocketError.failed(_, let code, _) where Self.passing.contains(code) {
          // The client went away before it was greeted, or there are no descriptors left just now.
          try await Task.sleep(for: .milliseconds(50))
          continue
        }
        guard open.enter(limit: limits.connections) else {
          group.addTask { await refuse(socket) }
          continue
        }
        group.addTask {
          await Connection(socket: socket, limits: limits, answer: answer).serve()
          open.leave()
        }
      }
    }
  }

  private static let passing: Set<Int32> = [ECONNABORTED, EMFILE, ENFILE, ENOBUFS, ENOMEM, EINTR, EPROTO]

  /// One try without waiting: who comes in a crowd gets no patience.
  private func refuse(_ socket: AsyncSocket) async {
    let head = Response.fault(503, "too many connections at a time; close a page").head(closes: true)
    _ = try? socket.socket.write(Data(head))
    try? socket.close()
  }
}

/// How many connections are open.
private final class OpenConnections: Sendable {
  private let count = Mutex(0)

  /// - Returns: whether there was room.
  func enter(limit: Int) -> Bool {
    count.withLock { count in
      if count >= limit { return false }
      count += 1
      return true
    }
  }

  func leave() { count.withLock { $0 -= 1 } }
}
