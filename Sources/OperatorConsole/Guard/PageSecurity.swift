// What a browser may do with this server's pages, said in headers.

import Crypto
import Foundation

/// Headers of every answer.
enum PageSecurity {
  /// For everything but a page: nothing in it may be run or shown inside another page.
  static let headers: [(name: String, value: String)] =
    common + [("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")]

  /// For a page whose only script and style are these texts.
  static func headers(script: String, style: String) -> [(name: String, value: String)] {
    let policy = [
      "default-src 'none'", "script-src '\(hash(script))'", "style-src '\(hash(style))'", "img-src 'self'",
      "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
      "require-trusted-types-for 'script'", "trusted-types 'none'",
    ]
    return common + [("Content-Security-Policy", policy.joined(separator: "; "))]
  }

  private static let common: [(name: String, value: String)] = [
    ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), usb=(), serial=()"),
  ]

  private static func hash(_ text: String) -> String {
    "sha256-" + Data(SHA256.hash(data: Array(text.utf8))).base64EncodedString()
  }
}
