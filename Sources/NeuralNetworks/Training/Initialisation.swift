// Where training starts.

import SeededRandom

/// Initial weights.
public enum Initialisation {
  /// PyTorch's defaults: weights and biases of convolutions and dense layers uniform in ±1/√fanIn, batch norm 1 and 0.
  public static func parameters(of plan: NetworkPlan, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    var values = [Float](repeating: 0, count: plan.parameterCount)
    for parameter in plan.parameters {
      switch parameter.role {
      case .weight(let fanIn):
        let bound = 1 / Double(fanIn).squareRoot()
        for i in parameter.range { values[i] = Float(generator.uniform(-bound, bound)) }
      case .trained(let start), .fixed(let start):
        for i in parameter.range { values[i] = start }
      }
    }
    return values
  }
}
