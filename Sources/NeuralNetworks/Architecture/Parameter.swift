// The named arrays that a network is made of.

/// One array of weights: where it lies in the flat parameter vector and how it starts.
public struct Parameter: Equatable, Sendable {
  /// Such as `enc.conv1.weight`; PyTorch layout (filters, inputs, kernel…), dense layers (outputs, inputs).
  public var name: String
  public var shape: [Int]
  public var offset: Int
  public var role: Role

  public var count: Int { shape.reduce(1, *) }
  public var range: Range<Int> { offset..<offset + count }

  /// What training does with the array and what it holds before training.
  public enum Role: Equatable, Sendable {
    /// Trained; starts uniform in ±1/√fanIn (PyTorch's default for convolutions and dense layers).
    case weight(fanIn: Int)
    /// Trained; starts at the value (batch norm's scale and shift).
    case trained(start: Float)
    /// Not trained by gradients; starts at the value (running statistics, standardisation).
    case fixed(start: Float)

    var isTrained: Bool { if case .fixed = self { false } else { true } }
  }
}
