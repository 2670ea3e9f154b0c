// A layer with everything that can be done to its result while it is in a register.

/// Work between buffers of the plan: a body, then bias, activation and batch norm, then where the results go.
struct Stage {
  enum Body {
    /// Weights (filters, inputs, taps). `isUpsampled`: the source is first repeated twice in every dimension; the
    /// geometry is that of the source.
    case convolution(ConvolutionGeometry, weights: ArraySlice<Float>, isUpsampled: Bool)
    /// Weights (outputs, inputs) and a bias for each output.
    case dense(inputs: Int, outputs: Int, weights: ArraySlice<Float>, bias: ArraySlice<Float>)
    /// Average pooling.
    case pool(height: Int, width: Int, window: (Int, Int))
    /// Nearest up-sampling by itself.
    case upsample(height: Int, width: Int, factor: (Int, Int))
    /// Each value by itself.
    case identity
  }

  var body: Body
  var source: Int
  /// What a dense layer reads behind its source.
  var joined: Int?
  /// The buffer that the body would fill by itself; its layout is the stage's.
  var result: Int
  /// By channel, for convolutions.
  var bias: ArraySlice<Float>?
  var slope: Float = 1
  /// By channel.
  var norm: ScaleAndShift?
  /// Takes the last result.
  var output: Int?
  var sum: Contribution?
  var isEncoder = true

  /// Which of the linear, activated and normalised results a cascade's sum takes.
  struct Contribution {
    var buffer: Int
    var linear: Float = 0
    var activated: Float = 0
    var normalised: Float = 0
    var isFirst = false
  }
}

/// What a compiled network does: stages, and plain copies where vectors are joined or seen in another shape.
enum Work {
  case stage(Stage)
  /// The values of `source`, in order, from `offset` on in `target`.
  case copy(source: Int, target: Int, offset: Int, isEncoder: Bool)
}
