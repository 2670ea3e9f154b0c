// Where tensors lie in a worker's memory: those that are never needed at the same time share it.

struct WorkspacePlan {
  private(set) var offsets: [Int] = []
  private(set) var size = 0

  /// Gives each tensor, in the order of their first writing, the lowest free place from then to its last reading.
  init(_ builder: ProgramBuilder) {
    let steps = builder.encoder + builder.decoder
    var spans = [ClosedRange<Int>?](repeating: nil, count: builder.layouts.count)
    func extend(_ tensor: Int, to step: Int) {
      let span = spans[tensor] ?? step...step
      spans[tensor] = min(span.lowerBound, step)...max(span.upperBound, step)
    }
    for (index, step) in steps.enumerated() {
      for tensor in step.sources + step.targets { extend(tensor, to: index) }
    }
    // Callers write inputs before the first step of their half, and read results after its last.
    let plan = builder.plan
    for tensor in [plan.inputBuffer, plan.sideBuffer] { extend(tensor, to: -1) }
    extend(plan.latentBuffer, to: builder.encoder.count - 1)
    for tensor in [plan.latentBuffer, plan.outputBuffer] { extend(tensor, to: steps.count) }

    offsets = [Int](repeating: 0, count: spans.count)
    let sizes = builder.layouts.map { Self.padded($0.count * builder.kernels.lanes) }
    var placed: [Int] = []
    for tensor in spans.indices.sorted(by: { Self.start(spans[$0]) < Self.start(spans[$1]) }) {
      guard let span = spans[tensor] else { continue }
      let neighbours = placed.filter { spans[$0]?.overlaps(span) ?? false }.sorted { offsets[$0] < offsets[$1] }
      var offset = 0
      for neighbour in neighbours {
        if offset + sizes[tensor] <= offsets[neighbour] { break }
        offset = max(offset, offsets[neighbour] + sizes[neighbour])
      }
      offsets[tensor] = offset
      size = max(size, offset + sizes[tensor])
      placed.append(tensor)
    }
  }

  private static func start(_ span: ClosedRange<Int>?) -> Int { span?.lowerBound ?? .max }

  /// Whole cache lines, and two more so that tensors of equal size do not share cache sets.
  static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 + 32 }
}
