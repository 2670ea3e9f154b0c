// Architecture → parameters, buffers and operations.

/// An architecture compiled once: every shape checked, every offset known.
public struct NetworkPlan: Sendable {
  public let architecture: Architecture
  public let parameters: [Parameter]
  public let parameterCount: Int
  public let latentCount: Int
  public let output: TensorShape
  let operations: [Operation]
  /// The operations before this index make up the encoder.
  let decoderStart: Int
  /// Values a sample in each activation buffer.
  let bufferSizes: [Int]
  let inputBuffer: Int
  let sideBuffer: Int
  let latentBuffer: Int
  let outputBuffer: Int
  /// Values of the largest unfolded convolution input.
  let columnCount: Int

  public init(_ architecture: Architecture) throws(ArchitectureError) {
    var builder = PlanBuilder()
    self.architecture = architecture
    inputBuffer = builder.buffer(architecture.input.count)
    sideBuffer = builder.buffer(architecture.sideCount)
    builder.side = (sideBuffer, TensorShape(channels: architecture.sideCount))
    let encoded = try builder.append(
      architecture.encoder, prefix: "enc", source: inputBuffer, shape: architecture.input)
    guard encoded.shape.extents.isEmpty else { throw ArchitectureError("the encoder must end in a dense layer") }
    decoderStart = builder.operations.count
    let decoded = try builder.append(architecture.decoder, prefix: "dec", source: encoded.buffer, shape: encoded.shape)
    latentBuffer = encoded.buffer
    latentCount = encoded.shape.count
    outputBuffer = decoded.buffer
    output = decoded.shape
    operations = builder.operations
    bufferSizes = builder.bufferSizes
    parameters = builder.parameters
    parameterCount = builder.parameterCount
    columnCount = builder.columnCount
    guard Set(parameters.map(\.name)).count == parameters.count else {
      throw ArchitectureError("two layers have the same name")
    }
    guard decoderStart > 0, operations.count > decoderStart else {
      throw ArchitectureError("the encoder and the decoder need at least one layer each")
    }
  }
}

private struct PlanBuilder {
  var operations: [Operation] = []
  var bufferSizes: [Int] = []
  var parameters: [Parameter] = []
  var parameterCount = 0
  var columnCount = 0
  var side = (buffer: 0, shape: TensorShape(channels: 0))

  typealias Place = (buffer: Int, shape: TensorShape)

  mutating func buffer(_ count: Int) -> Int {
    bufferSizes.append(count)
    return bufferSizes.count - 1
  }

  mutating func parameter(_ name: String, _ shape: [Int], _ role: Parameter.Role) -> Int {
    parameters.append(Parameter(name: name, shape: shape, offset: parameterCount, role: role))
    defer { parameterCount += parameters[parameters.count - 1].count }
    return parameterCount
  }

  mutating func append(_ layers: [Layer], prefix: String, source: Int, shape: TensorShape)
    throws(ArchitectureError) -> Place
  {
    var place: Place = (source, shape)
    for layer in layers { place = try append(layer, prefix: prefix, place) }
    return place
  }

  mutating func append(_ layer: Layer, prefix: String, _ place: Place) throws(ArchitectureError) -> Place {
    let shape = place.shape
    switch layer {
    case .convolution(let name, let filters, let kernel, let dilation):
      guard !shape.extents.isEmpty else { throw ArchitectureError("\(name) needs a signal or an image") }
      guard kernel % 2 == 1 else { throw ArchitectureError("\(name): kernel \(kernel) must be odd") }
      let geometry = ConvolutionGeometry(
        inputs: shape.channels, filters: filters, height: shape.height, width: shape.width,
        kernelHeight: shape.extents.count == 2 ? kernel : 1, kernelWidth: kernel, dilation: dilation)
      let kernels = shape.extents.map { _ in kernel }
      let role = Parameter.Role.weight(fanIn: geometry.columnRows)
      let weight = parameter("\(prefix).\(name).weight", [filters, shape.channels] + kernels, role)
      let bias = parameter("\(prefix).\(name).bias", [filters], role)
      columnCount = max(columnCount, geometry.columnRows * shape.planeCount)
      let next = try allocate(TensorShape(channels: filters, extents: shape.extents))
      operations.append(
        .convolution(geometry, source: place.buffer, target: next.buffer, weight: weight, bias: bias))
      return next
    case .dense(let name, let outputs):
      let role = Parameter.Role.weight(fanIn: shape.count)
      let weight = parameter("\(prefix).\(name).weight", [outputs, shape.count], role)
      let bias = parameter("\(prefix).\(name).bias", [outputs], role)
      let next = try allocate(TensorShape(channels: outputs))
      operations.append(
        .dense(
          inputs: shape.count, outputs: outputs, source: place.buffer, target: next.buffer, weight: weight, bias: bias))
      return next
    case .leakyReLU(let slope):
      guard (0...1).contains(slope) else { throw ArchitectureError("leaky ReLU: slope \(slope) is not from 0 to 1") }
      let next = try allocate(shape)
      operations.append(
        .leakyReLU(count: shape.count, slope: Float(slope), source: place.buffer, target: next.buffer))
      return next
    case .batchNorm(let name, let epsilon):
      let first = parameter("\(prefix).\(name).weight", [shape.channels], .trained(start: 1))
      _ = parameter("\(prefix).\(name).bias", [shape.channels], .trained(start: 0))
      _ = parameter("\(prefix).\(name).mean", [shape.channels], .fixed(start: 0))
      _ = parameter("\(prefix).\(name).var", [shape.channels], .fixed(start: 1))
      let next = try allocate(shape)
      operations.append(
        .batchNorm(
          channels: shape.channels, plane: shape.planeCount, epsilon: Float(epsilon), source: place.buffer,
          target: next.buffer, parameters: first))
      return next
    case .standardise(let name):
      let first = parameter("\(prefix).\(name).mean", [shape.count], .fixed(start: 0))
      _ = parameter("\(prefix).\(name).deviation", [shape.count], .fixed(start: 1))
      let next = try allocate(shape)
      operations.append(
        .standardise(count: shape.count, source: place.buffer, target: next.buffer, parameters: first))
      return next
    case .reshape(let target):
      guard target.count == shape.count else {
        throw ArchitectureError("cannot reshape \(shape.count) values to \(target.count)")
      }
      return (place.buffer, target)
    default: return try appendStructure(layer, prefix: prefix, place)
    }
  }

  /// Layers without parameters of their own: pooling, up-sampling, cascades, joins.
  mutating func appendStructure(_ layer: Layer, prefix: String, _ place: Place) throws(ArchitectureError) -> Place {
    let shape = place.shape
    switch layer {
    case .averagePool(let window):
      guard !shape.extents.isEmpty, shape.extents.allSatisfy({ $0 >= window }) else {
        throw ArchitectureError("average pooling over \(window) needs a signal or an image of at least that size")
      }
      let next = try allocate(TensorShape(channels: shape.channels, extents: shape.extents.map { $0 / window }))
      operations.append(
        .averagePool(
          channels: shape.channels, height: shape.height, width: shape.width,
          window: (shape.extents.count == 2 ? window : 1, window), source: place.buffer, target: next.buffer))
      return next
    case .upsampleNearest(let factor):
      guard !shape.extents.isEmpty else { throw ArchitectureError("up-sampling needs a signal or an image") }
      let next = try allocate(TensorShape(channels: shape.channels, extents: shape.extents.map { $0 * factor }))
      operations.append(
        .upsampleNearest(
          channels: shape.channels, height: shape.height, width: shape.width,
          factor: (shape.extents.count == 2 ? factor : 1, factor), source: place.buffer, target: next.buffer))
      return next
    case .cascade(let levels, let summing):
      var current = place
      var summed: [Int] = []
      for level in levels {
        for (index, layer) in level.enumerated() {
          current = try append(layer, prefix: prefix, current)
          guard current.shape == shape else { throw ArchitectureError("a cascade must keep its shape") }
          if summing == .everyLayer || index == level.count - 1 { summed.append(current.buffer) }
        }
      }
      guard !summed.isEmpty else { throw ArchitectureError("a cascade needs at least one level") }
      let next = try allocate(shape)
      operations.append(.sum(count: shape.count, sources: summed, target: next.buffer))
      return next
    case .joinSide(let layers):
      guard side.shape.count > 0 else { throw ArchitectureError("joinSide needs a side input") }
      let joined = try append(layers, prefix: prefix, source: side.buffer, shape: side.shape)
      let next = try allocate(TensorShape(channels: shape.count + joined.shape.count))
      operations.append(
        .join(
          counts: [shape.count, joined.shape.count], sources: [place.buffer, joined.buffer], target: next.buffer))
      return next
    default: throw ArchitectureError("layer \(layer) has no operation")
    }
  }

  mutating func allocate(_ shape: TensorShape) throws(ArchitectureError) -> Place {
    guard shape.count <= Layer.largestTensor, shape.count > 0 else {
      throw ArchitectureError("a layer with \(shape.count) values a sample is too large")
    }
    return (buffer(shape.count), shape)
  }
}
