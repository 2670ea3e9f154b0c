// Adam on the mean squared error (Kingma and Ba, ICLR 2015).

import Foundation

/// Trains one network on one thread; the same seed and the same batches give the same weights.
public final class NetworkTrainer {
  private let executor: NetworkExecutor<Float>
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
    executor = NetworkExecutor(
      plan: network.plan, parameters: network.parameters, maximumBatch: maximumBatch, training: true)
    self.schedule = schedule
    self.steps = steps
    firstMoment = [Float](repeating: 0, count: network.plan.parameterCount)
    secondMoment = firstMoment
    trained = network.plan.parameters.filter(\.role.isTrained).map(\.range)
  }

  public var network: FloatNetwork { FloatNetwork(plan: executor.plan, parameters: executor.parameters) }

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
      State(step: step, parameters: executor.parameters, firstMoment: firstMoment, secondMoment: secondMoment)
    }
    set {
      let count = executor.plan.parameterCount
      precondition(
        [newValue.parameters, newValue.firstMoment, newValue.secondMoment].allSatisfy { $0.count == count },
        "a training state does not fit its network")
      step = newValue.step
      executor.parameters = newValue.parameters
      firstMoment = newValue.firstMoment
      secondMoment = newValue.secondMoment
    }
  }

  /// One step of Adam on (count, input), (count, side) and (count, output).
  /// - Returns: the loss before the step.
  public func step(_ input: [Float], side: [Float] = [], target: [Float], count: Int) -> Float {
    let loss = executor.propagateLoss(input, side: side, target: target, count: count)
    let (rate, momentum) = schedule.values(step: step, of: steps)
    step += 1
    // PyTorch's bias correction: the current momentum to the power of the step.
    let stepSize = Float(rate / (1 - pow(momentum, Double(step))))
    let correction = Float((1 - pow(Self.secondMomentum, Double(step))).squareRoot())
    let (b1, b2) = (Float(momentum), Float(Self.secondMomentum))
    let parameters = executor.workspace.parameters
    let gradients = executor.workspace.parameterGradients
    firstMoment.withUnsafeMutableBufferPointer { first in
      secondMoment.withUnsafeMutableBufferPointer { second in
        for range in trained {
          for i in range {
            let gradient = gradients[i]
            first[i] = b1 * first[i] + (1 - b1) * gradient
            second[i] = b2 * second[i] + (1 - b2) * gradient * gradient
            parameters[i] -= stepSize * first[i] / (second[i].squareRoot() / correction + Self.epsilon)
          }
        }
      }
    }
    return loss
  }
}
