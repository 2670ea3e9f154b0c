// Batch norm in training: statistics over the whole batch, gathered sample by sample.

extension BatchGradient {
  // MARK: Forward

  /// Adds each sample's mean and squares about it to the shard's (Chan, Golub and LeVeque 1979).
  func addMoments(_ index: Int, _ memory: ThreadMemory, _ place: Place) {
    let norm = plan.norms[index]
    let moments = workspace.shards[place.shard].moments[index]
    let (sums, squares) = (memory.channelSums, memory.channelSquares)
    let perPixel = 1 / Float(norm.plane)
    for i in 0..<place.count {
      let x = sample(memory.activations, norm.source, place, i)
      sums.update(repeating: 0, count: norm.stride)
      squares.update(repeating: 0, count: norm.stride)
      kernels.column_sums(norm.plane, norm.stride, x, sums)
      for channel in 0..<norm.stride { sums[channel] *= perPixel }
      kernels.squares(norm.plane, norm.stride, sums, x, squares)
      let before = moments[2 * norm.channels]
      for channel in 0..<norm.channels {
        merge(
          (before, moments[channel], moments[norm.channels + channel]),
          (1, Double(sums[channel]), Double(squares[channel])),
          plane: norm.plane, into: &moments[channel], &moments[norm.channels + channel])
      }
      moments[2 * norm.channels] = before + 1
    }
  }

  /// Mean and squares about it of two groups of samples together.
  @inline(__always)
  private func merge(
    _ a: (samples: Double, mean: Double, squares: Double), _ b: (samples: Double, mean: Double, squares: Double),
    plane: Int, into mean: inout Double, _ squares: inout Double
  ) {
    let share = b.samples / (a.samples + b.samples)
    let difference = b.mean - a.mean
    mean = a.mean + difference * share
    squares = a.squares + b.squares + difference * difference * a.samples * share * Double(plane)
  }

  /// From the shards' moments to the batch's scale and shift; moves the running statistics towards them.
  func finishMoments(_ index: Int, count: Int) {
    let norm = plan.norms[index]
    let memory = workspace.norms[index]
    let p = workspace.parameters + norm.parameters
    let c = norm.channels
    let values = Double(count * norm.plane)
    for channel in 0..<c {
      var (samples, mean, squares) = (0.0, 0.0, 0.0)
      for shard in workspace.shards where shard.moments[index][2 * c] > 0 {
        let moments = shard.moments[index]
        merge(
          (samples, mean, squares), (moments[2 * c], moments[channel], moments[c + channel]), plane: norm.plane,
          into: &mean, &squares)
        samples += moments[2 * c]
      }
      let inverse = 1 / (squares / values + norm.epsilon).squareRoot()
      let scale = Double(p[channel]) * inverse
      memory.mean[channel] = Float(mean)
      memory.inverse[channel] = Float(inverse)
      memory.scale[channel] = Float(scale)
      memory.shift[channel] = Float(Double(p[c + channel]) - mean * scale)
      let momentum = Float(BatchNormGeometry.momentum)
      p[2 * c + channel] += momentum * (Float(mean) - p[2 * c + channel])
      p[3 * c + channel] += momentum * (Float(squares / max(1, values - 1)) - p[3 * c + channel])
    }
    for shard in workspace.shards { shard.moments[index].update(repeating: 0, count: 2 * c + 1) }
  }

  func normalise(_ index: Int, _ memory: ThreadMemory, _ place: Place) {
    let norm = plan.norms[index]
    kernels.scale_shift(
      place.count &* norm.plane, norm.stride, workspace.norms[index].scale, workspace.norms[index].shift,
      sample(memory.activations, norm.source, place), sample(memory.activations, norm.target, place))
  }

  // MARK: Backward

  /// Sums that the gradient of the batch's statistics needs.
  func addNormSums(_ index: Int, _ memory: ThreadMemory, _ place: Place) {
    let norm = plan.norms[index]
    let shard = workspace.shards[place.shard]
    kernels.norm_sums(
      place.count &* norm.plane, norm.stride, workspace.norms[index].mean, workspace.norms[index].inverse,
      sample(memory.activations, norm.source, place), sample(memory.gradients, norm.target, place),
      shard.normSums[index], shard.normProducts[index])
  }

  /// Gradients of scale and shift, and the three numbers a channel that turn dy into dx:
  /// dx = scale/σ · (dy − mean dy − x̂ · mean(dy x̂)), x̂ = (x − mean)/σ.
  func finishNormGradient(_ index: Int, count: Int) {
    let norm = plan.norms[index]
    let memory = workspace.norms[index]
    let p = workspace.parameters + norm.parameters
    let gradients = workspace.parameterGradients + norm.parameters
    let values = Double(count * norm.plane)
    for channel in 0..<norm.channels {
      var (sum, product) = (0.0, 0.0)
      for shard in workspace.shards {
        sum += Double(shard.normSums[index][channel])
        product += Double(shard.normProducts[index][channel])
      }
      gradients[channel] += Float(product)
      gradients[norm.channels + channel] += Float(sum)
      let (mean, inverse) = (Double(memory.mean[channel]), Double(memory.inverse[channel]))
      let a = Double(p[channel]) * inverse
      let b = -a * inverse * product / values
      memory.a[channel] = Float(a)
      memory.b[channel] = Float(b)
      memory.c[channel] = Float(-a * sum / values - b * mean)
    }
    for shard in workspace.shards {
      shard.normSums[index].update(repeating: 0, count: norm.stride)
      shard.normProducts[index].update(repeating: 0, count: norm.stride)
    }
  }

  func normaliseBack(_ index: Int, _ memory: ThreadMemory, _ place: Place) {
    let norm = plan.norms[index]
    guard let base = norm.base else { return }
    let n = workspace.norms[index]
    kernels.norm_back(
      place.count &* norm.plane, norm.stride, n.a, n.b, n.c, sample(memory.activations, norm.source, place),
      sample(memory.gradients, norm.target, place), pointer(base, norm.source, memory, place),
      sample(memory.gradients, norm.source, place))
  }
}
