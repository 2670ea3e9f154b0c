// On which line each key of a TOML document stands.

/// Walks a document the TOML parser has accepted and notes the line of every key and list element.
///
/// The parser in use keeps no places of values. Because the text is known to be valid, the scanner only needs to find
/// where keys and values begin and end. A key it can't read (with escapes in quotes) is missing from the result.
struct PlaceScanner {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var lines: [String: Int] = [:]
  /// How many elements each `[[list of tables]]` has so far.
  private var elementCounts: [String: Int] = [:]

  /// Lines, counted from 1, by path as `SettingsText.path` writes it.
  static func lines(in text: String) -> [String: Int] {
    var scanner = PlaceScanner(bytes: Array(text.utf8))
    scanner.scanDocument()
    return scanner.lines
  }

  static func isBareKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func scanDocument() {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    var table = ""
    skipBlanks()
    while position < bytes.count {
      let start = position
      if isAt("[") { table = scanHeader() } else { scanAssignment(in: table) }
      skipBlanks()
      // Valid text always advances; anything else must still come to an end.
      if position == start { position += 1 }
    }
  }

  /// `[table]` or `[[list.of.tables]]`; returns the path of the table that follows.
  private mutating func scanHeader() -> String {
    let headerLine = line
    position += 1
    let isList = isAt("[")
    if isList { position += 1 }
    let keys = scanKeys()
    while isAt("]") { position += 1 }
    var path = ""
    for (depth, key) in keys.enumerated() {
      path = SettingsText.path(path, key: key)
      note(path, headerLine)
      let isLast = depth == keys.count - 1
      if isLast && isList { elementCounts[path, default: 0] += 1 }
      if let count = elementCounts[path] { path = SettingsText.path(path, index: count - 1) }
      note(path, headerLine)
    }
    return path
  }

  /// `key.key = value`.
  private mutating func scanAssignment(in table: String) {
    let keyLine = line
    var path = table
    for key in scanKeys() {
      path = SettingsText.path(path, key: key)
      note(path, keyLine)
    }
    skipSpaces()
    if isAt("=") { position += 1 }
    skipSpaces()
    scanValue(path)
  }

  private mutating func scanValue(_ path: String) {
    if isAt("\"") || isAt("'") {
      skipString()
    } else if isAt("[") {
      position += 1
      var index = 0
      skipSeparators()
      while position < bytes.count && !isAt("]") {
        let start = position
        let element = SettingsText.path(path, index: index)
        note(element, line)
        scanValue(element)
        index += 1
        skipSeparators()
        if position == start { position += 1 }
      }
      position += 1
    } else if isAt("{") {
      position += 1
      skipSeparators()
      while position < bytes.count && !isAt("}") {
        let start = position
        scanAssignment(in: path)
        skipSeparators()
        if position == start { position += 1 }
      }
      position += 1
    } else {
      while position < bytes.count && !",]}#\n".utf8.contains(bytes[position]) { position += 1 }
    }
  }

  /// Keys joined by dots, up to whatever follows them.
  private mutating func scanKeys() -> [String] {
    var keys: [String] = []
    while position < bytes.count {
      skipSpaces()
      let start = position
      if isAt("\"") || isAt("'") {
        skipString()
        let end = max(position - 1, start + 1)
        keys.append(String(decoding: bytes[start + 1..<end], as: UTF8.self))
      } else {
        while position < bytes.count && Self.isBareKeyByte(bytes[position]) { position += 1 }
        keys.append(String(decoding: bytes[start..<position], as: UTF8.self))
      }
      skipSpaces()
      guard isAt(".") else { break }
      position += 1
    }
    return keys
  }

  /// A string of one line or, in three quotes, of several.
  private mutating func skipString() {
    let quote = bytes[position]
    let isBasic = quote == UInt8(ascii: "\"")
    var run = 0
    while run < 3 && position + run < bytes.count && bytes[position + run] == quote { run += 1 }
    position += run
    if run == 2 { return }
    var closing = 0
    while position < bytes.count && closing < run {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\n") { line += 1 }
      if isBasic && byte == UInt8(ascii: "\\") {
        position += 1
        if position < bytes.count && bytes[position] == UInt8(ascii: "\n") { line += 1 }
      }
      closing = byte == quote ? closing + 1 : 0
      position += 1
    }
    // Up to two quotes may stand directly before the closing three.
    while run == 3 && position < bytes.count && bytes[position] == quote { position += 1 }
  }

  private mutating func note(_ path: String, _ line: Int) {
    if lines[path] == nil { lines[path] = line }
  }

  private func isAt(_ character: Unicode.Scalar) -> Bool {
    position < bytes.count && bytes[position] == UInt8(ascii: character)
  }

  private mutating func skipSpaces() {
    while isAt(" ") || isAt("\t") { position += 1 }
  }

  /// Spaces, line ends and comments.
  private mutating func skipBlanks() { skip(alsoCommas: false) }

  private mutating func skipSeparators() { skip(alsoCommas: true) }

  private mutating func skip(alsoCommas: Bool) {
    while position < bytes.count {
      if isAt("#") {
        while position < bytes.count && !isAt("\n") { position += 1 }
      } else if isAt("\n") {
        line += 1
        position += 1
      } else if isAt(" ") || isAt("\t") || isAt("\r") || (alsoCommas && isAt(",")) {
        position += 1
      } else {
        return
      }
    }
  }
}
