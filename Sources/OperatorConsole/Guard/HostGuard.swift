// Whether a request means this server: against DNS rebinding and against other pages' requests.

import Glibc

/// Looks at the headers that a foreign page can't choose.
struct HostGuard: Sendable {
  /// Names by which this server may be called, in lower case.
  let names: Set<String>

  /// - Parameter names: beside `localhost` and this machine's own name; IP addresses need not be named.
  init(names: [String] = []) {
    self.names = Set((names + ["localhost", Self.machineName]).map { $0.lowercased() }.filter { !$0.isEmpty })
  }

  /// Why a request is not for this server; nil when it is.
  ///
  /// A page on a foreign name that is made to resolve to this machine carries that name in `Host`: it is refused. An IP
  /// address can't be made to point elsewhere.
  func fault(_ request: Request) -> RequestFault? {
    guard let host = request[header: "host"], let name = Self.name(host) else {
      return RequestFault(status: 400, message: "no Host header that names a machine")
    }
    if names.contains(name) || Self.isAddress(name) { return nil }
    return RequestFault(
      status: 421, message: "this console is not called \(name); start it with --name \(name) if it should be")
  }

  /// Why a request that changes something does not come from this server's own page; nil when it does.
  ///
  /// Browsers say where a request comes from and don't let a page forge it; the header of our own makes the browser ask
  /// for a permission that is never given to other pages.
  static func foreignPageFault(_ request: Request, needsHeader: Bool) -> RequestFault? {
    if let site = request[header: "sec-fetch-site"], site != "same-origin" {
      return RequestFault(status: 403, message: "this request comes from another page (\(site))")
    }
    if let origin = request[header: "origin"] {
      let host = request[header: "host"] ?? ""
      guard origin == "http://\(host)" || origin == "https://\(host)" else {
        return RequestFault(status: 403, message: "this request comes from a page of another server")
      }
    }
    if needsHeader, request[header: "eelscout-console"] != "1" {
      return RequestFault(status: 403, message: "changes need the header EELScout-Console: 1")
    }
    return nil
  }

  /// The name or address in a `Host` header, in lower case; nil for what is neither.
  private static func name(_ host: String) -> String? {
    let text = host.lowercased()
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      let rest = text[text.index(after: end)...]
      return isPort(rest) ? String(text[text.index(after: text.startIndex)..<end]) : nil
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, !parts[0].isEmpty, parts.count == 1 || isPort(":" + parts[1]) else { return nil }
    return String(parts[0])
  }

  private static func isPort(_ text: some StringProtocol) -> Bool {
    text.isEmpty || text.hasPrefix(":") && (text.count == 1 || UInt16(text.dropFirst()) != nil)
  }

  private static func isAddress(_ name: String) -> Bool {
    var storage = in6_addr()
    return inet_pton(AF_INET, name, &storage) == 1 || inet_pton(AF_INET6, name, &storage) == 1
  }

  private static var machineName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
