// One HTML document that needs nothing else: no script, no font, no file beside it.

/// A whole page.
public struct Page: Sendable {
  public let title: String
  /// The house's style comes first.
  public let style: String
  public let body: Markup
  /// Where pictures may come from, in the words of a content security policy.
  public let pictures: String

  /// - Parameter pictures: `data:` for pictures inside the page, `'self'` for files beside it.
  public init(title: String, style: String, body: Markup, pictures: String = "data:") {
    (self.title, self.style, self.body, self.pictures) = (title, style, body, pictures)
  }

  public var html: String {
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
      <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src \(pictures); style-src 'unsafe-inline'" />
      <meta name="referrer" content="no-referrer" />
      <title>\(title)</title>
      <style>
      \(Markup(trusted: style))
      </style>
      </head>
      <body>
      \(body)
      </body>
      </html>

      """
    return page.text
  }
}
