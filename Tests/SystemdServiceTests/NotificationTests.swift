// What arrives at the service manager.

import Foundation
import Glibc
import SystemdService
import Testing

/// The environment belongs to the whole process, so these run one after another.
@Suite("Notifications", .serialized, .timeLimit(.minutes(20)))
struct NotificationTests {
  private let notifier = ServiceNotifier()

  private func withSocket(isAbstract: Bool, _ body: (NotificationSocket) throws -> Void) throws {
    let socket = try #require(NotificationSocket(isAbstract: isAbstract))
    setenv("NOTIFY_SOCKET", socket.name, 1)
    defer { unsetenv("NOTIFY_SOCKET") }
    try body(socket)
  }

  @Test("the life of a service reaches its manager", arguments: [false, true])
  func life(isAbstract: Bool) throws {
    try withSocket(isAbstract: isAbstract) { socket in
      #expect(notifier.ready(status: "watching 2 folders") == .sent)
      #expect(socket.receive() == "READY=1\nSTATUS=watching 2 folders")
      #expect(notifier.status("3 scans waiting") == .sent)
      #expect(socket.receive() == "STATUS=3 scans waiting")
      #expect(notifier.alive() == .sent)
      #expect(socket.receive() == "WATCHDOG=1")
      #expect(notifier.stopping(status: "finishing a scan") == .sent)
      #expect(socket.receive() == "STOPPING=1\nSTATUS=finishing a scan")
      #expect(socket.receive() == nil)
    }
  }

  @Test("a reload carries the monotonic time, between the moments before and after it")
  func reload() throws {
    func microseconds() -> UInt64 { clock_gettime_nsec(CLOCK_MONOTONIC) / 1_000 }
    try withSocket(isAbstract: false) { socket in
      let before = microseconds()
      notifier.reloading()
      let after = microseconds()
      let lines = try #require(socket.receive()).split(separator: "\n")
      #expect(lines.first == "RELOADING=1")
      let stamp = try #require(lines.last?.split(separator: "=").last.flatMap { UInt64($0) })
      #expect(lines.last?.hasPrefix("MONOTONIC_USEC=") == true)
      #expect((before...after).contains(stamp))
    }
  }

  @Test("a line break in a status can't forge a notification")
  func forgery() throws {
    try withSocket(isAbstract: false) { socket in
      notifier.status("scan\nREADY=1\u{0}.npy")
      #expect(socket.receive() == "STATUS=scan READY=1 .npy")
      notifier.status(String(repeating: "ü", count: 10_000))
      #expect(socket.receive() == "STATUS=" + String(repeating: "ü", count: 500))
    }
  }

  @Test("without a service manager nothing happens, and a dead socket is an outcome")
  func unsupervised() {
    unsetenv("NOTIFY_SOCKET")
    #expect(notifier.ready(status: "") == .notSupervised)
    setenv("NOTIFY_SOCKET", "/nowhere/socket", 1)
    defer { unsetenv("NOTIFY_SOCKET") }
    #expect(notifier.alive() == .failed(errno: ENOENT))
  }

  @Test("the watchdog's interval is the manager's, for this process only")
  func interval() {
    defer {
      unsetenv("WATCHDOG_USEC")
      unsetenv("WATCHDOG_PID")
    }
    unsetenv("WATCHDOG_USEC")
    #expect(notifier.watchdogInterval() == nil)
    setenv("WATCHDOG_USEC", "30000000", 1)
    #expect(notifier.watchdogInterval() == .seconds(30))
    setenv("WATCHDOG_PID", String(getpid()), 1)
    #expect(notifier.watchdogInterval() == .seconds(30))
    setenv("WATCHDOG_PID", String(getppid()), 1)
    #expect(notifier.watchdogInterval() == nil)
  }

  private func clock_gettime_nsec(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
