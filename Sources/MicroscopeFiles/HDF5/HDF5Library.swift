// libhdf5, wrapped once: entered by one thread at a time, opened on the very file that was checked, kept silent.

import CHDF5
import Synchronization

/// The door to libhdf5.
///
/// Debian's serial build is not thread-safe ("Concurrent access … is not supported", HDF5 documentation), so everything
/// that touches it runs inside `withRoot`, under one lock; objects must not leave the closure.
enum HDF5Library {
  /// Whether the library was told how to behave.
  private static let isPrepared = Mutex(false)

  /// Opens a file without locking it, shows its root group to `body`, and closes whatever was left open.
  static func withRoot<Result: Sendable>(
    of file: OpenedFile, limits: FileLimits, _ body: (HDF5Object) throws(DecodeFailure) -> Result
  ) throws(DecodeFailure) -> Result {
    try isPrepared.withLock { isPrepared throws(DecodeFailure) in
      // No messages on standard error: that is set for each thread. No filters from plug-in folders.
      H5Eset_auto2(eelscout_h5_error_stack(), nil, nil)
      if !isPrepared { isPrepared = H5PLset_loading_state(0) >= 0 }
      let handle = try open(file)
      defer { H5Fclose(handle) }
      let root = H5Oopen(handle, "/", eelscout_h5_default())
      guard root >= 0 else { throw damaged("its root group cannot be opened") }
      return try body(HDF5Object(root, name: "/", budget: HDF5Budget(limits, file)))
    }
  }

  private static func open(_ file: OpenedFile) throws(DecodeFailure) -> hid_t {
    let access = H5Pcreate(eelscout_h5_file_access())
    defer { H5Pclose(access) }
    // Nion Swift keeps its files open: with locking they could not be read while it runs.
    H5Pset_file_locking(access, false, true)
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG)
    let handle = H5Fopen(file.descriptorPath, eelscout_h5_read_only(), access)
    guard handle >= 0 else { throw damaged("it cannot be opened as HDF5") }
    return handle
  }

  /// What libhdf5 could not do, with its own words: HDF5 files are written in place, so most damage passes.
  static func damaged(_ what: String) -> DecodeFailure {
    var reason = ""
    withUnsafeMutablePointer(to: &reason) { pointer in
      _ = H5Ewalk2(
        eelscout_h5_error_stack(), H5E_WALK_UPWARD,
        { depth, entry, data in
          guard depth == 0, let text = entry?.pointee.desc else { return 0 }
          data?.assumingMemoryBound(to: String.self).pointee = String(cString: text)
          return 1
        }, pointer)
    }
    let detail = reason.isEmpty ? "" : " (\(reason.prefix(200)))"
    return .incomplete("\(what)\(detail): still being written, or damaged")
  }
}

/// One look at a file: its limits, and what is left of the objects that may be visited.
final class HDF5Budget {
  let limits: FileLimits
  let file: OpenedFile
  private var visited = 0

  init(_ limits: FileLimits, _ file: OpenedFile) {
    self.limits = limits
    self.file = file
  }

  /// The file's texts of variable length.
  func variableText() throws(DecodeFailure) -> HDF5VariableText {
    let head = try file.bytes(at: 0, count: min(file.count, FileCandidate.headBytes))
    return HDF5VariableText(file: file, base: HDF5Layout.base(head) ?? 0, limits: limits)
  }

  func visit() throws(DecodeFailure) {
    try limits.checkTime()
    visited += 1
    guard visited <= limits.hdf5Objects else {
      throw .rejected("it has more than \(limits.hdf5Objects) groups and data sets")
    }
  }
}
