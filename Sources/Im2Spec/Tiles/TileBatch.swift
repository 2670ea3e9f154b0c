// What the networks are asked and what they answer, a block of positions at a time.

/// Tiles (and, for models that use it, numbers about their surroundings) at `count` positions.
public struct TileBatch: Sendable {
  /// Edge of a tile in pixels; the tile of position (r, c) covers rows r-8…r+7 and columns c-8…c+7.
  public static let tileEdge = 16
  public static let tilePixels = tileEdge * tileEdge

  public var count: Int
  /// (count, 16, 16), normalised: background 0, particles 1.
  public var tiles: [Float]
  /// (count, 12) raw context features, or empty for a model that sees the tile alone.
  public var context: [Float]

  public init(count: Int, tiles: [Float], context: [Float]) {
    self.count = count
    self.tiles = tiles
    self.context = context
  }
}

/// The round trip at `count` positions.
public struct RoundTripBatch: Sendable {
  public var count: Int
  /// (count, latents): latents of the first im2spec member.
  public var latents: [Float]
  /// (count, channels): mean over the members of the predicted spectra, in the bundle's units.
  public var spectra: [Float]
  /// (count): mean over channels of the population variance over the members.
  public var ensembleVariance: [Float]
  /// (count, channels): population standard deviation over the members; empty where nobody asked for it.
  public var spectrumSpread: [Float]
  /// (count, 16, 16): spec2im of the mean spectrum.
  public var tiles: [Float]
  /// (count): mean squared difference between the tile and its round trip.
  public var roundTripError: [Float]

  public init(
    count: Int, latents: [Float], spectra: [Float], ensembleVariance: [Float], tiles: [Float], roundTripError: [Float],
    spectrumSpread: [Float] = []
  ) {
    self.count = count
    self.latents = latents
    self.spectra = spectra
    self.ensembleVariance = ensembleVariance
    self.tiles = tiles
    self.roundTripError = roundTripError
    self.spectrumSpread = spectrumSpread
  }

  /// The answers for more positions, after these.
  mutating func append(_ other: RoundTripBatch) {
    count += other.count
    latents += other.latents
    spectra += other.spectra
    ensembleVariance += other.ensembleVariance
    tiles += other.tiles
    spectrumSpread += other.spectrumSpread
    roundTripError += other.roundTripError
  }
}
