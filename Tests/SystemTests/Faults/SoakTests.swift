// Ordinary days in fast motion: scans and junk come and go, operators look, rules are reloaded; nothing grows.

import AssistantTestKit
import Foundation
import SeededRandom
import StrictJSON
import TestExtent
import Testing

@Suite("Soak", .serialized, .enabled(if: Program.areBuilt))
struct SoakTests {
  private static let environment = ProcessInfo.processInfo.environment
  /// `make soak SECONDS=3600`; a minute in the test suite.
  private static let seconds =
    environment["EELSCOUT_SOAK_SECONDS"].flatMap { Double($0) } ?? Extent.now.choose(usual: 60, sanitized: 15)
  private static let pause = environment["EELSCOUT_SOAK_PAUSE"].flatMap { Double($0) } ?? 0.1

  private static let longestLine = 40
  /// Before so many scans a program warms up.
  private static let warmScans = Extent.now.choose(usual: 8, sanitized: 2)
  private static let enoughSamples = Extent.now.choose(usual: 12, sanitized: 4)

  private struct Sample {
    let second: Double
    let figures: ProcessFigures
    let logKiB: Int
    let scans: Int
  }

  @Test("memory, descriptors and log stay what they are, and every scan is taken exactly once")
  func soak() async throws {
    let place = try Workplace()
    var random = SeededGenerator(seed: Extent.seed("soak of \(Int(Self.seconds)) s"))
    let daemon = try await place.startDaemon()
    let start = ContinuousClock.now
    var (samples, delivered, present): ([Sample], Int, [Int]) = ([], 0, [])
    var (elapsed, turn, scans) = (0.0, 0, 0)
    // A machine busy with other tests makes few turns a second: enough of them to compare.
    while elapsed < Self.seconds || (Self.warm(samples).count < Self.enoughSamples && elapsed < Self.seconds + 600) {
      turn += 1
      // An instrument on a machine that keeps up: a line that only grows is not what is looked at here.
      if delivered - scans < Self.longestLine {
        delivered += 1
        try place.deliver(delivered)
        present.append(delivered)
      }
      try makeJunk(place, turn, &random)
      if random.uniform() < 0.02 { daemon.signal(SIGHUP) }
      if random.uniform() < 0.05 { _ = try await place.ask("targets") }
      try await Task.sleep(for: .seconds(Self.pause * 2 * random.uniform()))
      if turn % 8 == 0 { scans = try await place.ask("status")["counts"]?["scans"]?.int ?? scans }
      elapsed = (ContinuousClock.now - start) / .seconds(1)
      guard elapsed >= Self.seconds * Double(samples.count) / 60 else { continue }
      samples.append(try sample(elapsed, daemon, place, scans: scans))
      // What is recorded may go; what is not must stay until it is.
      if scans == delivered, present.count > 20 {
        for number in present.dropLast(10) { try remove(number, place) }
        present.removeFirst(present.count - 10)
      }
    }
    try await place.settles(at: delivered, daemon)
    samples.append(try sample(elapsed, daemon, place, scans: delivered))
    try await daemon.stop()
    report(samples)
    #expect(daemon.lines(with: "no progress").isEmpty && daemon.lines(with: "SQLite: ").isEmpty, "\(daemon.talk)")
    #expect(try place.rows().lines.count { $0.hasPrefix("scan ") } == delivered)
    try expectNothingGrows(Self.warm(samples))
  }

  private static func warm(_ samples: [Sample]) -> [Sample] { samples.filter { $0.scans >= warmScans } }

  private func sample(
    _ second: Double, _ daemon: RunningProgram, _ place: Workplace, scans: Int
  ) throws -> Sample {
    let log =
      try? FileManager.default.attributesOfItem(
        atPath: place.state.appending("eelscout.sqlite-wal").string)[.size] as? Int
    return Sample(
      second: second, figures: try #require(ProcessFigures(daemon.id), "\(daemon.talk)"), logKiB: (log ?? 0) >> 10,
      scans: scans)
  }

  /// Half-written arrays, notes, folders, files in progress: all that stands in a session folder beside scans.
  private func makeJunk(_ place: Workplace, _ number: Int, _ random: inout SeededGenerator) throws {
    let kind = random.index(below: 6)
    let name = ["half.npy", "notes.txt", "copy.part", "folder-\(number % 7)/page.tif", "link.npy", "scan.emd"][kind]
    let path = place.session.appending(name).string
    switch kind {
    case 0: try place.write(Array("\u{1}NUMPY\u{1}".utf8.dropLast(random.index(below: 4))), to: "session/\(name)")
    case 4:
      unlink(path)
      symlink("/dev/zero", path)
    default: try place.write("\(random.next())", to: "session/\(name)")
    }
    if random.uniform() < 0.5 { unlink(path) }
  }

  private func remove(_ number: Int, _ place: Workplace) throws {
    for ending in ["npy", "json"] {
      try FileManager.default.removeItem(atPath: place.session.appending("scan-\(number).\(ending)").string)
    }
  }

  private func report(_ samples: [Sample]) {
    print("soak:  s      scans  RSS MiB  descriptors  threads  WAL KiB  processor s")
    for index in stride(from: 0, to: samples.count, by: max(1, samples.count / 12)) + [samples.count - 1] {
      let sample = samples[index]
      let numbers = [
        sample.second, Double(sample.scans), Double(sample.figures.residentKiB) / 1_024,
        Double(sample.figures.descriptors), Double(sample.figures.threads), Double(sample.logKiB),
        sample.figures.processorSeconds,
      ]
      print("soak:  " + numbers.map { String(format: "%9.1f", $0) }.joined())
    }
  }

  /// The last quarter beside the second one.
  private func expectNothingGrows(_ samples: [Sample]) throws {
    let quarter = samples.count / 4
    try #require(quarter > 0, "\(samples.count) samples of a warm daemon")
    let (early, late) = (samples[quarter..<(2 * quarter)], samples.suffix(quarter))
    func most(_ part: some Sequence<Sample>, _ figure: (Sample) -> Int) throws -> Int {
      try #require(part.map(figure).max())
    }
    #expect(try most(late) { $0.logKiB } <= 20 << 10)
    let descriptors = try (most(early) { $0.figures.descriptors }, most(late) { $0.figures.descriptors })
    #expect(descriptors.1 <= descriptors.0 + 4, "\(descriptors)")
    guard Extent.measures else { return }
    let memory = try (most(early) { $0.figures.residentKiB }, most(late) { $0.figures.residentKiB })
    #expect(memory.1 <= memory.0 + 16 << 10, "\(memory) KiB")
  }
}
