// Reading rows that may not be what the schema says, without trusting them.

import Foundation
internal import GRDB

extension Row {
  /// The value of a column.
  /// - Throws: `corrupt` when it is missing or of another type.
  func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
    guard let value: Value = try optional(column) else { throw Self.unexpected(column, .null) }
    return value
  }

  /// The value of a column, nil for NULL.
  /// - Throws: `corrupt` when the column is not there or of another type.
  func optional<Value: DatabaseValueConvertible>(_ column: String) throws -> Value? {
    guard hasColumn(column) else { throw Self.unexpected(column, .null) }
    let stored: DatabaseValue = self[column]
    if stored.isNull { return nil }
    guard let value = Value.fromDatabaseValue(stored) else { throw Self.unexpected(column, stored) }
    return value
  }

  /// A column that holds one of a set of words.
  func word<Word: RawRepresentable>(_ column: String) throws -> Word where Word.RawValue == String {
    let text: String = try value(column)
    guard let word = Word(rawValue: text) else { throw Self.unexpected(column, text.databaseValue) }
    return word
  }

  private static func unexpected(_ column: String, _ value: DatabaseValue) -> TargetStoreError {
    TargetStoreError(
      .corrupt, "the database holds \(value) in column \(column), which is not possible. Run `eelscout doctor`.")
  }
}

/// Bytes as SQLite stores them.
enum Blob {
  static func of(_ bytes: [UInt8]) -> Data { Data(bytes) }
}
