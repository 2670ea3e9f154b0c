// Where to listen, as people write it.

import FlyingSocks
import Glibc

/// An IP address and port.
struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
  enum Family: Sendable { case ip4, ip6 }

  let family: Family
  /// In the system's own spelling.
  let address: String
  let port: UInt16

  /// Reads `127.0.0.1:8770`, `[::1]:8770` or `localhost:8770`; port 0 lets the system choose.
  /// - Throws: `ConsoleError` of kind `configuration`.
  init(_ text: String) throws(ConsoleError) {
    let wrong = ConsoleError(
      .configuration, "--listen \(text): not an address and a port, such as 127.0.0.1:8770 or [::1]:8770")
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { throw wrong }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
      guard let address = Self.normal(host, AF_INET6) else { throw wrong }
      self.init(.ip6, address, port)
      return
    }
    if host == "localhost" { host = "127.0.0.1" }
    guard let address = Self.normal(host, AF_INET) else { throw wrong }
    self.init(.ip4, address, port)
  }

  init(_ family: Family, _ address: String, _ port: UInt16) {
    (self.family, self.address, self.port) = (family, address, port)
  }

  /// The address that a socket is bound to; nil for one that is not bound to an IP address.
  init?(_ socket: Socket) {
    switch try? socket.sockname() {
    case .ip4(let address, let port): self.init(.ip4, address, port)
    case .ip6(let address, let port): self.init(.ip6, address, port)
    default: return nil
    }
  }

  /// Only programs on this machine can connect.
  var isLoopback: Bool { family == .ip4 ? address.hasPrefix("127.") : address == "::1" }

  var description: String { family == .ip4 ? "\(address):\(port)" : "[\(address)]:\(port)" }

  /// A socket that listens there.
  func listen() throws(ConsoleError) -> Socket {
    do {
      let socket = try Socket(domain: family == .ip4 ? AF_INET : AF_INET6)
      try socket.setValue(true, for: .localAddressReuse)
      switch family {
      case .ip4: try socket.bind(to: .inet(ip4: address, port: port))
      case .ip6: try socket.bind(to: .inet6(ip6: address, port: port))
      }
      try socket.listen()
      return socket
    } catch {
      throw ConsoleError(
        .inputOutput, "can't listen on \(self): \(error.localizedDescription). Is a console running there already?")
    }
  }

  private static func normal(_ text: String, _ family: Int32) -> String? {
    var storage = in6_addr()
    guard inet_pton(family, text, &storage) == 1 else { return nil }
    var spelled = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(family, &storage, &spelled, socklen_t(spelled.count)) != nil else { return nil }
    return String(decoding: spelled.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
