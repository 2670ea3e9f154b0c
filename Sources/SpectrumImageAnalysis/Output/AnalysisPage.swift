// The page that ties the figures together: one file, nothing fetched from elsewhere.

import Markup

/// index.html.
struct AnalysisPage {
  /// Rows of a table; the first is its head.
  struct Table {
    let caption: String
    let rows: [[String]]
  }

  let title: String
  let introduction: [String]
  let facts: [(name: String, value: String)]
  let tables: [Table]
  let notes: [String]
  let figures: [Figure]

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'; style-src 'unsafe-inline'">
    <title>\(Self.escaped(title))</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <main>
    <h1>\(Self.escaped(title))</h1>
    \(introduction.map(Self.paragraph).joined(separator: "\n"))
    <dl>
    \(facts.map { "<dt>\(Self.escaped($0.name))</dt><dd>\(Self.escaped($0.value))</dd>" }.joined(separator: "\n"))
    </dl>
    <nav>\(figures.enumerated().map { "<a href=\"#figure\($0)\">\(Self.escaped($1.title))</a>" }.joined(separator: " "))</nav>
    \(tables.map(Self.table).joined(separator: "\n"))
    \(notes.map(Self.note).joined(separator: "\n"))
    \(figures.enumerated().map(Self.section).joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  private static let style = """
    body { margin: 0; background: #ffffff; color: #1c2026; font: 16px/1.5 system-ui, sans-serif; }
    main { max-width: 74rem; margin: 0 auto; padding: 1.5rem; }
    h1 { font-size: 1.7rem; line-height: 1.25; overflow-wrap: anywhere; } h2 { margin-top: 3rem; border-top: 1px solid #c9ced6; padding-top: 1rem; }
    h2 small { display: block; font-weight: normal; color: #4a5058; font-size: 1rem; }
    p, figcaption, li { max-width: 62rem; }
    figure { margin: 1.2rem 0 2rem; } img { max-width: 100%; height: auto; border: 1px solid #e3e6ea; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; } dt { color: #4a5058; } dd { margin: 0; overflow-wrap: anywhere; }
    table { border-collapse: collapse; margin: 1rem 0; } caption { text-align: left; max-width: 62rem; padding-bottom: .4rem; }
    th, td { padding: .25rem .8rem .25rem 0; text-align: right; border-bottom: 1px solid #e3e6ea; } th:first-child, td:first-child { text-align: left; }
    .table { overflow-x: auto; } nav a { margin-right: .8rem; }
    .note { border-left: 4px solid #d55e00; padding: .3rem .8rem; background: #fdf3ec; }
    .data { color: #4a5058; font-size: .9rem; }
    """

  private static func section(_ index: Int, _ figure: Figure) -> String {
    let pictures = figure.panels.map { panel in
      let name = escaped(panel.file)
      return "<figure><img src=\"\(name)\" width=\"\(panel.image.width)\" height=\"\(panel.image.height)\" "
        + "alt=\"\(escaped(figure.subtitle)): \(name)\"><figcaption>\(escaped(panel.caption))</figcaption></figure>"
    }
    let files = figure.data.map { "<a href=\"\(escaped($0.file))\">\(escaped($0.file))</a>" }
    return """
      <section id="figure\(index)">
      <h2>\(escaped(figure.title)) <small>\(escaped(figure.subtitle))</small></h2>
      \(figure.notes.map(note).joined(separator: "\n"))
      \(pictures.joined(separator: "\n"))
      \(files.isEmpty ? "" : "<p class=\"data\">Data: \(files.joined(separator: ", "))</p>")
      </section>
      """
  }

  private static func table(_ table: Table) -> String {
    let rows = table.rows.enumerated().map { index, row in
      let tag = index == 0 ? "th" : "td"
      return "<tr>" + row.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined() + "</tr>"
    }
    return "<div class=\"table\"><table><caption>\(escaped(table.caption))</caption>\(rows.joined(separator: "\n"))"
      + "</table></div>"
  }

  private static func paragraph(_ text: String) -> String { "<p>\(escaped(text))</p>" }
  private static func note(_ text: String) -> String { "<p class=\"note\">\(escaped(text))</p>" }

  private static func escaped(_ text: String) -> String { HTMLText.escaped(text) }
}
