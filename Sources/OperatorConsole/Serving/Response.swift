// What is answered, and its bytes on the wire.

import StrictJSON

/// One answer.
struct Response: Sendable {
  enum Body: Sendable {
    case bytes([UInt8])
    /// Pieces as they come; the connection ends with them.
    case stream(AsyncStream<[UInt8]>)
  }

  var status: Int
  var headers: [(name: String, value: String)] = []
  var body: Body

  init(_ status: Int, type: String, _ bytes: [UInt8], headers: [(name: String, value: String)] = []) {
    self.status = status
    self.headers = [("Content-Type", type)] + headers
    body = .bytes(bytes)
  }

  init(stream: AsyncStream<[UInt8]>, type: String) {
    status = 200
    headers = [("Content-Type", type), ("Cache-Control", "no-store")]
    body = .stream(stream)
  }

  /// A JSON answer; never kept by the browser.
  static func json(_ value: JSONValue, status: Int = 200) -> Response {
    Response(
      status, type: "application/json; charset=utf-8", Array(value.text.utf8), headers: [("Cache-Control", "no-store")])
  }

  /// An error in words.
  static func fault(_ status: Int, _ message: String, code: String? = nil) -> Response {
    .json(["error": .string(message), "code": JSONValue(code)], status: status)
  }

  static func fault(_ fault: RequestFault) -> Response { .fault(fault.status, fault.message) }

  /// Status line and headers.
  func head(closes: Bool) -> [UInt8] {
    var text = "HTTP/1.1 \(status) \(Self.phrase(status))\r\n"
    for header in headers { text += "\(header.name): \(header.value)\r\n" }
    switch body {
    case .bytes(let bytes):
      text += "Content-Length: \(bytes.count)\r\nConnection: \(closes ? "close" : "keep-alive")\r\n"
    case .stream: text += "Connection: close\r\n"
    }
    return Array((text + "\r\n").utf8)
  }

  private static func phrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 303: "See Other"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 411: "Length Required"
    case 413: "Content Too Large"
    case 415: "Unsupported Media Type"
    case 421: "Misdirected Request"
    case 431: "Request Header Fields Too Large"
    case 503: "Service Unavailable"
    default: "Error"
    }
  }
}
