// One network as a file holds it, before the sizes it depends on are known.

import Im2Spec
import NeuralNetworks

struct FoundNetwork: Sendable {
  /// The file's name, for messages and provenance.
  var file: String
  /// Number in the file's ensemble; nil for a network on its own.
  var member: Int?
  var direction: NetworkDirection
  var content: Content

  enum Content: Sendable {
    /// Names without the network's prefix, in AtomAI's manner or this project's.
    case tensors(SafetensorsFile, AtomAIDescription)
    /// From a bundle, whose architecture is written down.
    case network(FloatNetwork)
  }

  init(file: String, member: Int? = nil, tensors: SafetensorsFile, description: AtomAIDescription) throws {
    self.file = file
    self.member = member
    do { direction = try AtomAINetwork.direction(of: tensors) } catch {
      throw WorkshopError("\(file): \(error.message)")
    }
    content = .tensors(tensors, description)
  }

  init(file: String, member: Int?, direction: NetworkDirection, network: FloatNetwork) {
    self.file = file
    self.member = member
    self.direction = direction
    content = .network(network)
  }

  /// - Parameter channels: length of the spectra, where the file does not say it.
  func network(channels: Int?) throws -> FloatNetwork {
    switch content {
    case .network(let network): return network
    case .tensors(let tensors, let description):
      let place = member.map { "\(file), member \($0)" } ?? file
      do {
        return try AtomAINetwork(tensors, description: description, channels: channels).network
      } catch let error as ArchitectureError {
        throw WorkshopError("\(place): \(error.message)")
      } catch { throw WorkshopError("\(place): \(error)") }
    }
  }
}
