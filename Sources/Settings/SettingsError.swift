// What is wrong in a settings file, and where.

/// One fault in a settings file; its description is one line: place, key, fault, remedy.
///
/// `rules/default.toml:12: weights.ens = 12 is out of range; allowed 0…10`
public struct SettingsError: Error, Equatable, CustomStringConvertible {
  public let file: String
  /// Line of the key, counted from 1; nil where the fault is that something is absent.
  public let line: Int?
  /// Full dotted key; nil for faults of the whole file.
  public let key: String?
  /// The fault and its remedy, without the place.
  public let message: String

  init(file: String, line: Int? = nil, key: String? = nil, _ message: String) {
    self.file = file
    self.line = line
    self.key = key
    self.message = message
  }

  public var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    let subject = key.map { "\($0) " } ?? ""
    return "\(place): \(subject)\(message)"
  }
}
