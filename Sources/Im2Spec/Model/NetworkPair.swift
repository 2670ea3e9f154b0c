// im2spec and spec2im as a plain pair: the round trip of one member.

import NeuralNetworks

/// Two networks that fit together: image tile → spectrum → image tile.
public struct NetworkPair: Sendable {
  public let im2spec: FloatNetwork
  public let spec2im: FloatNetwork

  /// Everything that one round trip yields, for `count` tiles.
  public struct Output: Sendable {
    /// (count, 1, channels).
    public var spectra: [Float]
    /// (count, latents) of im2spec.
    public var imageLatents: [Float]
    /// (count, 1, 16, 16).
    public var tiles: [Float]
    /// (count, latents) of spec2im.
    public var spectrumLatents: [Float]

    public init(spectra: [Float], imageLatents: [Float], tiles: [Float], spectrumLatents: [Float]) {
      self.spectra = spectra
      self.imageLatents = imageLatents
      self.tiles = tiles
      self.spectrumLatents = spectrumLatents
    }
  }

  /// Reads the first member of a bundle, or a plain pair whose layers follow from its tensors' names and shapes.
  public init(contentsOf path: String) throws(ModelBundleError) {
    let file: SafetensorsFile
    do { file = try SafetensorsFile(contentsOf: path) } catch { throw ModelBundleError(path: path, error.message) }
    do {
      if file.metadata[ModelBundle.versionKey] != nil {
        let networks = try BundleNetworks(file)
        im2spec = networks.im2spec[0]
        spec2im = networks.spec2im
      } else {
        let (architecture, channels) = try AtomAIFamily.im2spec(in: file)
        let plan = try NetworkPlan(architecture)
        let edge = architecture.input.extents[0]
        let back = try NetworkPlan(AtomAIFamily.spec2im(in: file, channels: channels, tileEdge: edge))
        im2spec = try FloatNetwork(plan: plan, prefix: "im2spec", in: file)
        spec2im = try FloatNetwork(plan: back, prefix: "spec2im", in: file)
      }
    } catch { throw ModelBundleError(path: path, "\(error)") }
  }

  public var usesContext: Bool { im2spec.plan.architecture.sideCount > 0 }
  /// Edge of the square input tile, pixels.
  public var tileEdge: Int { im2spec.plan.architecture.input.extents[0] }
  public var channels: Int { im2spec.plan.output.planeCount }
  public var latents: Int { im2spec.plan.latentCount }

  public func runner(maximumBatch: Int) -> Runner {
    Runner(
      im2spec: im2spec.executor(maximumBatch: maximumBatch), spec2im: spec2im.executor(maximumBatch: maximumBatch))
  }

  /// One worker's executors; not thread-safe.
  public struct Runner {
    let im2spec: FloatExecutor
    let spec2im: FloatExecutor

    /// - Parameters:
    ///   - tiles: (count, 1, 16, 16).
    ///   - context: (count, 12) or empty.
    public func run(_ tiles: [Float], context: [Float] = [], count: Int) -> Output {
      let spectra = im2spec.run(tiles, side: context, count: count)
      let imageLatents = im2spec.latents(count: count)
      let back = spec2im.run(spectra, count: count)
      return Output(
        spectra: spectra, imageLatents: imageLatents, tiles: back, spectrumLatents: spec2im.latents(count: count))
    }
  }
}

extension NetworkPair.Output {
  /// The results of more tiles, after these.
  public mutating func append(_ other: NetworkPair.Output) {
    spectra += other.spectra
    imageLatents += other.imageLatents
    tiles += other.tiles
    spectrumLatents += other.spectrumLatents
  }
}
