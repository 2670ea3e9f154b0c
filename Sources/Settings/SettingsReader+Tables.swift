// Parts of a document that repeat or have names of their own.

extension SettingsReader {
  /// A reader for each table of a list `[[key]]`; none when the list is absent.
  public func tables(_ key: String) throws(SettingsError) -> [SettingsReader] {
    guard let node = try lookUp(key) else { return [] }
    guard case .array(let elements) = node.value else {
      throw fault(key, node, "is \(node.kind); a list of tables [[\(full(key))]] is expected")
    }
    var readers: [SettingsReader] = []
    for (index, element) in elements.enumerated() {
      guard case .table = element.value else {
        throw fault("\(key)[\(index)]", element, "is \(element.kind); a table is expected")
      }
      readers.append(reader(of: element, key: key, index: index))
    }
    return readers
  }

  /// A reader for the table at `key`; nil when absent. Keys within it are relative to the table.
  public func table(_ key: String) throws(SettingsError) -> SettingsReader? {
    guard let node = try lookUp(key) else { return nil }
    guard case .table = node.value else {
      throw fault(key, node, "is \(node.kind); a table [\(full(key))] is expected")
    }
    return reader(of: node, key: key)
  }

  /// The keys of this reader's table in the order of the file, for tables whose keys are names the operator chooses.
  public var keys: [String] {
    guard case .table(let members) = node.value else { return [] }
    return members.sorted { ($0.value.line ?? 0, $0.key) < ($1.value.line ?? 0, $1.key) }.map(\.key)
  }
}
