// A reproducible source of random numbers, the same on every machine.

/// xoshiro256++ seeded by SplitMix64 (Blackman and Vigna, ACM TOMS 47, 36 (2021)).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)
  private var spareNormal: Double?

  public init(seed: UInt64) {
    var mixer = seed
    func next() -> UInt64 {
      mixer &+= 0x9E37_79B9_7F4A_7C15
      var z = mixer
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    state = (next(), next(), next(), next())
  }

  /// The generator's whole memory: four words, and the bits of a normal deviate in waiting where there is one.
  public var memory: [UInt64] {
    [state.0, state.1, state.2, state.3] + (spareNormal.map { [$0.bitPattern] } ?? [])
  }

  /// A generator that goes on where the one with this memory stood; nil unless it has four or five words.
  public init?(memory: [UInt64]) {
    guard (4...5).contains(memory.count) else { return nil }
    state = (memory[0], memory[1], memory[2], memory[3])
    spareNormal = memory.count == 5 ? Double(bitPattern: memory[4]) : nil
  }

  public mutating func next() -> UInt64 {
    func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
    let result = rotate(state.0 &+ state.3, 23) &+ state.0
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotate(state.3, 45)
    return result
  }

  /// Uniform in [0, 1), 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in [low, high).
  public mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * uniform() }

  /// Uniform integer in `0..<count`.
  public mutating func index(below count: Int) -> Int { Int.random(in: 0..<count, using: &self) }

  /// Standard normal deviate (Marsaglia's polar method).
  public mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    while true {
      let u = uniform(-1, 1)
      let v = uniform(-1, 1)
      let s = u * u + v * v
      guard s > 0, s < 1 else { continue }
      let scale = (-2 * Self.logarithm(s) / s).squareRoot()
      spareNormal = v * scale
      return u * scale
    }
  }

  /// Normal deviate with the given mean and standard deviation.
  public mutating func normal(_ mean: Double, _ deviation: Double) -> Double { mean + deviation * normal() }

  /// A permutation of `0..<count`.
  public mutating func permutation(_ count: Int) -> [Int] { Array(0..<count).shuffled(using: &self) }
}
