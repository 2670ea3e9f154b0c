// Tiles of the training films and where the first member puts them in latent space.

/// The training set as the novelty scores see it: noised to the dose of a fast scan, random D4 orientation.
public struct ReferenceBank: Sendable {
  public var count: Int
  public var latentCount: Int
  /// (count, latentCount), of the first im2spec member.
  public var latents: [Float]
  /// (count, 16, 16), normalised.
  public var tiles: [Float]

  public init(count: Int, latentCount: Int, latents: [Float], tiles: [Float]) {
    self.count = count
    self.latentCount = latentCount
    self.latents = latents
    self.tiles = tiles
  }

  /// That of an imported model, whose training set is not known.
  public static func empty(latentCount: Int) -> ReferenceBank {
    ReferenceBank(count: 0, latentCount: latentCount, latents: [], tiles: [])
  }

  public var isEmpty: Bool { count == 0 }
}
