// One call of a kernel, with everything that is known when a network is compiled.

/// Offsets: constants and tables count from the start of their arrays, tensors are numbers in the program's list.
enum InferenceStep {
  case convolution(Direct, Finish)
  case tiles(Tiles, Finish)
  case dense(Dense, Finish)
  case means(Means, Finish)
  case copy(source: Int, target: Int, offset: Int)

  struct Direct {
    var source: Int
    var inputs: Int
    var filters: Int
    var taps: Int
    var places: Int
    var reads: Int
    var writes: Int
    var weights: Int
  }

  struct Tiles {
    var source: Int
    var tiles: Int
    var call: TileCall
    var reads: Int
    var writes: Int
    var weights: Int
  }

  struct Dense {
    /// One source or two joined.
    var sources: [Int]
    var inputs: Int
    var outputs: Int
    /// Outputs of one channel.
    var plane: Int
    var weights: Int
    var bias: Int
  }

  struct Means {
    var source: Int
    var channels: Int
    var places: Int
    var window: Int
    var reads: Int
  }

  /// `KernelFinish` before there are pointers. Constants by channel.
  struct Finish {
    var bias: Int?
    var slope: Float
    var scale: Int?
    var shift: Int?
    var output: Int?
    var sum: Int?
    var shares: (linear: Float, activated: Float, normalised: Float) = (0, 0, 0)
    var startsSum = false
  }

  /// Tensors read and written.
  var sources: [Int] {
    switch self {
    case .convolution(let step, _): [step.source]
    case .tiles(let step, _): [step.source]
    case .dense(let step, _): step.sources
    case .means(let step, _): [step.source]
    case .copy(let source, _, _): [source]
    }
  }

  var targets: [Int] {
    switch self {
    case .convolution(_, let finish), .tiles(_, let finish), .dense(_, let finish), .means(_, let finish):
      [finish.output, finish.sum].compactMap(\.self)
    case .copy(_, let target, _): [target]
    }
  }
}
