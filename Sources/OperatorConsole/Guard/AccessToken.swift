// The secret that opens a console which others can reach, and the sessions that it opens.

import Crypto
import Foundation
import Glibc

/// A token from a file, and signed sessions for browsers that have shown it once.
///
/// Comparisons take the same time whatever differs: only authentication codes of equal length are compared.
struct AccessToken: Sendable {
  /// A session ends after so long, seconds: one shift.
  static let sessionSeconds = 12 * 3600.0
  static let cookieName = "eelscout_console"
  /// Shorter ones could be guessed.
  static let shortest = 16
  private static let longestFile = 4_096

  private let key: SymmetricKey
  private let token: [UInt8]

  init(_ token: String) {
    self.token = Array(token.utf8)
    key = SymmetricKey(data: SHA256.hash(data: Array("eelscout console session\n".utf8) + self.token))
  }

  /// Reads a token from a file that only its owner and group may read.
  /// - Throws: `ConsoleError` of kind `configuration`.
  init(file: String) throws(ConsoleError) {
    let make = "Make one: head -c 24 /dev/urandom | base64 > \(file); chmod 600 \(file)"
    var status = stat()
    guard stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ConsoleError(.configuration, "--token-file \(file): no such file, or it can't be seen. \(make)")
    }
    guard status.st_mode & 0o007 == 0 else {
      throw ConsoleError(.configuration, "--token-file \(file): everybody may use it; chmod 600 \(file)")
    }
    guard status.st_size <= Self.longestFile, let data = FileManager.default.contents(atPath: file) else {
      throw ConsoleError(
        .configuration, "--token-file \(file): can't be read, or is longer than \(Self.longestFile) bytes")
    }
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard text.utf8.count >= Self.shortest, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw ConsoleError(
        .configuration,
        "--token-file \(file): needs \(Self.shortest) or more characters on one line, no spaces. \(make)")
    }
    self.init(text)
  }

  /// Whether this is the token.
  func matches(_ candidate: String) -> Bool {
    let code = HMAC<SHA256>.authenticationCode(for: token, using: key)
    return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Array(candidate.utf8), using: key)
  }

  /// A cookie's value that is good until `until`.
  func session(until: Date) -> String {
    let end = String(Int(until.timeIntervalSince1970))
    return "\(end).\(Self.hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(end.utf8), using: key)))"
  }

  /// Whether a cookie's value was given out by a console with this token, and is still good.
  func isSession(_ value: String, now: Date) -> Bool {
    let parts = value.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count <= 12, let end = Int(parts[0]),
      let code = Self.bytes(hexadecimal: parts[1])
    else { return false }
    return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Array(parts[0].utf8), using: key)
      && Double(end) > now.timeIntervalSince1970
  }

  /// Whether a request shows the token as bearer, or a session's cookie.
  func admits(_ request: Request, now: Date) -> Bool {
    if let header = request[header: "authorization"], header.lowercased().hasPrefix("bearer ") {
      return matches(String(header.dropFirst(7)).trimmingSpaces)
    }
    for pair in (request[header: "cookie"] ?? "").split(separator: ";") {
      let parts = String(pair).trimmingSpaces.split(separator: "=", maxSplits: 1)
      if parts.count == 2, parts[0] == Self.cookieName, isSession(String(parts[1]), now: now) { return true }
    }
    return false
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  private static func bytes(hexadecimal text: Substring) -> [UInt8]? {
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == text.count, digits.count == 64 else { return nil }
    return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
