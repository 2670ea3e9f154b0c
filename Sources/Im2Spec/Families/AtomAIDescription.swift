// What an AtomAI checkpoint says about its network beside the tensors.

import NeuralNetworks

/// Which way a network goes.
public enum NetworkDirection: String, CaseIterable, Sendable {
  /// Image tile → spectrum.
  case im2spec
  /// Spectrum → image tile.
  case spec2im
}

/// The keys of AtomAI's meta dictionary (`init_imspec_model` in `nets/ed.py`); nil where the file says nothing.
///
/// The tensors decide; what is said here must not contradict them.
public struct AtomAIDescription: Equatable, Sendable {
  /// `in_dim`, `out_dim`: [height, width] or [length].
  public var inputExtents: [Int]?
  public var outputExtents: [Int]?
  public var latents: Int?
  public var encoderLayers: Int?
  public var decoderLayers: Int?
  public var encoderFilters: Int?
  public var decoderFilters: Int?
  /// AtomAI writes the key `batchnorm` but reads `batch_norm`, so its own loader fails on networks without batch norm.
  public var usesBatchNorm: Bool?
  /// `encoder_downsampling`: window of the average pooling in front, 0 for none.
  public var pooling: Int?
  /// `decoder_upsampling`: two nearest-neighbour doublings.
  public var isUpsampled: Bool?

  public init() {}

  /// - Throws: naming the key that the tensors contradict.
  func check(_ layers: NamedLayers, outputs: [Int]) throws(ArchitectureError) {
    let hasBatchNorm = layers.file.tensors["\(layers.prefix).enc.conv1.bn.weight"] != nil
    let facts: [(key: String, said: String?, found: String)] = [
      ("latent_dim", latents.map(String.init), String(try layers.size("enc.fc.weight", 0))),
      ("nblayers_encoder", encoderLayers.map(String.init), String(layers.numbered("enc.conv"))),
      ("nblayers_decoder", decoderLayers.map(String.init), String(layers.numbered("dec.dil"))),
      ("nbfilters_encoder", encoderFilters.map(String.init), String(try layers.size("enc.conv1.weight", 0))),
      ("nbfilters_decoder", decoderFilters.map(String.init), String(try layers.size("dec.dil1.weight", 0))),
      ("batchnorm", usesBatchNorm.map(String.init), String(hasBatchNorm)),
      ("decoder_upsampling", isUpsampled.map(String.init), String(layers.isUpsampled)),
      ("out_dim", outputExtents.map { "\($0)" }, "\(outputs)"),
    ]
    for fact in facts {
      guard let said = fact.said, said != fact.found else { continue }
      throw ArchitectureError("the file says \(fact.key) \(said), its tensors say \(fact.found)")
    }
  }
}
