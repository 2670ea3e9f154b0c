// Planted anomalies: what they are, where they are, and that truth says so.

import FilmSimulation
import Foundation
import Microscopy
import SharedData
import Testing

@Suite struct AnomalyTests {
  static func film(_ plan: AnomalyPlan, seed: UInt64 = 4) throws -> SimulatedFilm {
    var settings = FilmSettings()
    settings.anomalies = plan
    return try SimulatedFilm(seed: seed, settings: settings)
  }

  @Test func testScansHoldThreeVisibleAndTwoInvisibleKinds() throws {
    for seed in UInt64(1)...20 {
      let film = try SimulatedFilm(seed: seed, settings: .testScan)
      let kinds = film.truth.anomalies.map(\.kind)
      #expect(kinds.count >= 4 && kinds.count <= 5, "seed \(seed): \(kinds)")
      #expect(Set(kinds).count == kinds.count)
      #expect(kinds.filter(\.isVisible).count <= 3)
    }
  }

  @Test func kindsAreDrawnEvenly() throws {
    var counts: [AnomalyKind: Int] = [:]
    for seed in UInt64(1)...60 {
      for anomaly in try SimulatedFilm(seed: seed, settings: .testScan).truth.anomalies {
        counts[anomaly.kind, default: 0] += 1
      }
    }
    for kind in AnomalyKind.visible { #expect((32...57).contains(counts[kind] ?? 0), "\(kind): \(counts)") }
    for kind in AnomalyKind.invisible { #expect((55...60).contains(counts[kind] ?? 0), "\(kind): \(counts)") }
  }

  @Test func anomaliesKeepApartAndInside() throws {
    for seed in UInt64(1)...20 {
      let film = try Self.film(.listed(Array(repeating: .highZ, count: 6)), seed: seed)
      let centres = film.truth.anomalies.map(\.centreNM)
      for (index, a) in centres.enumerated() {
        #expect(a.x > 18 && a.x < 222 && a.y > 18 && a.y < 222)
        for b in centres[..<index] { #expect(hypot(a.x - b.x, a.y - b.y) > 34) }
      }
    }
  }

  @Test func labelsCoverTheDilatedFootprint() throws {
    let film = try Self.film(.listed([.rod, .overlap]))
    #expect(film.truth.anomalies.count == 2)
    for (index, anomaly) in film.truth.anomalies.enumerated() {
      let area = anomaly.members.reduce(0) { $0 + 4 * ($1.aNM + 3) * ($1.bNM + 3) } / 2.25
      let labelled = film.truth.labels.filter { $0 == UInt8(index + 1) }.count
      #expect(abs(Double(labelled) / area - 1) < 0.05, "\(anomaly.kind): \(labelled) pixels, rectangle \(area)")
      let box = try #require(film.truth.boxes[index])
      for row in 0..<160 {
        for column in 0..<160 where film.truth.labels[row * 160 + column] == UInt8(index + 1) {
          #expect((box.firstRow...box.lastRow).contains(row) && (box.firstColumn...box.lastColumn).contains(column))
        }
      }
    }
  }

  @Test func anInvisibleAnomalyLeavesTheImageAlone() throws {
    let plain = try Self.film(.none).thicknessMap()
    #expect(try Self.film(.listed([.dopant])).thicknessMap() == plain)
    let shell = try Self.film(.listed([.shell])).thicknessMap()
    let change = zip(shell.values, plain.values).map { Double($0 - $1) }
    #expect(shell != plain && (change.max() ?? 0) < 0.28)
  }

  @Test(arguments: [AnomalyKind.fused, .rod, .highZ, .overlap])
  func aVisibleAnomalyChangesTheImage(kind: AnomalyKind) throws {
    let plain = try Self.film(.none).thicknessMap()
    let planted = try Self.film(.listed([kind])).thicknessMap()
    #expect(zip(planted.values, plain.values).contains { abs($0 - $1) > 4 })
  }

  @Test func membersAreAsTheRecipeSays() throws {
    for seed in UInt64(1)...15 {
      let film = try Self.film(.listed([.fused, .rod, .highZ, .dopant, .shell]), seed: seed)
      for anomaly in film.truth.anomalies {
        let count = anomaly.members.count
        switch anomaly.kind {
        case .fused:
          #expect(count == 2 || count == 3)
        case .rod:
          #expect(count == 1 && (17...25).contains(anomaly.members[0].aNM))
        case .highZ:
          #expect((2.0...3.0).contains(anomaly.members[0].haadfWeight) && anomaly.members[0].exponent == 2.2)
        case .overlap:
          #expect(anomaly.members[0].zNM > 0)
        case .dopant:
          #expect((1...3).contains(count) && anomaly.members.allSatisfy { abs($0.plasmaEV / 1.8 - 1) > 0.17 })
        case .shell:
          #expect((1...4).contains(count) && anomaly.members.allSatisfy { (3.2...4.6).contains($0.hostPermittivity) })
        }
      }
    }
  }

  /// Footprints of the tuning scans: the same recipe, so the same sizes.
  @Test func footprintsHaveTheSizesOfTheTuningScans() throws {
    guard SharedData.has("science/tuning") else { return }
    var reference: [Double] = []
    for scan in 0..<10 {
      let labels = try SharedData.array(String(format: "science/tuning/scan%02d_label_u8.npy", scan)).values
      reference.append(Double(labels.filter { $0 > 0 }.count))
    }
    let ours = try (UInt64(1)...40).map { seed in
      Double(try SimulatedFilm(seed: seed, settings: .testScan).truth.labels.filter { $0 > 0 }.count)
    }
    let z = (mean(ours) - mean(reference)) / (deviation(reference) / 10.0.squareRoot())
    print(
      "labelled pixels a scan: \(mean(ours)) ± \(deviation(ours)), tuning scans \(mean(reference)) ± \(deviation(reference))"
    )
    #expect(abs(z) < 3)
  }
}
