// The database as the console finds it: it may not be there yet, be replaced, or be out of reach for a while.

import Dispatch
import Foundation
import Glibc
import Synchronization
import TargetStore

/// Reads and marks, off the threads that serve connections.
///
/// The database is looked for anew with each question until it is there, and when another file stands in its place.
final class ConsoleStore: Sendable {
  let directory: String
  private let open = Mutex<OpenReader?>(nil)
  private let reading = DispatchQueue(label: "eelscout.console.read")
  /// Claims wait for other claimants up to five seconds; reading goes on meanwhile.
  private let marking = DispatchQueue(label: "eelscout.console.mark")

  private struct OpenReader {
    let reader: TargetStoreReader
    let file: FileName?
  }

  /// Device and inode.
  private struct FileName: Equatable {
    let device: UInt64
    let inode: UInt64
  }

  init(directory: String) { self.directory = directory }

  /// Asks the database.
  func read<T: Sendable>(
    _ body: @escaping @Sendable (TargetStoreReader) throws(TargetStoreError) -> T
  ) async throws(TargetStoreError) -> T {
    let result: Result<T, TargetStoreError> = await withCheckedContinuation { continuation in
      reading.async {
        continuation.resume(
          returning: Result { () throws(TargetStoreError) in try body(try self.reader()) })
      }
    }
    return try result.get()
  }

  /// Changes the status of a target. The connection lives no longer than that: one that is kept would keep the log of
  /// a daemon that has ended.
  func mark<T: Sendable>(
    _ body: @escaping @Sendable (ClaimDesk) throws(TargetStoreError) -> T
  ) async throws(TargetStoreError) -> T {
    let result: Result<T, TargetStoreError> = await withCheckedContinuation { continuation in
      marking.async {
        continuation.resume(
          returning: Result { () throws(TargetStoreError) in try body(try ClaimDesk(directory: self.directory)) })
      }
    }
    return try result.get()
  }

  /// Lets go of the database until the next question.
  func rest() {
    reading.async { self.open.withLock { $0 = nil } }
  }

  private func reader() throws(TargetStoreError) -> TargetStoreReader {
    if let current = open.withLock({ $0 }), current.file == Self.file(current.reader.path) { return current.reader }
    let reader = try TargetStoreReader(directory: directory)
    open.withLock { $0 = OpenReader(reader: reader, file: Self.file(reader.path)) }
    return reader
  }

  private static func file(_ path: String) -> FileName? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return FileName(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }
}
