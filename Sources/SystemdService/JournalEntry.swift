// From a log event to the fields of a journal entry.

import Logging

/// One entry of the journal: named fields in order, a name may come more than once.
package struct JournalEntry: Hashable, Sendable {
  /// Metadata go into fields of this name space, since the journal's own names are taken.
  static let prefix = "EELSCOUT_"
  /// The journal refuses longer names.
  static let longestName = 64
  /// The metadata key that names the kind of message: 32 hexadecimal digits, see `ServiceMessage`.
  static let messageIDKey = "message_id"

  package private(set) var fields: [[UInt8]] = []

  package init(_ event: LogEvent, metadata: Logger.Metadata, identifier: String) {
    add("MESSAGE", event.message.description)
    add("PRIORITY", String(Self.priority(of: event.level)))
    add("SYSLOG_IDENTIFIER", identifier)
    add("CODE_FILE", event.file)
    add("CODE_LINE", String(event.line))
    add("CODE_FUNC", event.function)
    add("LOGGER_SOURCE", event.source)
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      if key == Self.messageIDKey, Self.isMessageID(value.description) {
        add("MESSAGE_ID", value.description)
      } else {
        add(key, value)
      }
    }
    if let error = event.error { add("\(Self.prefix)ERROR", String(describing: error)) }
  }

  /// syslog(3): 7 debug … 2 critical.
  static func priority(of level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }

  private mutating func add(_ key: String, _ value: Logger.MetadataValue) {
    switch value {
    case .string(let text): add(Self.name(for: key), text)
    case .stringConvertible(let convertible): add(Self.name(for: key), convertible.description)
    case .array(let values): for value in values { add(key, value) }
    case .dictionary(let members):
      for (inner, value) in members.sorted(by: { $0.key < $1.key }) { add("\(key)_\(inner)", value) }
    }
  }

  /// A value may hold any bytes, line breaks too: the native protocol carries its length.
  private mutating func add(_ name: String, _ value: String) {
    fields.append(Array(name.utf8) + [UInt8(ascii: "=")] + Array(value.utf8))
  }

  /// Upper-case letters, digits and underscores in the project's name space.
  static func name(for key: String) -> String {
    let allowed = key.uppercased().unicodeScalars.map { scalar in
      ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "_"
    }
    return String((prefix + String(allowed)).prefix(longestName))
  }

  private static func isMessageID(_ text: String) -> Bool {
    text.utf8.count == 32 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
