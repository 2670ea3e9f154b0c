// Networks in safetensors files: one in AtomAI's names, a pair in this project's, or a bundle with one of the two.

import Im2Spec
import NeuralNetworks

/// Names are `[im2spec.|spec2im.][<member>.]<tensor>`; without the first part the tensors' shapes tell the direction.
enum SafetensorsReading {
  private struct Group: Hashable {
    var direction: String
    var member: Int?
  }

  static func networks(in file: SafetensorsFile, name: String) throws -> [FoundNetwork] {
    if file.metadata[ModelBundle.versionKey] != nil { return try bundled(file, name: name) }
    for (key, expected) in [("lrelu", 0.1), ("bn_eps", 1e-5)] {
      guard let text = file.metadata[key], Double(text) != expected else { continue }
      throw WorkshopError("\(name): says \(key) \(text); networks of this family have \(expected)")
    }
    var groups: [Group: SafetensorsFile] = [:]
    for (tensor, value) in file.tensors where !tensor.hasSuffix(".num_batches_tracked") {
      let (group, bare) = split(StateName.bare(tensor))
      do {
        groups[group, default: SafetensorsFile()].set(
          bare, shape: value.shape, floats: try file.floats(tensor))
      } catch { throw WorkshopError("\(name): \(error.message)") }
    }
    guard !groups.isEmpty else { throw WorkshopError("\(name): holds no tensors") }
    // What is said of "in_dim" and "out_dim" can hold for one direction only.
    let description =
      Set(groups.keys.map(\.direction)).count == 1 ? AtomAIDescription(metadata: file.metadata) : AtomAIDescription()
    let ordered = groups.sorted { ($0.key.direction, $0.key.member ?? 0) < ($1.key.direction, $1.key.member ?? 0) }
    return try ordered.map { group, tensors in
      let found = try FoundNetwork(
        file: name, member: group.member.map { $0 + 1 }, tensors: tensors, description: description)
      guard group.direction.isEmpty || group.direction == found.direction.rawValue else {
        throw WorkshopError("\(name): the network called \(group.direction) is a \(found.direction) by its layers")
      }
      return found
    }
  }

  private static func split(_ name: String) -> (Group, String) {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 2, NetworkDirection(rawValue: parts[0]) != nil else {
      return (Group(direction: "", member: nil), name)
    }
    let direction = parts.removeFirst()
    let member = Int(parts[0])
    if member != nil { parts.removeFirst() }
    return (Group(direction: direction, member: member), StateName.bare(parts.joined(separator: ".")))
  }

  private static func bundled(_ file: SafetensorsFile, name: String) throws -> [FoundNetwork] {
    do {
      guard let half = try OneWayBundle(file) else {
        throw WorkshopError("\(name): a whole bundle already, with im2spec and spec2im; there is nothing to import")
      }
      return half.networks.enumerated().map {
        FoundNetwork(
          file: name, member: half.networks.count > 1 ? $0 + 1 : nil, direction: half.direction, network: $1)
      }
    } catch let error as WorkshopError { throw error } catch { throw WorkshopError("\(name): \(error)") }
  }
}
