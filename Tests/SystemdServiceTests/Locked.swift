// Shared state in tests.

import Foundation

/// A value behind a lock that ThreadSanitizer understands; it knows nothing of the standard library's `Mutex` on Linux.
final class Locked<Value>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value

  init(_ value: Value) { self.value = value }

  func withLock<Result>(_ body: (inout Value) -> Result) -> Result { lock.withLock { body(&value) } }
}
