// What an operator says about a target, checked before it reaches the database.

import StrictJSON
import TargetStore

/// The body of a mark: `{"mark": "claim", "by": "Ada", "why": "…", "lease_seconds": 3600}`.
struct MarkRequest: Equatable, Sendable {
  enum Mark: Equatable, Sendable {
    case claim(leaseSeconds: Double)
    case mark(TargetMark)
  }

  static let longestName = 64
  static let longestReason = 500
  /// A person's claim holds for an hour unless the page says otherwise.
  static let lease = 60.0...86_400.0

  let mark: Mark
  let by: String
  let why: String?

  /// - Throws: `RequestFault` that says what is wrong.
  init(_ body: [UInt8]) throws(RequestFault) {
    guard let json = try? JSONValue.parse(body), let word = json["mark"]?.string else {
      throw RequestFault(status: 400, message: "the body is not {\"mark\": …, \"by\": …}")
    }
    by = try Self.text(json["by"], name: "by", longest: Self.longestName) ?? ""
    guard !by.isEmpty else {
      throw RequestFault(status: 400, message: "give your name: changes are kept with who made them")
    }
    why = try Self.text(json["why"], name: "why", longest: Self.longestReason)
    if word == "claim" {
      let lease = json["lease_seconds"]?.double ?? 3600
      guard Self.lease.contains(lease) else {
        throw RequestFault(status: 400, message: "lease_seconds is 60…86400")
      }
      mark = .claim(leaseSeconds: lease)
    } else {
      guard let mark = TargetMark(rawValue: word) else {
        throw RequestFault(status: 400, message: "mark is claim, done, skip, reject or release")
      }
      self.mark = .mark(mark)
    }
  }

  func carryOut(_ id: String, _ desk: ClaimDesk) throws(TargetStoreError) -> StoredTarget {
    switch mark {
    case .claim(let lease): try desk.claim(id, by: by, leaseSeconds: lease, why: why)
    case .mark(let mark): try desk.mark(id, mark, by: by, why: why)
    }
  }

  /// One line without control characters, trimmed; nil where nothing is said.
  private static func text(_ value: JSONValue?, name: String, longest: Int) throws(RequestFault) -> String? {
    switch value {
    case nil, .null?: return nil
    case .string(let text)?:
      let line = text.trimmingSpaces
      guard line.unicodeScalars.count <= longest else {
        throw RequestFault(status: 400, message: "\(name) is longer than \(longest) characters")
      }
      guard !line.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
        throw RequestFault(status: 400, message: "\(name) holds control characters")
      }
      return line.isEmpty ? nil : line
    default: throw RequestFault(status: 400, message: "\(name) is not a text")
    }
  }
}
