// A trained network in single precision, safe to share between workers.

import Synchronization

/// Architecture and weights; hands out executors.
public struct FloatNetwork: Sendable {
  public let plan: NetworkPlan
  /// Every array of the plan, flat, in the plan's order.
  public var parameters: [Float] { didSet { programs = ProgramCache() } }
  private var programs = ProgramCache()

  public init(plan: NetworkPlan, parameters: [Float]) {
    precondition(parameters.count == plan.parameterCount)
    self.plan = plan
    self.parameters = parameters
  }

  /// Weights as PyTorch initialises them, from a seed.
  public init(plan: NetworkPlan, seed: UInt64) {
    self.init(plan: plan, parameters: Initialisation.parameters(of: plan, seed: seed))
  }

  /// An executor for one worker. The first one compiles the network; the others share what it made.
  ///
  /// Where a batch would leave most lanes of a vector empty, samples cost less one by one: then an executor has a form of
  /// the network of its own.
  public func executor(maximumBatch: Int) -> FloatExecutor {
    let kernels = InferenceKernels.current.kernels
    let lanes = KernelSet(kernels)?.lanes ?? 0
    if maximumBatch * Self.lanesOfSample < lanes, let executor = sampleExecutor(kernels) { return executor }
    return executor(maximumBatch: maximumBatch, kernels: maximumBatch * Self.lanesOfPlain < lanes ? .plain : kernels)
  }

  /// Lanes whose share of a vector's time a sample by itself takes, and one on the plain path; measured, AtomAI's networks.
  private static let lanesOfSample = 2
  private static let lanesOfPlain = 5

  /// An executor that takes samples one by one; nil where there are no loops for that.
  package func sampleExecutor(_ kernels: InferenceKernels) -> FloatExecutor? {
    SampleExecutor(plan: plan, parameters: parameters, kernels: kernels)
      .map(FloatExecutor.init)
  }

  /// - Parameter kernels: the path to take; the plain one where the processor lacks it.
  public func executor(maximumBatch: Int, kernels: InferenceKernels) -> FloatExecutor {
    guard let set = KernelSet(kernels) else {
      return FloatExecutor(
        NetworkExecutor<Float>(plan: plan, parameters: parameters, maximumBatch: maximumBatch))
    }
    return FloatExecutor(
      InferenceExecutor(
        programs.program(kernels) { InferenceProgram(plan: plan, parameters: parameters, kernels: set) }))
  }
}

/// The compiled forms of one set of weights.
private final class ProgramCache: Sendable {
  private let programs = Mutex<[InferenceKernels: InferenceProgram]>([:])

  func program(_ kernels: InferenceKernels, compile: () -> InferenceProgram) -> InferenceProgram {
    programs.withLock { programs in
      if let program = programs[kernels] { return program }
      let program = compile()
      programs[kernels] = program
      return program
    }
  }
}

/// A way of running a network forward on one thread; after `run` or `encode` it has their latents.
protocol ForwardPath: AnyObject {
  func run(_ input: [Float], side: [Float], count: Int) -> [Float]
  func encode(_ input: [Float], side: [Float], count: Int) -> [Float]
  func decode(_ latents: [Float], count: Int) -> [Float]
  func latents(count: Int) -> [Float]
}

extension InferenceExecutor: ForwardPath {}
extension SampleExecutor: ForwardPath {}
extension NetworkExecutor: ForwardPath where Scalar == Float {}

/// Runs a network forward on one thread.
public final class FloatExecutor {
  private let path: any ForwardPath

  init(_ path: any ForwardPath) { self.path = path }

  /// The whole network on (count, input shape) and (count, side count): (count, output shape).
  public func run(_ input: [Float], side: [Float] = [], count: Int) -> [Float] {
    path.run(input, side: side, count: count)
  }

  /// The encoder alone: (count, latents).
  public func encode(_ input: [Float], side: [Float] = [], count: Int) -> [Float] {
    path.encode(input, side: side, count: count)
  }

  /// The decoder alone, from (count, latents): (count, output shape).
  public func decode(_ latents: [Float], count: Int) -> [Float] { path.decode(latents, count: count) }

  /// Latents of the last `run` or `encode`: (count, latents).
  public func latents(count: Int) -> [Float] { path.latents(count: count) }
}
