// Every call of libsystemd, and the few of libc that go with them.

import CSystemd
import Glibc

enum SystemdCalls {
  /// Sends a state to the service manager. Positive: sent; zero: nobody asked for it; negative: -errno.
  static func notify(_ state: String) -> Int32 { sd_notify(0, state) }

  /// Microseconds after which the service manager gives the service up; nil when it doesn't watch this process.
  static func watchdogMicroseconds() -> UInt64? {
    var microseconds: UInt64 = 0
    return sd_watchdog_enabled(0, &microseconds) > 0 ? microseconds : nil
  }

  /// Descriptors that the service manager passed to this process, and to no child of it.
  static func takePassedDescriptors() -> [Int32] {
    let count = sd_listen_fds(1)
    // SD_LISTEN_FDS_START
    return count > 0 ? (0..<count).map { 3 + $0 } : []
  }

  /// Sends one entry, each field as `NAME=value` bytes, in the journal's native protocol. Zero or -errno.
  static func sendToJournal(_ fields: [[UInt8]]) -> Int32 {
    var bytes = Array(fields.joined())
    return bytes.withUnsafeMutableBytes { buffer in
      var vectors: [iovec] = []
      var start = 0
      for field in fields {
        vectors.append(iovec(iov_base: buffer.baseAddress?.advanced(by: start), iov_len: field.count))
        start += field.count
      }
      return sd_journal_sendv(vectors, Int32(vectors.count))
    }
  }

  /// Whether the journal's native socket is there for this process to write to.
  static func journalAccepts() -> Bool { access("/run/systemd/journal/socket", W_OK) == 0 }

  /// Microseconds of CLOCK_MONOTONIC, which the service manager compares with its own.
  static func monotonicMicroseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
  }

  /// Device and inode behind a descriptor, as `JOURNAL_STREAM` writes them.
  static func streamName(of descriptor: Int32) -> String? {
    var found = stat()
    return fstat(descriptor, &found) == 0 ? "\(found.st_dev):\(found.st_ino)" : nil
  }

  /// Writes all bytes; a log that can't be written has nowhere to complain.
  static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno != EINTR {
        return
      }
    }
  }

  /// Local wall-clock time with its offset, such as `2026-11-22T18:43:35.123+01:00`.
  static func localTime() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    var seconds = now.tv_sec
    localtime_r(&seconds, &parts)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)].map { padded($0, 2) }
    let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }
    let offset = abs(parts.tm_gmtoff) / 60
    return date.joined(separator: "-") + "T" + time.joined(separator: ":") + "." + padded(now.tv_nsec / 1_000_000, 3)
      + (parts.tm_gmtoff < 0 ? "-" : "+") + padded(offset / 60, 2) + ":" + padded(offset % 60, 2)
  }
}
