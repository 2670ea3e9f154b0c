// Looking settings up, and refusing the ones nobody asked for.

/// Reads typed settings from a document, one line a setting, and in the end refuses every key that was not read.
///
/// ```swift
/// let reader = SettingsReader(document)
/// let refuse = try reader.double("domain.refuse_zens", default: 2, in: 0...100, unit: "σ")
/// try reader.finish()
/// ```
/// Keys are dotted paths of bare words. Every fault is thrown as one `SettingsError`. Not for use by several tasks.
public final class SettingsReader {
  /// The keys asked for so far, whether present or not; one for a document and all readers of its parts.
  private final class Declarations {
    var paths: Set<String> = []
  }

  let node: SettingsNode
  /// Path of `node` in its document; empty for the document itself.
  private let path: String
  private let declarations: Declarations

  public init(_ document: SettingsDocument) {
    node = document.root
    path = ""
    declarations = Declarations()
  }

  private init(_ node: SettingsNode, path: String, declarations: Declarations) {
    self.node = node
    self.path = path
    self.declarations = declarations
  }

  /// Refuses keys that no accessor has asked for; call it on the document's reader once all settings are read.
  /// - Throws: `SettingsError` for the first such key in the file, with the nearest known key.
  public func finish() throws(SettingsError) {
    guard let unknown = unknownKeys(below: node, path: path).min(by: { ($0.node.line ?? 0) < ($1.node.line ?? 0) })
    else { return }
    let known = declarations.paths.flatMap(Self.pathAndParents).filter { !unknown.path.hasPrefix($0 + ".") }
    let lastWord = unknown.path.split(separator: ".").last
    let sameWord = declarations.paths.sorted().first { $0.split(separator: ".").last == lastWord }
    let suggestion = KeySuggestion.nearest(to: unknown.path, among: known) ?? sameWord
    let hint = suggestion.map { "did you mean \($0)?" } ?? "remove it or correct its name"
    throw SettingsError(
      file: unknown.node.file, line: unknown.node.line, key: unknown.path, "is not a known key; \(hint)")
  }

  /// A fault the caller found in a value, such as two settings that contradict each other, with the key's place.
  public func error(_ key: String, _ message: String) -> SettingsError {
    let found = try? find(key)
    return SettingsError(file: (found ?? node).file, line: found?.line, key: full(key), message)
  }

  /// Where a key stands, as messages say it; nil when it is absent.
  public func place(of key: String) -> String? {
    guard let found = try? find(key) else { return nil }
    return found.line.map { "\(found.file):\($0)" } ?? found.file
  }

  /// The node at a dotted key, nil when absent; the key counts as known from now on.
  func lookUp(_ key: String) throws(SettingsError) -> SettingsNode? {
    declarations.paths.insert(full(key))
    return try find(key)
  }

  func reader(of node: SettingsNode, key: String, index: Int? = nil) -> SettingsReader {
    let place = index.map { SettingsText.path(full(key), index: $0) } ?? full(key)
    return SettingsReader(node, path: place, declarations: declarations)
  }

  func full(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// An error about a value that is there.
  func fault(_ key: String, _ node: SettingsNode, _ message: String) -> SettingsError {
    SettingsError(file: node.file, line: node.line, key: full(key), node.assignment + message)
  }

  private func find(_ key: String) throws(SettingsError) -> SettingsNode? {
    var current = node
    var walked: [Substring] = []
    for word in key.split(separator: ".") {
      guard case .table(let members) = current.value else {
        throw fault(walked.joined(separator: "."), current, "is \(current.kind); a table is expected")
      }
      guard let member = members[String(word)] else { return nil }
      walked.append(word)
      current = member
    }
    return current
  }

  private func unknownKeys(below node: SettingsNode, path: String) -> [(path: String, node: SettingsNode)] {
    switch node.value {
    case .table(let members):
      return members.flatMap { key, member -> [(path: String, node: SettingsNode)] in
        let place = SettingsText.path(path, key: key)
        // A table that was asked for is known, its members only once they are read.
        let isKnown = declarations.paths.contains(place) || isParentOfKnown(place)
        return isKnown ? unknownKeys(below: member, path: place) : [(place, member)]
      }
    case .array(let elements):
      return elements.enumerated().flatMap { index, element in
        unknownKeys(below: element, path: SettingsText.path(path, index: index))
      }
    default: return []
    }
  }

  /// Whether settings below this path have been asked for, so that its members must be looked at one by one.
  private func isParentOfKnown(_ path: String) -> Bool {
    declarations.paths.contains { $0.hasPrefix(path + ".") || $0.hasPrefix(path + "[") }
  }

  /// `a.b.c`, `a.b` and `a`.
  private static func pathAndParents(_ path: String) -> [String] {
    let words = path.split(separator: ".")
    return (1...max(words.count, 1)).map { words.prefix($0).joined(separator: ".") }
  }
}
