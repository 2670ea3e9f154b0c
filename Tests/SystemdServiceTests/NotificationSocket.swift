// The service manager's end of NOTIFY_SOCKET.

import Foundation
import Glibc

/// A datagram socket as systemd gives its services, by path or abstract.
final class NotificationSocket {
  /// As it stands in NOTIFY_SOCKET.
  let name: String
  private let descriptor: Int32
  private let path: String?

  init?(isAbstract: Bool) {
    let text = isAbstract ? "@eelscout-\(UUID().uuidString)" : "/tmp/eelscout-\(UUID().uuidString)"
    name = text
    path = isAbstract ? nil : text
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { field in
      for (index, byte) in text.utf8.enumerated() { field[index] = isAbstract && index == 0 ? 0 : byte }
    }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + text.utf8.count)
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    if descriptor < 0 || bound != 0 { return nil }
  }

  deinit {
    close(descriptor)
    if let path { unlink(path) }
  }

  /// The next datagram; nil when there is none. Datagrams on this machine have arrived once they are sent.
  func receive() -> String? {
    var bytes = [UInt8](repeating: 0, count: 8_192)
    let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
