// Adam on the mean squared error (Kingma and Ba, ICLR 2015).

import Foundation
import NeuralKernels

/// Trains one network; the same seed and the same batches give the same weights, whatever the number of threads.
public final class NetworkTrainer {
  private let batch: BatchGradient
  private let schedule: LearningRateSchedule
  private let steps: Int
  private var step = 0
  private var firstMoment: [Float]
  private var secondMoment: [Float]
  private let trained: [Range<Int>]

  private static let secondMomentum = 0.999
  private static let epsilon: Float = 1e-8

  /// - Parameters:
  ///   - steps: the number of calls of `step` that the schedule is spread over.
  public init(_ network: FloatNetwork, maximumBatch: Int, schedule: LearningRateSchedule, steps: Int) {
    batch = BatchGradient(plan: network.plan, parameters: network.parameters, maximumBatch: maximumBatch)
    self.schedule = schedule
    self.steps = steps
    firstMoment = [Float](repeating: 0, count: network.plan.parameterCount)
    secondMoment = firstMoment
    trained = network.plan.parameters.filter(\.role.isTrained).map(\.range)
  }

  /// Threads that share a step, the calling one included.
  public var threads: Int {
    get { batch.threads }
    set { batch.threads = newValue }
  }

  public var network: FloatNetwork { FloatNetwork(plan: batch.network, parameters: batch.parameters) }

  /// Everything that the next step depends on besides its batch.
  public struct State: Equatable, Sendable {
    /// Steps taken.
    public var step: Int
    /// Each of the plan's parameter count.
    public var parameters: [Float]
    public var firstMoment: [Float]
    public var secondMoment: [Float]

    public init(step: Int, parameters: [Float], firstMoment: [Float], secondMoment: [Float]) {
      self.step = step
      self.parameters = parameters
      self.firstMoment = firstMoment
      self.secondMoment = secondMoment
    }
  }

  /// Setting it continues a training as if it had never been interrupted.
  ///
  /// - Precondition: a state that is set has the plan's parameter count.
  public var state: State {
    get {
      State(step: step, parameters: batch.parameters, firstMoment: firstMoment, secondMoment: secondMoment)
    }
    set {
      let count = batch.network.parameterCount
      precondition(
        [newValue.parameters, newValue.firstMoment, newValue.secondMoment].allSatisfy { $0.count == count },
        "a training state does not fit its network")
      step = newValue.step
      batch.parameters = newValue.parameters
      firstMoment = newValue.firstMoment
      secondMoment = newValue.secondMoment
    }
  }

  /// One step of Adam on (count, input), (count, side) and (count, output).
  /// - Returns: the loss before the step.
  public func step(_ input: [Float], side: [Float] = [], target: [Float], count: Int) -> Float {
    let loss = batch.propagate(input, side: side, target: target, count: count)
    let (rate, momentum) = schedule.values(step: step, of: steps)
    step += 1
    // PyTorch's bias correction: the current momentum to the power of the step.
    let constants = tk_adam(
      first_momentum: Float(momentum), second_momentum: Float(Self.secondMomentum),
      step_size: Float(rate / (1 - pow(momentum, Double(step)))),
      correction: Float((1 - pow(Self.secondMomentum, Double(step))).squareRoot()), epsilon: Self.epsilon)
    let (parameters, gradients) = (batch.workspace.parameters, batch.workspace.parameterGradients)
    firstMoment.withUnsafeMutableBufferPointer { first in
      secondMoment.withUnsafeMutableBufferPointer { second in
        guard let first = first.baseAddress, let second = second.baseAddress else { return }
        for range in trained {
          let at = range.lowerBound
          batch.kernels.adam(range.count, constants, gradients + at, first + at, second + at, parameters + at)
        }
      }
    }
    return loss
  }
}
