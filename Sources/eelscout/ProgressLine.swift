// Progress of long work: one moving line on a terminal, still lines elsewhere.

import Foundation
import ModelWorkshop
import Synchronization

/// Shows how far training is, and how long it will take.
final class ProgressLine: Sendable {
  /// How often a line is written where there is no terminal.
  enum StillLines {
    case everyTenth
    case everyEpoch
  }

  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let stillLines: StillLines
  private let start = ContinuousClock.now
  /// Where this run began: steps that an earlier one did cost no time now.
  private let first = Mutex<(done: Int, tenth: Int)>((-1, -1))

  init(_ stillLines: StillLines = .everyTenth) { self.stillLines = stillLines }

  func show(_ progress: TrainingProgress) {
    let (begun, isNewTenth) = first.withLock { first in
      if first.done < 0 { first.done = max(0, progress.done - 1) }
      let tenth = 10 * progress.done / max(1, progress.total)
      defer { first.tenth = max(first.tenth, tenth) }
      return (first.done, tenth > first.tenth)
    }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let done = progress.done - begun
    let left = Double(progress.total - progress.done) * elapsed / Double(max(1, done))
    var text = String(format: "%3d %%  ", 100 * progress.done / max(1, progress.total))
    text += "\(progress.network), epoch \(progress.epoch) of \(progress.epochs)"
    text += String(format: "  loss %.5f", progress.loss)
    if let validation = progress.validation { text += String(format: "  validation %.5f", validation) }
    // The first steps say little about the others.
    if 100 * done >= progress.total { text += String(format: "  %.0f s gone, about %.0f s left", elapsed, left) }
    if isTerminal {
      FileHandle.standardError.write(Data("\r\(text)\u{1B}[K".utf8))
    } else if stillLines == .everyEpoch ? progress.endsEpoch : isNewTenth {
      Output.progress(text)
    }
  }

  func end() { if isTerminal { Output.progress("") } }
}
