// The service manager's end of NOTIFY_SOCKET.

import Foundation
import Glibc
import Synchronization

/// An abstract datagram socket as systemd gives its services; a thread of its own takes down what comes.
final class NotificationSocket: Sendable {
  /// As it stands in NOTIFY_SOCKET.
  let name = "@eelscout-\(UUID().uuidString)"
  private let words = Mutex<[String]>([])

  init?() {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { field in
      for (index, byte) in name.utf8.enumerated() { field[index] = index == 0 ? 0 : byte }
    }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.utf8.count)
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    if descriptor < 0 || bound != 0 { return nil }
    // The thread lives as long as the tests; it waits in recv and costs nothing.
    Thread.detachNewThread { [weak self] in
      var bytes = [UInt8](repeating: 0, count: 8_192)
      while true {
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count >= 0, let self else { return }
        let word = String(decoding: bytes.prefix(count), as: UTF8.self)
        self.words.withLock { $0.append(word) }
      }
    }
  }

  /// The first notification that begins with `beginning`.
  func first(_ beginning: String) -> String? { words.withLock { $0.first { $0.hasPrefix(beginning) } } }

  func contains(_ text: String) -> Bool { words.withLock { $0.contains { $0.contains(text) } } }

  func words(with text: String) -> [String] { words.withLock { $0.filter { $0.contains(text) } } }

  func count(_ beginning: String) -> Int { words.withLock { $0.count { $0.hasPrefix(beginning) } } }
}
