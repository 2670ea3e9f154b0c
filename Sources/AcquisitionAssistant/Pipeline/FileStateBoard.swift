// What stands in the database about files that are not ready: one owner, so that findings and waiting don't overwrite
// each other.

import FolderWatching
import MicroscopeFiles
import SystemPackage
import TargetStore

/// Keeps the table of files that are not ready.
actor FileStateBoard {
  private let store: TargetStore
  /// Shown as waiting (or as ignored by name) by the last call of `show`, with the reason.
  private var shown: [FilePath: FileStateRecord] = [:]

  init(store: TargetStore) { self.store = store }

  /// Makes the table's waiting files those of the list.
  func show(
    _ waiting: [WaitingFile], special: [SpecialFile], inLine: [SettledFile]
  ) throws(TargetStoreError) {
    var wanted: [FilePath: FileStateRecord] = [:]
    for file in special {
      wanted[file.path] = FileStateRecord(path: file.path.bytes, state: .ignored, reason: Self.reason(file.kind))
    }
    for file in waiting {
      if let state = Self.state(of: file) { wanted[file.path] = state }
    }
    for (index, file) in inLine.enumerated() {
      wanted[file.path] = FileStateRecord(
        path: file.path.bytes, state: .waiting, reason: Self.lineReason(place: index))
    }
    try store.setFileStates(wanted.filter { shown[$0.key] != $0.value }.map(\.value))
    try store.forgetFileStates(shown.keys.filter { wanted[$0] == nil }.map(\.bytes))
    shown = wanted
  }

  /// States a finding of this moment that the file's version is not held to.
  func state(_ path: FilePath, _ state: FileState, reason: String) throws(TargetStoreError) {
    shown[path] = nil
    try store.setFileStates([FileStateRecord(path: path.bytes, state: state, reason: reason)])
  }

  /// Records that this version is no scan; it is not looked at again.
  func conclude(_ file: FileRecord, at path: FilePath, _ state: FileState, reason: String) throws(TargetStoreError) {
    shown[path] = nil
    try store.recordFailure(file, state: state, reason: reason)
  }

  /// The file has become a scan, whose record removes its state itself.
  func release(_ path: FilePath) { shown[path] = nil }

  /// The file is gone or nothing is left to say about it.
  func forget(_ path: FilePath) throws(TargetStoreError) {
    shown[path] = nil
    try store.forgetFileStates([path.bytes])
  }

  /// Nil for a postponed file: whoever postponed it has said why.
  private static func state(of file: WaitingFile) -> FileStateRecord? {
    if let reason = FileNames.reasonToIgnore(file.path) {
      return FileStateRecord(path: file.path.bytes, state: .ignored, reason: reason)
    }
    switch file.reason {
    case .empty:
      return FileStateRecord(path: file.path.bytes, state: .waiting, reason: "it is empty: waits for its content")
    case .changing:
      return FileStateRecord(
        path: file.path.bytes, state: .waiting, reason: "it changed a moment ago: waits until nobody writes to it")
    case .postponed: return nil
    }
  }

  private static func reason(_ kind: SpecialFile.Kind) -> String {
    switch kind {
    case .symbolicLink: "a symbolic link: links are not followed; put the file itself into the folder"
    case .fifo: "a FIFO: only regular files are read"
    case .socket: "a socket: only regular files are read"
    case .device: "a device or another special file: only regular files are read"
    }
  }

  /// Coarse, so that a long line is not rewritten with every scan that leaves it.
  private static func lineReason(place: Int) -> String {
    switch place {
    case 0: "stands in line for triage: next"
    case 1..<10: "stands in line for triage: fewer than 10 before it"
    case 10..<100: "stands in line for triage: fewer than 100 before it"
    default: "stands in line for triage: 100 or more before it"
    }
  }
}
