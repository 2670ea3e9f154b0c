// How every command ends: one line on standard error and the exit status of CONTRACTS.

import AcquisitionAssistant
import ArgumentParser
import Foundation
import ModelWorkshop

/// Runs a command's work; an error becomes one line and its status.
func reporting(_ work: () async throws -> Void) async throws {
  do { try await work() } catch let exit as ExitCode { throw exit } catch {
    let failure =
      switch error {
      case let error as WorkshopError: CommandError(.badData, error.description)
      case let error as MissingInput: CommandError(.noInput, error.description)
      default: CommandError(error)
      }
    say("eelscout: \(failure)")
    throw ExitCode(failure.status.rawValue)
  }
}

/// Talk goes to standard error; results go to standard output.
func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
