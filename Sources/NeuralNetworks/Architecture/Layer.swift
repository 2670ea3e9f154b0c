// The words that architectures are written in.

/// One layer of an encoder or decoder. Convolutions keep the size (zero padding) and have a bias.
public indirect enum Layer: Equatable, Sendable {
  /// `kernel` wide in every dimension of its input, taps `dilation` apart.
  case convolution(name: String, filters: Int, kernel: Int, dilation: Int)
  case leakyReLU(slope: Double)
  /// Per channel, over batch and positions (Ioffe and Szegedy 2015); running statistics at inference.
  case batchNorm(name: String, epsilon: Double)
  /// Fully connected, on the flattened (channel-major) input.
  case dense(name: String, outputs: Int)
  case reshape(TensorShape)
  /// Mean over `window` neighbouring samples in every dimension; incomplete last windows are dropped.
  case averagePool(window: Int)
  /// Each sample repeated `factor` times in every dimension.
  case upsampleNearest(factor: Int)
  /// Levels in series whose outputs are added: the last output of every level, or every layer's output.
  case cascade(levels: [[Layer]], summing: CascadeSum)
  /// Flattens, and appends what `layers` make of the side input.
  case joinSide(layers: [Layer])
  /// `(x - mean) / deviation` with stored, untrained statistics.
  case standardise(name: String)

  /// Which outputs a cascade adds up.
  public enum CascadeSum: String, Sendable {
    case lastOfEachLevel = "last"
    /// AtomAI's dilated block: convolution, activation and batch norm of every level.
    case everyLayer = "every"
  }
}

/// An encoder to a latent vector and a decoder from it.
public struct Architecture: Equatable, Sendable {
  public var input: TensorShape
  /// Length of the side input; 0 for none.
  public var sideCount: Int
  public var encoder: [Layer]
  public var decoder: [Layer]

  public init(input: TensorShape, sideCount: Int = 0, encoder: [Layer], decoder: [Layer]) {
    self.input = input
    self.sideCount = sideCount
    self.encoder = encoder
    self.decoder = decoder
  }
}

/// An architecture whose layers do not fit together, or a file that describes none.
public struct ArchitectureError: Error, Equatable, CustomStringConvertible {
  public var message: String
  public var description: String { "network architecture: \(message)" }

  public init(_ message: String) { self.message = message }
}
