// A network compiled for one instruction set: immutable, shared by every worker.

import NeuralKernels

/// Steps, constants in the order that kernels read them, tables of places, and how large a worker's memory must be.
///
/// `@unchecked Sendable`: the constants are written once, in `init`.
final class InferenceProgram: @unchecked Sendable {
  let plan: NetworkPlan
  let kernels: KernelSet
  let encoder: [InferenceStep]
  let decoder: [InferenceStep]
  let tensors: [Tensor]
  let input: Int
  let side: Int
  let latents: Int
  let output: Int
  /// Floats of a worker's tensors, and of its scratch memory behind them.
  let tensorSize: Int
  let scratchSize: Int
  let constants: UnsafeMutablePointer<Float>
  let tables: UnsafeMutablePointer<Int32>

  /// A tensor and where it lies in a worker's memory.
  struct Tensor {
    var layout: Layout
    var offset: Int
  }

  convenience init(plan: NetworkPlan, parameters: [Float], kernels: KernelSet) {
    let graph = StageGraph(plan, parameters: parameters, layouts: Layout.layouts(of: plan))
    self.init(plan: plan, work: graph.work, kernels: kernels)
  }

  /// A program of some of a plan's work.
  init(plan: NetworkPlan, work: [Work], kernels: KernelSet) {
    var builder = ProgramBuilder(plan: plan, kernels: kernels)
    for work in work { builder.append(work) }
    let workspace = WorkspacePlan(builder)
    self.plan = plan
    self.kernels = kernels
    (encoder, decoder) = (builder.encoder, builder.decoder)
    tensors = zip(builder.layouts, workspace.offsets).map { Tensor(layout: $0, offset: $1) }
    (tensorSize, scratchSize) = (workspace.size, builder.scratchSize)
    (input, side) = (plan.inputBuffer, plan.sideBuffer)
    (latents, output) = (plan.latentBuffer, plan.outputBuffer)
    constants = builder.constants.allocated()
    tables = KernelMemory.allocate(Int32.self, builder.tables.count)
    builder.tables.withUnsafeBufferPointer { values in
      if let start = values.baseAddress { tables.initialize(from: start, count: values.count) }
    }
  }

  deinit {
    UnsafeMutableRawPointer(constants).deallocate()
    UnsafeMutableRawPointer(tables).deallocate()
  }
}
