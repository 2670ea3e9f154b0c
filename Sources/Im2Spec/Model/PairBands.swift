// The round trip of a plain pair on bands of a scan, the way triage runs a bundle's networks.

/// A pair of networks with executors for as many workers as ask at once.
public struct PairBands: Sendable {
  private let pool: ExecutorPool

  /// - Throws: `ArchitectureError` where the two networks do not fit together, or take no 16×16 tiles.
  public init(_ pair: NetworkPair) throws {
    pool = ExecutorPool(try BundleNetworks(im2spec: [pair.im2spec], spec2im: pair.spec2im))
  }

  /// Latents, spectra, round-tripped tiles and their errors at every position, on the calling thread.
  public func roundTrip(_ band: TileBand, keepsSpectra: Bool) -> BandRoundTrip {
    pool.roundTrip(band, keepsSpectra: keepsSpectra) {}
  }
}
