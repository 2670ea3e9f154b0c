// Architectures as JSON, as bundles carry them. Read as hostile input.

import StrictJSON

extension Architecture {
  public var json: JSONValue {
    [
      "input": input.json, "side": .int(sideCount),
      "encoder": .array(encoder.map(\.json)), "decoder": .array(decoder.map(\.json)),
    ]
  }

  public init(json: JSONValue) throws(ArchitectureError) {
    input = try TensorShape(json: json["input"])
    guard let side = json["side"]?.int, (0...4096).contains(side) else {
      throw ArchitectureError("\"side\" must be a whole number from 0 to 4096")
    }
    sideCount = side
    encoder = try Layer.list(json["encoder"], depth: 0)
    decoder = try Layer.list(json["decoder"], depth: 0)
  }
}

extension TensorShape {
  var json: JSONValue { JSONValue([channels] + extents) }

  init(json: JSONValue?) throws(ArchitectureError) {
    let sizes = json?.array?.compactMap(\.int) ?? []
    guard (1...3).contains(sizes.count), sizes.count == json?.array?.count,
      sizes.allSatisfy({ (1...65536).contains($0) })
    else { throw ArchitectureError("a shape must be 1 to 3 whole numbers from 1 to 65536") }
    self.init(channels: sizes[0], extents: Array(sizes.dropFirst()))
    guard count <= Layer.largestTensor else { throw ArchitectureError("a shape of \(count) values is too large") }
  }
}

extension Layer {
  /// No sample between two layers may have more values: 256 MiB at batch 1 would be no network of this kind.
  static let largestTensor = 1 << 24

  var json: JSONValue {
    switch self {
    case .convolution(let name, let filters, let kernel, let dilation):
      [
        "kind": "convolution", "name": .string(name), "filters": .int(filters), "kernel": .int(kernel),
        "dilation": .int(dilation),
      ]
    case .leakyReLU(let slope): ["kind": "leakyReLU", "slope": .double(slope)]
    case .batchNorm(let name, let epsilon): ["kind": "batchNorm", "name": .string(name), "epsilon": .double(epsilon)]
    case .dense(let name, let outputs): ["kind": "dense", "name": .string(name), "outputs": .int(outputs)]
    case .reshape(let shape): ["kind": "reshape", "shape": shape.json]
    case .averagePool(let window): ["kind": "averagePool", "window": .int(window)]
    case .upsampleNearest(let factor): ["kind": "upsampleNearest", "factor": .int(factor)]
    case .cascade(let levels, let summing):
      [
        "kind": "cascade", "summing": .string(summing.rawValue),
        "levels": .array(levels.map { .array($0.map(\.json)) }),
      ]
    case .joinSide(let layers): ["kind": "joinSide", "layers": .array(layers.map(\.json))]
    case .standardise(let name): ["kind": "standardise", "name": .string(name)]
    }
  }

  static func list(_ json: JSONValue?, depth: Int) throws(ArchitectureError) -> [Layer] {
    guard let values = json?.array else { throw ArchitectureError("a list of layers is missing") }
    guard values.count <= 256, depth < 4 else { throw ArchitectureError("more than 256 layers, or nested too deep") }
    var layers: [Layer] = []
    for value in values { layers.append(try Layer(json: value, depth: depth)) }
    return layers
  }

  init(json: JSONValue, depth: Int) throws(ArchitectureError) {
    func whole(_ key: String, _ range: ClosedRange<Int>) throws(ArchitectureError) -> Int {
      guard let value = json[key]?.int, range.contains(value) else {
        throw ArchitectureError("\"\(key)\" must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return value
    }
    func number(_ key: String) throws(ArchitectureError) -> Double {
      guard let value = json[key]?.double, value.isFinite, (0...1).contains(value) else {
        throw ArchitectureError("\"\(key)\" must be a number from 0 to 1")
      }
      return value
    }
    func name() throws(ArchitectureError) -> String {
      guard let name = json["name"]?.string, !name.isEmpty, name.utf8.count <= 64 else {
        throw ArchitectureError("a layer with parameters needs a name of at most 64 bytes")
      }
      return name
    }
    switch json["kind"]?.string {
    case "convolution":
      self = .convolution(
        name: try name(), filters: try whole("filters", 1...4096), kernel: try whole("kernel", 1...15),
        dilation: try whole("dilation", 1...64))
    case "leakyReLU": self = .leakyReLU(slope: try number("slope"))
    case "batchNorm": self = .batchNorm(name: try name(), epsilon: try number("epsilon"))
    case "dense": self = .dense(name: try name(), outputs: try whole("outputs", 1...Layer.largestTensor))
    case "reshape": self = .reshape(try TensorShape(json: json["shape"]))
    case "averagePool": self = .averagePool(window: try whole("window", 1...4096))
    case "upsampleNearest": self = .upsampleNearest(factor: try whole("factor", 1...16))
    case "cascade":
      guard let summing = json["summing"]?.string.flatMap(CascadeSum.init(rawValue:)),
        let values = json["levels"]?.array, values.count <= 64
      else { throw ArchitectureError("a cascade needs \"levels\" and \"summing\": \"last\" or \"every\"") }
      var levels: [[Layer]] = []
      for value in values { levels.append(try Layer.list(value, depth: depth + 1)) }
      self = .cascade(levels: levels, summing: summing)
    case "joinSide": self = .joinSide(layers: try Layer.list(json["layers"], depth: depth + 1))
    case "standardise": self = .standardise(name: try name())
    case let kind: throw ArchitectureError("unknown layer kind \"\(kind ?? "")\"")
    }
  }
}
