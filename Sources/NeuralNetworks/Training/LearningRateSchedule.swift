// How large a step to take, and how much momentum to keep, at each step of training.

import Foundation

/// Learning rate and Adam's first momentum by step.
public enum LearningRateSchedule: Equatable, Sendable {
  case constant(Double)
  /// Smith and Topin's one-cycle policy as PyTorch's `OneCycleLR` has it: cosine from peak/25 up to the peak over the
  /// first `warmUp` of the steps and down to peak/250,000; momentum mirrors it between 0.95 and 0.85.
  case oneCycle(peak: Double, warmUp: Double)

  static let divisor = 25.0
  static let finalDivisor = 1e4

  /// Rate and first momentum of step `step` of `steps` (from 0).
  public func values(step: Int, of steps: Int) -> (rate: Double, momentum: Double) {
    switch self {
    case .constant(let rate): return (rate, 0.9)
    case .oneCycle(let peak, let warmUp):
      let rise = max(1e-9, warmUp * Double(steps) - 1)
      let fall = max(1e-9, Double(steps - 1) - rise)
      let position = Double(step)
      func anneal(_ start: Double, _ end: Double, _ fraction: Double) -> Double {
        end + (start - end) / 2 * (1 + cos(.pi * fraction))
      }
      if position <= rise {
        let fraction = position / rise
        return (anneal(peak / Self.divisor, peak, fraction), anneal(0.95, 0.85, fraction))
      }
      let fraction = min(1, (position - rise) / fall)
      return (
        anneal(peak, peak / Self.divisor / Self.finalDivisor, fraction), anneal(0.85, 0.95, fraction)
      )
    }
  }
}
