// How a program of this package ends: the status that scripts see and the line that people read.

import Im2Spec
import MicroscopeFiles
import Settings
import SystemdService
import TargetStore
import Triage

/// Exit statuses (sysexits.h), the same for every command.
public enum ExitStatus: Int32, Sendable {
  case ok = 0
  /// The thing asked for is not so.
  case notSo = 1
  case usage = 64
  case badData = 65
  case noInput = 66
  case inputOutput = 74
  case badConfiguration = 78
}

/// Why a program ends before its work is done; one line that says what, where and what to do.
public struct CommandError: Error, CustomStringConvertible, Sendable {
  public let status: ExitStatus
  public let description: String
  /// The kind that the journal's catalog explains; nil where there is none.
  public let kind: ServiceMessage?

  public init(_ status: ExitStatus, _ description: String, kind: ServiceMessage? = nil) {
    self.status = status
    self.description = description
    self.kind = kind
  }
}

extension CommandError {
  /// Any error of the rooms below with the status it deserves.
  public init(_ error: any Error) {
    switch error {
    case let error as CommandError: self = error
    case let error as SettingsError: self.init(.badConfiguration, "\(error)", kind: .configurationBad)
    case let error as ModelBundleError: self.init(.badConfiguration, "\(error)", kind: .modelBad)
    case let error as TriageError: self.init(.badConfiguration, "\(error)", kind: .modelBad)
    case let error as TargetStoreError: self.init(error)
    case let error as StorageTrouble: self.init(.inputOutput, "\(error)", kind: .scoresWithoutRoom)
    case let error as MicroscopeFileError: self.init(error.exitStatus, "\(error)")
    default: self.init(.inputOutput, "\(error)", kind: .internalFault)
    }
  }

  private init(_ error: TargetStoreError) {
    switch error.code {
    case .foreignDatabase, .laterSchema, .noPermission:
      self.init(.badConfiguration, error.message, kind: .databaseRefused)
    case .noDatabase, .earlierSchema, .noBackup: self.init(.noInput, error.message)
    case .noSuchScan, .ambiguousScan, .inUse, .noSuchTarget, .notAllowed:
      self.init(.notSo, error.message, kind: .databaseRefused)
    case .diskFull: self.init(.inputOutput, error.message, kind: .stateDiskFull)
    default: self.init(.inputOutput, error.message, kind: .databaseTrouble)
    }
  }
}

extension MicroscopeFileError {
  fileprivate var exitStatus: ExitStatus {
    switch code {
    case .noSuchFile: .noInput
    case .unusable: .badData
    case .unreadable, .unwritable, .changed: .inputOutput
    }
  }
}
