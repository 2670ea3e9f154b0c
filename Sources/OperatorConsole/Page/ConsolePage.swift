// The one page, put together from its files, with the headers that let only these texts run.

/// A page that needs nothing but itself.
struct ConsolePage: Sendable {
  private let bytes: [UInt8]
  private let headers: [(name: String, value: String)]

  /// The console itself.
  static let console = ConsolePage(
    html: PackageResources.console_html, style: [PackageResources.base_css, PackageResources.console_css],
    script: [
      PackageResources.words_js, PackageResources.server_js, PackageResources.colours_js, PackageResources.scan_view_js,
      PackageResources.list_js, PackageResources.strip_js, PackageResources.chart_js, PackageResources.target_view_js,
      PackageResources.health_js, PackageResources.marks_js, PackageResources.keys_js, PackageResources.main_js,
    ])

  /// Asks for the token.
  static let login = ConsolePage(html: PackageResources.login_html, style: [PackageResources.base_css], script: [])

  /// The mark in the browser's tab.
  static let icon = Response(
    200, type: "image/svg+xml", PackageResources.icon_svg, headers: [("Cache-Control", "private, max-age=3600")])

  private init(html: [UInt8], style: [[UInt8]], script: [[UInt8]]) {
    let style = String(decoding: style.joined(), as: UTF8.self)
    let script = script.isEmpty ? "" : "'use strict';\n" + String(decoding: script.joined(), as: UTF8.self)
    let text = String(decoding: html, as: UTF8.self)
      .replacing("/*style*/", with: style).replacing("/*script*/", with: script)
    bytes = Array(text.utf8)
    headers = PageSecurity.headers(script: script, style: style) + [("Cache-Control", "no-store")]
  }

  func response(status: Int = 200) -> Response {
    Response(status, type: "text/html; charset=utf-8", bytes, headers: headers)
  }
}
