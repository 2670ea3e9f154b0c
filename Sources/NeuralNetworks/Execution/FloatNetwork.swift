// A trained network in single precision, safe to share between workers.

/// Architecture and weights; hands out executors.
public struct FloatNetwork: Sendable {
  public let plan: NetworkPlan
  /// Every array of the plan, flat, in the plan's order.
  public var parameters: [Float]

  public init(plan: NetworkPlan, parameters: [Float]) {
    precondition(parameters.count == plan.parameterCount)
    self.plan = plan
    self.parameters = parameters
  }

  /// Weights as PyTorch initialises them, from a seed.
  public init(plan: NetworkPlan, seed: UInt64) {
    self.init(plan: plan, parameters: Initialisation.parameters(of: plan, seed: seed))
  }

  public func executor(maximumBatch: Int) -> FloatExecutor {
    FloatExecutor(plan: plan, parameters: parameters, maximumBatch: maximumBatch)
  }
}

/// `NetworkExecutor<Float>`, compiled once here for the rooms above.
public final class FloatExecutor {
  private let executor: NetworkExecutor<Float>

  init(plan: NetworkPlan, parameters: [Float], maximumBatch: Int) {
    executor = NetworkExecutor(plan: plan, parameters: parameters, maximumBatch: maximumBatch)
  }

  public var maximumBatch: Int { executor.maximumBatch }

  /// The whole network on (count, input shape) and (count, side count): (count, output shape).
  public func run(_ input: [Float], side: [Float] = [], count: Int) -> [Float] {
    executor.run(input, side: side, count: count)
  }

  /// The encoder alone: (count, latents).
  public func encode(_ input: [Float], side: [Float] = [], count: Int) -> [Float] {
    executor.encode(input, side: side, count: count)
  }

  /// The decoder alone, from (count, latents): (count, output shape).
  public func decode(_ latents: [Float], count: Int) -> [Float] { executor.decode(latents, count: count) }

  /// Latents of the last `run`: (count, latents).
  public func latents(count: Int) -> [Float] { executor.latents(count: count) }
}
