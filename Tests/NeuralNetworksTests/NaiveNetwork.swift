// Layers as they are defined, in double precision and plain loops: what every fast path is compared with.

import NeuralNetworks

/// Reads an architecture and its weights by name; knows nothing of plans, buffers or kernels.
struct NaiveNetwork {
  var architecture: Architecture
  var weights: [String: [Double]]

  struct Tensor {
    var shape: TensorShape
    var values: [Double]
  }

  init(_ network: FloatNetwork) {
    architecture = network.plan.architecture
    weights = Dictionary(
      uniqueKeysWithValues: network.plan.parameters.map { ($0.name, network.parameters[$0.range].map(Double.init)) })
  }

  /// One sample: latents and output.
  func run(_ input: [Float], side: [Float]) -> (latents: [Double], output: [Double]) {
    let side = Tensor(shape: TensorShape(channels: side.count), values: side.map(Double.init))
    let start = Tensor(shape: architecture.input, values: input.map(Double.init))
    let latents = apply(architecture.encoder, "enc", start, side)
    return (latents.values, apply(architecture.decoder, "dec", latents, side).values)
  }

  private func apply(_ layers: [Layer], _ prefix: String, _ x: Tensor, _ side: Tensor) -> Tensor {
    layers.reduce(x) { apply($1, prefix, $0, side) }
  }

  private func array(_ prefix: String, _ name: String, _ kind: String) -> [Double] {
    weights["\(prefix).\(name).\(kind)"] ?? []
  }

  private func apply(_ layer: Layer, _ prefix: String, _ x: Tensor, _ side: Tensor) -> Tensor {
    switch layer {
    case .convolution(let name, let filters, let kernel, let dilation):
      return convolve(
        x, array(prefix, name, "weight"), array(prefix, name, "bias"), filters: filters, kernel: kernel,
        dilation: dilation)
    case .leakyReLU(let slope): return Tensor(shape: x.shape, values: x.values.map { $0 > 0 ? $0 : slope * $0 })
    case .batchNorm(let name, let epsilon):
      let (scale, shift) = (array(prefix, name, "weight"), array(prefix, name, "bias"))
      let (mean, variance) = (array(prefix, name, "mean"), array(prefix, name, "var"))
      return Tensor(
        shape: x.shape,
        values: x.values.enumerated().map { index, value in
          let channel = index / x.shape.planeCount
          return (value - mean[channel]) / (variance[channel] + epsilon).squareRoot() * scale[channel] + shift[channel]
        })
    case .dense(let name, let outputs):
      let (weight, bias) = (array(prefix, name, "weight"), array(prefix, name, "bias"))
      return Tensor(
        shape: TensorShape(channels: outputs),
        values: (0..<outputs).map { output in
          x.values.indices.reduce(bias[output]) { $0 + weight[output * x.values.count + $1] * x.values[$1] }
        })
    case .reshape(let shape): return Tensor(shape: shape, values: x.values)
    case .averagePool(let window):
      return resample(x, extents: x.shape.extents.map { $0 / window }) { places in
        let size = Double(places.reduce(1) { count, _ in count * window })
        return offsets(window, places.count).map { (zip(places, $0).map { $0 * window + $1 }, 1 / size) }
      }
    case .upsampleNearest(let factor):
      return resample(x, extents: x.shape.extents.map { $0 * factor }) { [($0.map { $0 / factor }, 1)] }
    case .cascade(let levels, let summing):
      var current = x
      var total = [Double](repeating: 0, count: x.values.count)
      for level in levels {
        for (index, layer) in level.enumerated() {
          current = apply(layer, prefix, current, side)
          if summing == .everyLayer || index == level.count - 1 { total = zip(total, current.values).map(+) }
        }
      }
      return Tensor(shape: x.shape, values: total)
    case .joinSide(let layers):
      let values = x.values + apply(layers, prefix, side, side).values
      return Tensor(shape: TensorShape(channels: values.count), values: values)
    case .standardise(let name):
      let (mean, deviation) = (array(prefix, name, "mean"), array(prefix, name, "deviation"))
      return Tensor(
        shape: x.shape, values: x.values.indices.map { (x.values[$0] - mean[$0]) / deviation[$0] })
    }
  }

  /// Every combination of `dimensions` numbers below `bound`.
  private func offsets(_ bound: Int, _ dimensions: Int) -> [[Int]] {
    (0..<dimensions).reduce([[]]) { list, _ in list.flatMap { head in (0..<bound).map { head + [$0] } } }
  }

  private func resample(_ x: Tensor, extents: [Int], _ parts: ([Int]) -> [([Int], Double)]) -> Tensor {
    let shape = TensorShape(channels: x.shape.channels, extents: extents)
    var values: [Double] = []
    for channel in 0..<shape.channels {
      for place in 0..<shape.planeCount {
        let sum = parts(position(place, extents)).reduce(0) { sum, part in
          sum + part.1 * (value(x, channel, part.0) ?? 0)
        }
        values.append(sum)
      }
    }
    return Tensor(shape: shape, values: values)
  }

  private func convolve(
    _ x: Tensor, _ weight: [Double], _ bias: [Double], filters: Int, kernel: Int, dilation: Int
  ) -> Tensor {
    let shape = TensorShape(channels: filters, extents: x.shape.extents)
    let taps = offsets(kernel, shape.extents.count)
    var values: [Double] = []
    for filter in 0..<filters {
      for place in 0..<shape.planeCount {
        let centre = position(place, shape.extents)
        var sum = bias[filter]
        for channel in 0..<x.shape.channels {
          for (index, tap) in taps.enumerated() {
            let from = zip(centre, tap).map { $0 + ($1 - kernel / 2) * dilation }
            guard let value = value(x, channel, from) else { continue }
            sum += weight[(filter * x.shape.channels + channel) * taps.count + index] * value
          }
        }
        values.append(sum)
      }
    }
    return Tensor(shape: shape, values: values)
  }

  private func position(_ place: Int, _ extents: [Int]) -> [Int] {
    extents.count == 2 ? [place / extents[1], place % extents[1]] : [place]
  }

  /// Nil beyond the border.
  private func value(_ x: Tensor, _ channel: Int, _ position: [Int]) -> Double? {
    guard zip(position, x.shape.extents).allSatisfy({ (0..<$1).contains($0) }) else { return nil }
    let place = position.count == 2 ? position[0] * x.shape.extents[1] + position[1] : position[0]
    return x.values[channel * x.shape.planeCount + place]
  }
}
