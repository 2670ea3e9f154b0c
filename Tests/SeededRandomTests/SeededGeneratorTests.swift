import SeededRandom
import Testing

@Suite("Seeded random numbers")
struct SeededGeneratorTests {
  @Test("the stream is the published one")
  func published() {
    // SplitMix64(0) begins 0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4, 0x06c45d188009454f, 0xf88bb8a8724c81ec;
    // xoshiro256++ of that state begins with rotl(s0 + s3, 23) + s0.
    var generator = SeededGenerator(seed: 0)
    let s0: UInt64 = 0xe220_a839_7b1d_cdaf
    let sum = s0 &+ 0xf88b_b8a8_724c_81ec
    #expect(generator.next() == ((sum << 23) | (sum >> 41)) &+ s0)
  }

  @Test("a generator goes on from its memory, a normal deviate in waiting included")
  func memory() throws {
    var generator = SeededGenerator(seed: 8)
    _ = generator.normal()
    var copy = try #require(SeededGenerator(memory: generator.memory))
    for _ in 0..<5 { #expect(copy.normal() == generator.normal() && copy.next() == generator.next()) }
    #expect(SeededGenerator(memory: [1, 2, 3]) == nil)
  }

  @Test("normal deviates have mean 0, variance 1, kurtosis 3", arguments: [1, 2, 3] as [UInt64])
  func normal(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let n = 200_000
    var moments = (0.0, 0.0, 0.0)
    for _ in 0..<n {
      let x = generator.normal()
      moments.0 += x
      moments.1 += x * x
      moments.2 += x * x * x * x
    }
    let count = Double(n)
    #expect(abs(moments.0 / count) < 0.01)
    #expect(abs(moments.1 / count - 1) < 0.015)
    #expect(abs(moments.2 / count - 3) < 0.1)
  }

  @Test(
    "Poisson deviates have equal mean and variance on both sides of the switch", arguments: [0.3, 4, 9.9, 10.1, 250])
  func poisson(mean: Double) {
    var generator = SeededGenerator(seed: 7)
    let n = 100_000
    var sum = 0.0
    var squares = 0.0
    for _ in 0..<n {
      let x = Double(generator.poisson(mean))
      sum += x
      squares += x * x
    }
    let average = sum / Double(n)
    let variance = squares / Double(n) - average * average
    let error = (mean / Double(n)).squareRoot()
    #expect(abs(average - mean) < 5 * error)
    #expect(abs(variance / mean - 1) < 0.05)
    #expect(generator.poisson(0) == 0 && generator.poisson(-1) == 0)
  }
}
