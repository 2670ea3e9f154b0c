// A network's arrays in and out of a safetensors file.

extension FloatNetwork {
  /// Reads every array of the plan as `prefix.<name>`; shapes must fit.
  public init(plan: NetworkPlan, prefix: String, in file: SafetensorsFile) throws(SafetensorsError) {
    var values = [Float](repeating: 0, count: plan.parameterCount)
    for parameter in plan.parameters {
      let tensor = try file.floats("\(prefix).\(parameter.name)", shape: parameter.shape)
      values.replaceSubrange(parameter.range, with: tensor)
    }
    self.init(plan: plan, parameters: values)
  }

  public func store(prefix: String, in file: inout SafetensorsFile) {
    for parameter in plan.parameters {
      file.set("\(prefix).\(parameter.name)", shape: parameter.shape, floats: Array(parameters[parameter.range]))
    }
  }

  /// Replaces one array of the network, such as a standardisation's statistics.
  public mutating func set(_ name: String, to values: [Float]) throws(ArchitectureError) {
    guard let parameter = plan.parameters.first(where: { $0.name == name }), parameter.count == values.count else {
      throw ArchitectureError("no array \"\(name)\" with \(values.count) values")
    }
    parameters.replaceSubrange(parameter.range, with: values)
  }
}
