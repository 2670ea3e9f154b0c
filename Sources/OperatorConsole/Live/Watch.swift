// Looks at the database while somebody watches, and wakes those who do when there is news.

import Foundation
import Synchronization
import TargetStore

/// What there is to see: the daemon and the database, or why it can't be read.
enum Sight: Equatable, Sendable {
  case health(ConsoleHealth)
  case trouble(code: String, message: String)
}

/// One look for all event streams together; nobody watching, no looking.
actor Watch {
  private let store: ConsoleStore
  private let limits: ServingLimits
  private var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
  private var nextWatcher = 0
  private var looking: Task<Void, Never>?
  private var last: StorePulse?
  private(set) var trouble: String?

  init(_ store: ConsoleStore, limits: ServingLimits) {
    self.store = store
    self.limits = limits
  }

  /// Wakes up for news and, without any, every `pulseInterval`; nil when there are too many watchers already.
  func wakeUps() -> AsyncStream<Void>? {
    guard watchers.count < limits.eventStreams else { return nil }
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let number = nextWatcher
    nextWatcher += 1
    watchers[number] = continuation
    continuation.onTermination = { [weak self] _ in Task { await self?.leave(number) } }
    continuation.yield()
    if looking == nil { looking = Task { await look() } }
    return stream
  }

  private func leave(_ number: Int) {
    watchers[number] = nil
    guard watchers.isEmpty else { return }
    looking?.cancel()
    looking = nil
    store.rest()
  }

  private func look() async {
    var lastWakeUp = ContinuousClock.now
    while !Task.isCancelled {
      try? await Task.sleep(for: limits.lookInterval)
      if Task.isCancelled { return }
      let (pulse, trouble) = await glance()
      let isNews = pulse != last || trouble != self.trouble
      (last, self.trouble) = (pulse, trouble)
      guard isNews || lastWakeUp.duration(to: .now) >= limits.pulseInterval else { continue }
      lastWakeUp = .now
      for watcher in watchers.values { watcher.yield() }
    }
  }

  private func glance() async -> (StorePulse?, String?) {
    do throws(TargetStoreError) {
      return (try await store.read { reader throws(TargetStoreError) in try reader.pulse() }, nil)
    } catch {
      return (nil, error.message)
    }
  }
}
