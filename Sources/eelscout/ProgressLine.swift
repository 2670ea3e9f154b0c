// Progress of long work: one moving line on a terminal, a few still lines elsewhere.

import Foundation
import ModelWorkshop
import Synchronization

/// Shows how far training is, and how long it will take.
final class ProgressLine: Sendable {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let start = ContinuousClock.now
  private let lastTenth = Mutex(-1)

  func show(_ progress: TrainingProgress) {
    let share = Double(progress.done) / Double(max(1, progress.total))
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let left = share > 0 ? elapsed / share - elapsed : 0
    let text = String(
      format: "trained %3.0f %%  loss %.5f  %.0f s gone, about %.0f s left", 100 * share, progress.loss, elapsed, left)
    if isTerminal {
      FileHandle.standardError.write(Data("\r\(text)   ".utf8))
    } else if lastTenth.withLock({ last in
      let isNews = Int(share * 10) > last
      last = max(last, Int(share * 10))
      return isNews
    }) {
      Output.progress(text)
    }
  }

  func end() { if isTerminal { Output.progress("") } }
}
