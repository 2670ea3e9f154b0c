// Writes that the disk or another program can refuse for a while: tried again until they succeed.

import Logging
import SystemdService
import TargetStore

/// Repeats what fails for a passing reason, and tells the pipeline's health.
struct StoreRetry: Sendable {
  /// A disk that has space again is noticed within this time.
  static let longestPause = Duration.seconds(5)
  static let firstPause = Duration.milliseconds(500)
  /// Trouble that comes and goes is told once in this time.
  static let silence = Duration.seconds(60)

  /// Another program may hold the database so long before that is called trouble.
  static let busyPatience = Duration.seconds(5)

  let health: PipelineHealth
  let store: TargetStore
  let logger: Logger
  /// Of the loop that writes: waiting for a disk is no hang.
  let token: ProgressToken

  /// Runs `body` until it succeeds or fails for a lasting reason.
  /// - Throws: `TargetStoreError` that waiting does not cure; `CancellationError`.
  func callAsFunction<T: Sendable>(
    _ body: @Sendable () async throws(TargetStoreError) -> T
  ) async throws -> T {
    var pause = Self.firstPause
    var isRetrying = false
    defer { if isRetrying { health.update { $0.retries -= 1 } } }
    while true {
      try await waitWhileDamaged()
      let outcome = await Self.outcome(of: body)
      switch outcome {
      case .success(let value):
        recovered()
        return value
      case .failure(let error):
        guard error.isTransient || error.code == .corrupt else { throw error }
        failed(error)
        if !isRetrying { health.update { $0.retries += 1 } }
        isRetrying = true
      }
      token.proveProgress()
      try await Task.sleep(for: pause)
      pause = min(pause * 2, Self.longestPause)
    }
  }

  /// Scans keep: they lie in their folder, and are ranked after the restart that a restored database needs.
  private func waitWhileDamaged() async throws {
    while health.now.damage != nil {
      token.proveProgress()
      try await Task.sleep(for: Self.longestPause)
    }
  }

  private static func outcome<T: Sendable>(
    of body: @Sendable () async throws(TargetStoreError) -> T
  ) async -> Result<T, TargetStoreError> {
    do throws(TargetStoreError) {
      return .success(try await body())
    } catch {
      return .failure(error)
    }
  }

  /// Notes one failed write, and logs it when it is another trouble than before, or one that is back after a while.
  func failed(_ error: TargetStoreError) {
    if error.code == .corrupt { return health.damaged(error.message, store, logger) }
    var isNews = false
    health.update { state in
      if error.code == .busy {
        let since = state.busySince ?? .now
        state.busySince = since
        guard since.duration(to: .now) >= Self.busyPatience else { return }
      }
      let isKnown = state.isTroubleTold && state.databaseTrouble?.code == error.code
      let wasToldLately = state.troublesTold[error.code].map { $0.duration(to: .now) < Self.silence } ?? false
      isNews = !isKnown && !wasToldLately
      state.databaseTrouble = error
      if isNews { (state.isTroubleTold, state.troublesTold[error.code]) = (true, .now) }
    }
    guard isNews else { return }
    logger.report(error.code == .diskFull ? .stateDiskFull : .databaseTrouble, "\(error.message)")
  }

  func recovered() {
    var isNews = false
    health.update { state in
      isNews = state.isTroubleTold
      (state.databaseTrouble, state.isTroubleTold, state.busySince) = (nil, false, nil)
    }
    if isNews { logger.notice("the database takes work again") }
  }
}
