// A settings file, parsed but not yet understood.

import TOMLKit

/// The text of one TOML file as a tree of values with places; read it through a `SettingsReader`.
public struct SettingsDocument: Sendable {
  let root: SettingsNode

  /// Largest accepted text: rules and configuration are written by hand, a megabyte is another kind of file.
  private static let maximumBytes = 1 << 20
  /// Deepest accepted nesting of tables and lists; settings need four.
  private static let maximumDepth = 32

  /// Parses TOML 1.0.
  /// - Parameter fileName: how messages call the file.
  /// - Throws: `SettingsError` with line and column of the first syntax error, or for text too large or too deep.
  public init(text: String, fileName: String) throws(SettingsError) {
    let size = text.utf8.count
    guard size <= Self.maximumBytes else {
      throw SettingsError(
        file: fileName, "has \(size) bytes; a settings file may have \(Self.maximumBytes). Is it another kind of file?")
    }
    // The parser takes C strings and would silently ignore what follows.
    guard !text.utf8.contains(0) else {
      throw SettingsError(file: fileName, "holds a NUL byte; save it as plain UTF-8 text")
    }
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      let place = error.source.begin
      let fault = error.description.split(whereSeparator: \.isNewline).joined(separator: " ")
      throw SettingsError(file: fileName, line: place.line, "column \(place.column): not valid TOML: \(fault)")
    } catch {
      throw SettingsError(file: fileName, "cannot be parsed: \(error)")
    }
    let builder = TreeBuilder(file: fileName, lines: PlaceScanner.lines(in: text), maximumDepth: Self.maximumDepth)
    root = try builder.node(table.tomlValue, path: "", line: 1, depth: 0)
  }
}

/// Turns the parser's table into nodes.
private struct TreeBuilder {
  let file: String
  let lines: [String: Int]
  let maximumDepth: Int

  func node(_ value: TOMLValue, path: String, line: Int, depth: Int) throws(SettingsError) -> SettingsNode {
    guard depth <= maximumDepth else {
      throw SettingsError(
        file: file, line: line, key: path, "is nested too deeply; at most \(maximumDepth) levels are allowed")
    }
    func node(_ content: SettingsNode.Value) -> SettingsNode { SettingsNode(value: content, file: file, line: line) }
    if let text = value.string { return node(.string(text)) }
    if let flag = value.bool { return node(.boolean(flag)) }
    if let number = value.int { return node(.integer(number)) }
    if let number = value.double { return node(.number(number)) }
    if let array = value.array { return node(.array(try elements(array, path: path, line: line, depth: depth))) }
    guard let table = value.table else { return node(.time) }
    var members: [String: SettingsNode] = [:]
    for key in table.keys {
      guard let member = table[key] else { continue }
      let place = SettingsText.path(path, key: key)
      members[key] = try self.node(member.tomlValue, path: place, line: lines[place] ?? line, depth: depth + 1)
    }
    return node(.table(members))
  }

  private func elements(
    _ array: TOMLArray, path: String, line: Int, depth: Int
  ) throws(SettingsError) -> [SettingsNode] {
    var elements: [SettingsNode] = []
    for (index, element) in array.enumerated() {
      let place = SettingsText.path(path, index: index)
      elements.append(try node(element.tomlValue, path: place, line: lines[place] ?? line, depth: depth + 1))
    }
    return elements
  }
}
