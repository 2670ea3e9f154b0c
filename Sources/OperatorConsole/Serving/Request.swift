// A request as it arrived, checked for form.

/// One HTTP request: head and body within the limits, names of headers in lower case.
struct Request: Sendable {
  var method: String
  /// The path without the query, as sent: nothing in it is decoded.
  var path: String
  /// `name=value` pairs of the query, nothing decoded: every value this server knows is plain ASCII.
  var query: [String: String]
  var headers: [String: String]
  var body: [UInt8] = []
  /// HTTP/1.0, or `Connection: close`.
  var closesConnection: Bool

  subscript(header name: String) -> String? { headers[name] }
}

/// A request that can't be answered as it is; the connection ends with this status.
struct RequestFault: Error, Equatable {
  let status: Int
  let message: String
}

extension Request {
  /// Reads a head: request line and header lines, without the empty line that ends it.
  /// - Throws: `RequestFault` for whatever is not plain HTTP/1, or could be read in two ways.
  init(head bytes: [UInt8], limits: ServingLimits) throws(RequestFault) {
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x0D || $0 == 0x0A || $0 == 0x09 }),
      let text = String(validating: bytes, as: UTF8.self)
    else { throw RequestFault(status: 400, message: "the head of the request holds bytes that belong in none") }
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.last == "\r" ? line.dropLast() : line)
    }
    if lines.contains(where: { $0.unicodeScalars.contains("\r") }) {
      throw RequestFault(status: 400, message: "a carriage return stands alone")
    }
    let words = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard words.count == 3, words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0", words[1].hasPrefix("/"),
      words[1].utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw RequestFault(status: 400, message: "the request line is not METHOD /path HTTP/1.1") }
    guard lines.count <= limits.headerCount else {
      throw RequestFault(status: 431, message: "more than \(limits.headerCount) headers")
    }
    headers = try Self.headers(lines)
    method = words[0]
    let target = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(target[0])
    query = Self.query(target.count > 1 ? String(target[1]) : "")
    let connection = headers["connection"]?.lowercased() ?? ""
    closesConnection = words[2] == "HTTP/1.0" || connection.contains("close")
    guard words[2] == "HTTP/1.0" || headers["host"] != nil else {
      throw RequestFault(status: 400, message: "no Host header")
    }
  }

  /// How long the body is.
  /// - Throws: `RequestFault` for a body in chunks, one that is too long, or a length that is no number.
  func bodyLength(limits: ServingLimits) throws(RequestFault) -> Int {
    if headers["transfer-encoding"] != nil {
      throw RequestFault(status: 411, message: "send the body with a Content-Length")
    }
    guard let text = headers["content-length"] else { return 0 }
    guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let length = Int(text)
    else { throw RequestFault(status: 400, message: "the Content-Length is no number") }
    guard length <= limits.bodyBytes else {
      throw RequestFault(status: 413, message: "the body is longer than \(limits.bodyBytes) bytes")
    }
    return length
  }

  private static func headers(_ lines: [String]) throws(RequestFault) -> [String: String] {
    var headers: [String: String] = [:]
    for line in lines {
      guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else {
        throw RequestFault(status: 400, message: "a header line has no name")
      }
      let name = line[..<colon].lowercased()
      guard name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw RequestFault(status: 400, message: "the name of a header holds a space or more than ASCII")
      }
      let value = String(line[line.index(after: colon)...]).trimmingSpaces
      // Two different words about where, whose and how long are two requests in one.
      if let earlier = headers[name], single.contains(name) || earlier.utf8.count + value.utf8.count > 8_000 {
        throw RequestFault(status: 400, message: "the header \(name) stands there twice")
      }
      headers[name] = headers[name].map { "\($0), \(value)" } ?? value
    }
    return headers
  }

  private static let single: Set<String> = [
    "host", "content-length", "transfer-encoding", "origin", "authorization", "cookie", "content-type",
  ]

  private static func query(_ text: String) -> [String: String] {
    text.split(separator: "&").reduce(into: [:]) { query, pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      query[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
    }
  }
}

extension String {
  /// Without spaces and tabs at both ends.
  var trimmingSpaces: String {
    let rest = self[...].drop { $0 == " " || $0 == "\t" }
    guard let last = rest.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
    return String(rest[...last])
  }
}
