// A picture in few colours.

/// Reduction of colours by halving boxes of the colour cube.
enum ColourPalette {
  struct Reduced {
    /// At most as many as were asked for.
    let colours: [Colour]
    /// A colour for each pixel, row-major.
    let indices: [UInt8]
  }

  /// Pictures with fewer colours keep theirs. Otherwise the box with the largest squared error is cut at its mean, across
  /// its widest channel, until there are enough boxes (after X. Wu, Color quantization by dynamic programming, 1992).
  /// - Precondition: `limit` is 1…256.
  static func reduce(_ image: RGBImage, to limit: Int) -> Reduced {
    precondition((1...256).contains(limit))
    var counts: [UInt32: Int] = [:]
    let codes = (0..<image.width * image.height).map { pixel -> UInt32 in
      let start = pixel * 3
      return UInt32(image.samples[start]) << 16 | UInt32(image.samples[start + 1]) << 8
        | UInt32(image.samples[start + 2])
    }
    for code in codes { counts[code, default: 0] += 1 }
    // In one order, so that the same picture gives the same bytes.
    var boxes = counts.isEmpty ? [] : [Box(counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })]
    while boxes.count < limit, let worst = boxes.indices.max(by: { boxes[$0].error < boxes[$1].error }),
      let (low, high) = boxes[worst].halves
    {
      boxes[worst] = low
      boxes.append(high)
    }
    var place: [UInt32: UInt8] = [:]
    for (index, box) in boxes.enumerated() { for entry in box.entries { place[entry.code] = UInt8(index) } }
    return Reduced(colours: boxes.map(\.mean), indices: codes.map { place[$0] ?? 0 })
  }

  /// Colours that become one.
  private struct Box {
    let entries: [(code: UInt32, count: Int)]
    let mean: Colour
    /// Squared deviations from the mean, of all pixels and channels.
    let error: Double
    private let channelMeans: [Double]
    private let widest: Int

    init(_ entries: [(code: UInt32, count: Int)]) {
      self.entries = entries
      let total = Double(entries.reduce(0) { $0 + $1.count })
      var errors: [Double] = []
      var means: [Double] = []
      for channel in 0..<3 {
        let mean = entries.reduce(0) { $0 + Self.level($1.code, channel) * Double($1.count) } / total
        means.append(mean)
        errors.append(
          entries.reduce(0) { sum, entry in
            let deviation = Self.level(entry.code, channel) - mean
            return sum + deviation * deviation * Double(entry.count)
          })
      }
      channelMeans = means
      error = errors.reduce(0, +)
      widest = errors.indices.max { errors[$0] < errors[$1] } ?? 0
      let levels = means.map { UInt8($0.rounded()) }
      mean = Colour(red: levels[0], green: levels[1], blue: levels[2])
    }

    /// nil for a box of one colour.
    var halves: (Box, Box)? {
      let low = entries.filter { Self.level($0.code, widest) <= channelMeans[widest] }
      let high = entries.filter { Self.level($0.code, widest) > channelMeans[widest] }
      guard !low.isEmpty, !high.isEmpty else { return nil }
      return (Box(low), Box(high))
    }

    private static func level(_ code: UInt32, _ channel: Int) -> Double {
      Double(code >> UInt32(16 - 8 * channel) & 0xFF)
    }
  }
}
