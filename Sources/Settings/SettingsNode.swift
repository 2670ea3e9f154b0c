// A value of a settings file together with its place.

/// One value and where it stands.
struct SettingsNode: Sendable {
  enum Value: Sendable {
    case string(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    /// A date, a time or both: valid TOML that no setting uses.
    case time
    case array([SettingsNode])
    case table([String: SettingsNode])
  }

  let value: Value
  let file: String
  /// Nil for what stands in no file.
  let line: Int?

  /// What kind of value this is, with its article.
  var kind: String {
    switch value {
    case .string: "a string"
    case .integer: "an integer"
    case .number: "a number with a fraction"
    case .boolean: "a boolean"
    case .time: "a date or time"
    case .array: "a list"
    case .table: "a table"
    }
  }

  /// `= 12` for messages; empty where the value is not one short word.
  var assignment: String {
    switch value {
    case .string(let text): "= \(SettingsText.quoted(text)) "
    case .integer(let number): "= \(number) "
    case .number(let number): "= \(SettingsText.plain(number)) "
    case .boolean(let flag): "= \(flag) "
    case .time, .array, .table: ""
    }
  }
}
