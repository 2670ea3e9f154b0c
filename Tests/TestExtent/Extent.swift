// How much the tests do: little in `make test`, much by hand, less under a sanitizer.

import Foundation

public enum Extent: String, Sendable {
  /// Seconds a test.
  case short
  /// Minutes a test: the figures that are promised.
  case long
  /// Programs that run many times slower than they will.
  case sanitized

  /// From EELSCOUT_TEST_EXTENT; `short` where it is not set.
  public static let now = ProcessInfo.processInfo.environment["EELSCOUT_TEST_EXTENT"].flatMap(Extent.init) ?? .short

  public func choose<T>(short: T, long: T, sanitized: T) -> T {
    switch self {
    case .short: short
    case .long: long
    case .sanitized: sanitized
    }
  }

  /// What tests do that are no tests of endurance.
  public func choose<T>(usual: T, sanitized: T) -> T { choose(short: usual, long: usual, sanitized: sanitized) }

  /// Figures of memory and processor time say nothing under a sanitizer.
  public static var measures: Bool {
    if now == .sanitized { print("SKIPPED: a measurement, because a sanitizer takes memory and time of its own") }
    return now != .sanitized
  }

  /// The seed of random faults: another one each time, or that of EELSCOUT_TEST_SEED to see the same faults again.
  public static func seed(_ test: String) -> UInt64 {
    let given = ProcessInfo.processInfo.environment["EELSCOUT_TEST_SEED"].flatMap { UInt64($0) }
    let seed = given ?? UInt64.random(in: 1..<1_000_000)
    print("\(test): EELSCOUT_TEST_SEED=\(seed), \(now.rawValue)")
    return seed
  }
}
