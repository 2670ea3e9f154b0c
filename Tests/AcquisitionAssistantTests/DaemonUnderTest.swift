// The daemon's whole program in this process, on a temporary folder.

import AcquisitionAssistant
import AssistantTestKit
import Foundation
import Logging
import ServiceLifecycle
import SystemPackage
import TargetStore
import Testing
import Triage

/// Runs the pipeline as the daemon does and shuts it down gracefully.
struct DaemonUnderTest {
  private let place: Workplace
  private let settings: AssistantConfiguration

  init(_ place: Workplace, _ settings: AssistantConfiguration? = nil) {
    self.place = place
    self.settings = settings ?? Self.settings(place)
  }

  /// Impatient ones.
  static func settings(_ place: Workplace) -> AssistantConfiguration {
    var settings = AssistantConfiguration()
    settings.folders = [place.session]
    settings.state = place.state
    settings.model = place.model
    settings.quietSeconds = 0.1
    settings.companionSeconds = 2
    settings.threads = 2
    return settings
  }

  /// - Parameter body: gets a way to open a reader of the database.
  func whileRunning(_ body: (@escaping @Sendable () throws -> TargetStoreReader) async throws -> Void) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let program = try AssistantProgram(settings, environment: [:])
    let state = place.state.string
    let log = logger
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await program.run(logger: log, reloads: ReloadRequests()) }
      _ = await eventually { (try? TargetStoreReader(directory: state).isDaemonRunning) == true }
      try await body { try TargetStoreReader(directory: state) }
      group.cancelAll()
      do { try await group.waitForAll() } catch is CancellationError {}
    }
  }
}
