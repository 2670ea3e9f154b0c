// Who starts a gradient, who adds to it, and who may read another's instead.

/// What has been written of each gradient so far, on the way back.
struct GradientLedger {
  private enum Entry {
    case written
    case waiting(Int)
  }

  private var entries: [Int: Entry]
  private let needed: Set<Int>
  private(set) var aliases: [Int: Int] = [:]

  init(output: Int, needed: Set<Int>) {
    entries = [output: .written]
    self.needed = needed
  }

  /// A step begins to read the gradient of its target: nothing more will be added to it.
  mutating func read(_ target: Int) {
    if case .waiting(let sum)? = entries[target] { aliases[target] = sum }
  }

  /// What the next part of a buffer's gradient is added to; nil where none is wanted.
  mutating func base(of source: Int) -> GradientBase? {
    guard needed.contains(source) else { return nil }
    defer { entries[source] = .written }
    switch entries[source] {
    case nil: return .nothing
    case .written: return .itself
    case .waiting(let sum): return .buffer(sum)
    }
  }

  private mutating func share(of source: Int, in target: Int) -> SumShare {
    guard needed.contains(source) else { return .nothing }
    switch entries[source] {
    case nil:
      entries[source] = .waiting(aliases[target] ?? target)
      return .nothing
    case .written: return .add
    case .waiting(let other):
      entries[source] = .written
      return .start(with: other)
    }
  }

  mutating func settle(_ step: inout GradientStep) {
    switch step {
    case .weighted(var weighted):
      read(weighted.target)
      weighted.base = base(of: weighted.source)
      step = .weighted(weighted)
    case .activation(let slope, let source, let target, _):
      read(target)
      step = .activation(slope: slope, source: source, target: target, base: base(of: source))
    case .standardise(let source, let target, let parameters, _):
      read(target)
      step = .standardise(source: source, target: target, parameters: parameters, base: base(of: source))
    case .averagePool(var resampling):
      read(resampling.target)
      resampling.base = base(of: resampling.source)
      step = .averagePool(resampling)
    case .upsample(var resampling):
      read(resampling.target)
      resampling.base = base(of: resampling.source)
      step = .upsample(resampling)
    case .sum(let sources, let target, _):
      read(target)
      var shares: [SumShare] = []
      for source in sources { shares.append(share(of: source, in: target)) }
      step = .sum(sources: sources, target: target, back: shares)
    case .join(let sources, let target, _):
      read(target)
      var bases: [GradientBase?] = []
      for source in sources { bases.append(base(of: source)) }
      step = .join(sources: sources, target: target, bases: bases)
    case .arrange(let source, let target, let from, let to, _):
      read(target)
      step = .arrange(source: source, target: target, from: from, to: to, base: base(of: source))
    }
  }
}
