// One setting, declared once: its key, unit, default, range and meaning, and how it is read and shown.

import Settings
import SystemPackage

/// A setting of the daemon. Reading, range errors, environment variables, `--check-config` and the manual page come from
/// the one list `ConfigurationKey.all`, so they can't differ.
package struct ConfigurationKey: Sendable {
  /// What a reload does with a changed value.
  enum Change: Hashable, Sendable {
    case taken
    /// It holds until a restart, for this reason.
    case needsRestart(String)
  }

  typealias Values = AssistantConfiguration
  typealias Path<Value> = WritableKeyPath<Values, Value> & Sendable

  package let key: String
  package let unit: String?
  /// Allowed values in words.
  package let allowed: String
  /// The default in words.
  package let standard: String
  /// What it is for, in a sentence or two.
  let meaning: String
  let shape: SettingsDocument.TextShape
  /// The daemon's option for it.
  private(set) var option: String?
  private(set) var change = Change.taken

  /// Takes the value where the reader has the key.
  let read: @Sendable (SettingsReader, inout Values) throws(SettingsError) -> Void
  /// The value as a file would state it; nil when there is none.
  let text: @Sendable (Values) -> String?

  /// The environment variable that sets it.
  package var variable: String { Self.variablePrefix + key.uppercased().map { $0 == "." ? "_" : String($0) }.joined() }

  static let variablePrefix = "EELSCOUT_"

  func with(option: String) -> ConfigurationKey {
    var copy = self
    copy.option = option
    return copy
  }

  func needingRestart(_ why: String) -> ConfigurationKey {
    var copy = self
    copy.change = .needsRestart(why)
    return copy
  }
}

// MARK: Kinds of values

extension ConfigurationKey {
  static func number(
    _ key: String, _ path: Path<Double>, unit: String, _ range: ClosedRange<Double>, _ meaning: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      key: key, unit: unit, allowed: SettingsText.range(range, unit: unit),
      standard: SettingsText.plain(Values()[keyPath: path]), meaning: meaning, shape: .number,
      read: { reader, values throws(SettingsError) in
        values[keyPath: path] = try reader.double(key, default: values[keyPath: path], in: range, unit: unit)
      }, text: { SettingsText.plain($0[keyPath: path]) })
  }

  /// A number that may be absent.
  static func number(
    _ key: String, _ path: Path<Double?>, unit: String, _ range: ClosedRange<Double>, otherwise: String,
    _ meaning: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      key: key, unit: unit, allowed: SettingsText.range(range, unit: unit), standard: otherwise, meaning: meaning,
      shape: .number,
      read: { reader, values throws(SettingsError) in
        values[keyPath: path] = try reader.optionalDouble(key, in: range, unit: unit) ?? values[keyPath: path]
      }, text: { $0[keyPath: path].map(SettingsText.plain) })
  }

  /// - Parameter standard: the default in words, where it depends on the machine.
  static func integer(
    _ key: String, _ path: Path<Int>, unit: String? = nil, _ range: ClosedRange<Int>, standard: String? = nil,
    _ meaning: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      key: key, unit: unit, allowed: SettingsText.range(range, unit: unit ?? ""),
      standard: standard ?? "\(Values()[keyPath: path])", meaning: meaning, shape: .number,
      read: { reader, values throws(SettingsError) in
        values[keyPath: path] = try reader.int(key, default: values[keyPath: path], in: range, unit: unit ?? "")
      }, text: { "\($0[keyPath: path])" })
  }

  /// One word of an enumeration.
  static func word<Word: RawRepresentable<String> & CaseIterable & Sendable>(
    _ key: String, _ path: Path<Word>, _ meaning: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      key: key, unit: nil, allowed: Word.allCases.map(\.rawValue.debugDescription).joined(separator: " or "),
      standard: Values()[keyPath: path].rawValue.debugDescription, meaning: meaning, shape: .text,
      read: { reader, values throws(SettingsError) in
        values[keyPath: path] = try reader.word(key, default: values[keyPath: path])
      }, text: { $0[keyPath: path].rawValue.debugDescription })
  }

  /// A text that may be absent.
  static func text(
    _ key: String, _ path: Path<String?>, allowed: String, otherwise: String, _ meaning: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      key: key, unit: nil, allowed: allowed, standard: otherwise, meaning: meaning, shape: .text,
      read: { reader, values throws(SettingsError) in
        values[keyPath: path] = try reader.optionalString(key) ?? values[keyPath: path]
      }, text: { $0[keyPath: path]?.debugDescription })
  }

  static func texts(
    _ key: String, _ path: Path<[String]>, allowed: String, _ meaning: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      key: key, unit: nil, allowed: allowed, standard: "[]", meaning: meaning, shape: .list,
      read: { reader, values throws(SettingsError) in
        values[keyPath: path] = try reader.strings(key, default: values[keyPath: path])
      }, text: { "\($0[keyPath: path])" })
  }

  /// An absolute path that may be absent.
  static func path(_ key: String, _ path: Path<FilePath?>, otherwise: String, _ meaning: String) -> ConfigurationKey {
    ConfigurationKey(
      key: key, unit: nil, allowed: "an absolute path", standard: otherwise, meaning: meaning, shape: .text,
      read: { reader, values throws(SettingsError) in
        guard let text = try reader.optionalString(key) else { return }
        guard FilePath(text).isAbsolute else {
          throw reader.error(key, "= \(text.debugDescription) is relative; give an absolute path")
        }
        values[keyPath: path] = FilePath(text)
      }, text: { $0[keyPath: path]?.string.debugDescription })
  }

  static func paths(_ key: String, _ path: Path<[FilePath]>, _ meaning: String) -> ConfigurationKey {
    ConfigurationKey(
      key: key, unit: nil, allowed: "absolute paths", standard: "[]", meaning: meaning, shape: .list,
      read: { reader, values throws(SettingsError) in
        let paths = try reader.strings(key, default: values[keyPath: path].map(\.string)).map { FilePath($0) }
        if let relative = paths.first(where: { !$0.isAbsolute }) {
          throw reader.error(key, "holds \(relative.string.debugDescription), which is relative; give absolute paths")
        }
        values[keyPath: path] = paths
      }, text: { "\($0[keyPath: path].map(\.string))" })
  }
}
