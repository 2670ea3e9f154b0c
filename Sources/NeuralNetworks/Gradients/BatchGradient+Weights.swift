// Weights into the tiles' layout before a batch, their gradients back after it.

import NeuralKernels

extension BatchGradient {
  func packWeights() {
    for (index, step) in weighted.enumerated() {
      pack(step, reversed: false, into: workspace.weights[index])
      let bias = workspace.parameters + step.bias
      for (lane, output) in step.outputs.enumerated() where output >= 0 {
        workspace.biases[index][lane] = bias[Int(output)]
      }
    }
  }

  /// For the way back; what it adds up begins at zero.
  func packTransposedWeights() {
    workspace.parameterGradients.update(repeating: 0, count: network.parameterCount)
    for (index, step) in weighted.enumerated() where step.base != nil {
      pack(step.transposed, reversed: true, into: workspace.transposed[index])
    }
  }

  private func pack(_ step: WeightedStep, reversed: Bool, into weights: UnsafeMutablePointer<Float>) {
    let flat = workspace.parameters + step.weight
    let target = step.winograd == nil ? weights : workspace.packed
    step.withPacking { tk_pack(&$0, kernels.block, flat, target) }
    guard step.winograd != nil else { return }
    kernels.winograd_weights(
      step.isImage ? 1 : 0, reversed ? 1 : 0, step.inputCount, step.outputs.count, target, weights)
  }

  /// Adds the shards' gradients up, in order, and clears them.
  /// - Returns: the sum of their losses.
  func sumShards(count: Int) -> Double {
    let shards = workspace.shards[..<shardCount(count)]
    for (index, step) in weighted.enumerated() {
      let (weights, biases) = (shards[0].weights[index], shards[0].biases[index])
      for shard in shards.dropFirst() {
        kernels.add(step.weightCount, shard.weights[index], weights)
        kernels.add(step.outputs.count, shard.biases[index], biases)
      }
      let packed = step.winograd == nil ? weights : workspace.packed
      if step.winograd != nil {
        kernels.winograd_weights_back(step.isImage ? 1 : 0, step.inputCount, step.outputs.count, weights, packed)
      }
      step.withPacking { tk_unpack_add(&$0, kernels.block, packed, workspace.parameterGradients + step.weight) }
      let gradients = workspace.parameterGradients + step.bias
      for (lane, output) in step.outputs.enumerated() where output >= 0 { gradients[Int(output)] += biases[lane] }
      for shard in shards {
        shard.weights[index].update(repeating: 0, count: step.weightCount)
        shard.biases[index].update(repeating: 0, count: step.outputs.count)
      }
    }
    var loss = 0.0
    for shard in shards {
      loss += shard.loss.pointee
      shard.loss.pointee = 0
    }
    return loss
  }
}

extension WeightedStep {
  fileprivate var isImage: Bool { (geometry?.kernelHeight ?? 1) > 1 }

  fileprivate func withPacking(_ body: (inout tk_packing) -> Void) {
    outputs.withUnsafeBufferPointer { outputs in
      inputs.withUnsafeBufferPointer { inputs in
        guard let outputMap = outputs.baseAddress, let inputMap = inputs.baseAddress else { return }
        var packing = tk_packing(
          output_lanes: outputs.count, inputs: inputCount, taps: taps, outputs: outputMap, input_places: inputMap,
          output_step: outputStep, input_step: inputStep)
        body(&packing)
      }
    }
  }

  /// Inputs and outputs exchanged.
  fileprivate var transposed: WeightedStep {
    var transposed = self
    swap(&transposed.inputs, &transposed.outputs)
    swap(&transposed.inputStep, &transposed.outputStep)
    return transposed
  }
}
