// How a sample lies in memory during training: the channels of one pixel stand together.

import NeuralKernels

/// Parts in series, each (plane, stride) with `stride` its channels rounded up to whole vectors. The lanes beyond the last
/// channel hold 0.
struct PackedLayout: Equatable, Sendable {
  struct Part: Equatable, Sendable {
    var channels: Int
    var plane: Int
    var stride: Int { PackedLayout.lanes(channels) }
  }

  var parts: [Part]

  init(channels: Int, plane: Int = 1) { parts = [Part(channels: channels, plane: plane)] }

  init(joining layouts: [PackedLayout]) { parts = layouts.flatMap(\.parts) }

  /// Values of a sample in memory.
  var count: Int { parts.reduce(0) { $0 + $1.plane * $1.stride } }
  /// Values of a sample in the channel-major order of `TensorShape`.
  var valueCount: Int { parts.reduce(0) { $0 + $1.plane * $1.channels } }

  /// For each value in channel-major order, its place in memory.
  var places: [Int32] {
    var places: [Int32] = []
    var start = 0
    for part in parts {
      for channel in 0..<part.channels {
        for pixel in 0..<part.plane { places.append(Int32(start + pixel * part.stride + channel)) }
      }
      start += part.plane * part.stride
    }
    return places
  }

  /// For each place in memory, the value that stands there; -1 in the lanes beyond the last channel.
  var values: [Int32] {
    var values = [Int32](repeating: -1, count: count)
    for (value, place) in places.enumerated() { values[Int(place)] = Int32(value) }
    return values
  }

  /// `channels` rounded up to whole vectors.
  static func lanes(_ channels: Int) -> Int { (channels + Int(TK_LANES) - 1) / Int(TK_LANES) * Int(TK_LANES) }
}
