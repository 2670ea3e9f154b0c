// The watchdog is fed by progress, not by time.

import Synchronization
import SystemdService
import Testing

@Suite("Watchdog", .timeLimit(.minutes(20)))
struct WatchdogFeederTests {
  /// Counts pings.
  private final class Bowl: Sendable {
    private let count = Atomic<Int>(0)
    var pings: Int { count.load(ordering: .relaxed) }
    func fill() { count.wrappingAdd(1, ordering: .relaxed) }
  }

  private let bowl = Bowl()
  private let feeder: WatchdogFeeder

  init() {
    let bowl = bowl
    feeder = WatchdogFeeder { bowl.fill() }
  }

  @Test("it is fed while every loop makes turns, and not while one stalls")
  func progress() async {
    let intake = await feeder.register("intake")
    let worker = await feeder.register("worker")
    #expect(await feeder.feedIfProgressProven().isEmpty)
    intake.proveProgress()
    worker.proveProgress()
    #expect(await feeder.feedIfProgressProven().isEmpty)
    #expect(bowl.pings == 2)
    intake.proveProgress()
    #expect(await feeder.feedIfProgressProven() == ["worker"])
    #expect(await feeder.feedIfProgressProven() == ["intake", "worker"])
    #expect(bowl.pings == 2)
    intake.proveProgress()
    worker.proveProgress()
    #expect(await feeder.feedIfProgressProven().isEmpty)
    #expect(bowl.pings == 3)
  }

  @Test("a loop that is idle but answers is alive; one that answers no is not")
  func answers() async {
    let isAlive = Atomic<Bool>(true)
    _ = await feeder.register("intake") { isAlive.load(ordering: .relaxed) }
    _ = await feeder.feedIfProgressProven()
    #expect(await feeder.feedIfProgressProven().isEmpty)
    isAlive.store(false, ordering: .relaxed)
    #expect(await feeder.feedIfProgressProven() == ["intake"])
    #expect(bowl.pings == 2)
  }

  @Test("an answer that never comes feeds nothing")
  func noAnswer() async {
    let asked = AsyncStream.makeStream(of: Void.self)
    let never = AsyncStream.makeStream(of: Void.self)
    _ = await feeder.register("intake") {
      asked.continuation.yield()
      for await _ in never.stream {}
      return false
    }
    _ = await feeder.feedIfProgressProven()
    let feeder = feeder
    let feeding = Task { await feeder.feedIfProgressProven() }
    for await _ in asked.stream { break }
    #expect(bowl.pings == 1)
    never.continuation.finish()
    #expect(await feeding.value == ["intake"])
    #expect(bowl.pings == 1)
  }

  @Test("a loop that has ended has nothing to prove")
  func removal() async {
    let token = await feeder.register("worker")
    _ = await feeder.feedIfProgressProven()
    await feeder.remove(token)
    #expect(await feeder.feedIfProgressProven().isEmpty)
  }

  @Test("it runs at half the interval, reports a stall once, and ends with its task")
  func running() async {
    let clock = StepClock()
    let feeder = feeder
    let bowl = bowl
    let token = await feeder.register("worker")
    let (stalls, reporter) = AsyncStream.makeStream(of: [String].self)
    let running = Task { await feeder.run(interval: .seconds(30), clock: clock) { reporter.yield($0) } }
    #expect(await clock.nextSleep() == .seconds(15))
    #expect(bowl.pings == 1)
    clock.wake()
    #expect(await clock.nextSleep() == .seconds(15))
    clock.wake()
    _ = await clock.nextSleep()
    #expect(bowl.pings == 1)
    token.proveProgress()
    clock.wake()
    _ = await clock.nextSleep()
    #expect(bowl.pings == 2)
    running.cancel()
    clock.wake()
    await running.value
    reporter.finish()
    var reports: [[String]] = []
    for await stalled in stalls { reports.append(stalled) }
    #expect(reports == [["worker"]])
  }
}

/// A clock whose one sleeper wakes when the test says so.
private final class StepClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration
    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
  }

  private let time = Locked(Instant(offset: .zero))
  private let sleeps = AsyncStream.makeStream(of: Duration.self)
  private let wakes = AsyncStream.makeStream(of: Void.self)

  var now: Instant { time.withLock { $0 } }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    sleeps.continuation.yield(now.duration(to: deadline))
    for await _ in wakes.stream { break }
    time.withLock { $0 = max($0, deadline) }
    try Task.checkCancellation()
  }

  func nextSleep() async -> Duration? {
    for await duration in sleeps.stream { return duration }
    return nil
  }

  func wake() { wakes.continuation.yield() }
}
