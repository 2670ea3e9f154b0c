// What the commands share: output, talk, exit statuses, the state directory.

import AcquisitionAssistant
import ArgumentParser
import Foundation
import ModelWorkshop
import StrictJSON
import SystemPackage
import TargetStore

enum Output {
  static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

  static func write(_ json: JSONValue) { write(json.prettyText + "\n") }

  /// What is not the result.
  static func talk(_ text: String) { FileHandle.standardError.write(Data("eelscout: \(text)\n".utf8)) }

  /// Progress of long work.
  static func progress(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

  static var style: TextStyle { TextStyle(environment: ProcessInfo.processInfo.environment) }
}

enum Commands {
  /// Runs a command's body; an error becomes one line and its exit status.
  static func reporting(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let code as ExitCode {
      throw code
    } catch {
      let failure = failure(error)
      Output.talk(failure.description)
      throw ExitCode(failure.status.rawValue)
    }
  }

  /// Settings as the daemon finds them: file, drop-ins, environment.
  static func configuration(_ file: String?) throws(CommandError) -> AssistantConfiguration {
    try ConfigurationSources(file: file.map { FilePath($0) }, environment: ProcessInfo.processInfo.environment).load()
      .values
  }

  private static func failure(_ error: any Error) -> CommandError {
    switch error {
    case let error as WorkshopError: CommandError(.badData, error.description)
    case let error as MissingInput: CommandError(.noInput, error.description)
    default: CommandError(error)
    }
  }

  /// Ends the program with a status unless all is well.
  static func end(_ status: ExitStatus) throws {
    if status != .ok { throw ExitCode(status.rawValue) }
  }
}

/// Where the daemon's database lies.
struct StateOption: ParsableArguments {
  @Option(help: ArgumentHelp("The daemon's state directory.", valueName: "dir"))
  var state: String = AssistantConfiguration.standardState.string

  func reader() throws(TargetStoreError) -> TargetStoreReader { try TargetStoreReader(directory: state) }
}

/// The worst of several outcomes decides.
struct Outcome {
  private(set) var status = ExitStatus.ok

  mutating func note(_ other: ExitStatus) {
    let order: [ExitStatus] = [.ok, .notSo, .badData, .inputOutput, .noInput]
    let rank = { (status: ExitStatus) in order.firstIndex(of: status) ?? order.count }
    if rank(other) > rank(status) { status = other }
  }
}
