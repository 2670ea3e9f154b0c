// The shape of one sample between two layers.

/// Channels times a signal (1-D), an image (2-D) or nothing (a plain vector). Stored channel-major.
public struct TensorShape: Equatable, Sendable {
  public var channels: Int
  /// `[length]`, `[height, width]` or `[]`.
  public var extents: [Int]

  public init(channels: Int, extents: [Int] = []) {
    self.channels = channels
    self.extents = extents
  }

  /// Values of one channel.
  public var planeCount: Int { extents.reduce(1, *) }
  /// Values of one sample.
  public var count: Int { channels * planeCount }
  /// A signal is an image of one row.
  var height: Int { extents.count == 2 ? extents[0] : 1 }
  var width: Int { extents.last ?? 1 }
}
