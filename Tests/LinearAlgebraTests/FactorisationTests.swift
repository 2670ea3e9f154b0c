import LinearAlgebra
import SeededRandom
import Testing

@Suite("Non-negative factorisation")
struct FactorisationTests {
  /// Three endmembers with a channel of their own each, at places where only one of them is present: unique up to order
  /// and scale (D. Donoho, V. Stodden, NIPS 2003).
  private static let endmembers: [[Float]] = [
    [9, 4, 1, 0, 0, 0, 2, 0], [0, 2, 5, 8, 3, 0, 0, 0], [0, 0, 0, 1, 2, 6, 0, 7],
  ]
  private static let abundances: [[Float]] = [
    [1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.25, 0], [0.2, 0, 0.7], [0, 0.6, 0.3], [0.1, 0.8, 0.4], [0.9, 0.3, 0.2],
    [0.4, 0.4, 0.4], [0.05, 0.9, 0.6],
  ]

  private static func product() -> [Float] {
    abundances.flatMap { row in
      (0..<8).map { channel in (0..<3).reduce(Float(0)) { $0 + row[$1] * endmembers[$1][channel] } }
    }
  }

  @Test("an exact factorisation is found again, up to order and scale, and no sweep makes it worse")
  func exact() throws {
    var generator = SeededGenerator(seed: 1)
    let parts = try NonNegativeFactorisation(
      Self.product(), rows: 10, columns: 8, components: 3, maximumSweeps: 20_000, tolerance: 1e-15, using: &generator)
    let square = Self.product().reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect((parts.objective.last ?? 1) < 1e-9 * square)
    for (before, after) in zip(parts.objective, parts.objective.dropFirst()) {
      #expect(after <= before + 1e-12 * square)
    }
    #expect(parts.endmembers.allSatisfy { $0 >= 0 } && parts.abundances.allSatisfy { $0 >= 0 })
    func unit(_ values: [Double]) -> [Double] {
      let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return values.map { $0 / length }
    }
    var found: Set<Int> = []
    for component in 0..<3 {
      let curve = unit(Array(parts.endmembers[component * 8..<component * 8 + 8]))
      let cosines = Self.endmembers.map { zip(unit($0.map(Double.init)), curve).reduce(0) { $0 + $1.0 * $1.1 } }
      let best = cosines.indices.max { cosines[$0] < cosines[$1] } ?? 0
      #expect(cosines[best] > 0.9999)
      found.insert(best)
      // Largest abundance 1, and with it the endmember in the unit of the data.
      let column = (0..<10).map { parts.abundances[3 * $0 + component] }
      #expect(abs((column.max() ?? 0) - 1) < 1e-12)
      for row in 0..<10 { #expect(abs(column[row] - Double(Self.abundances[row][best])) < 0.01) }
    }
    #expect(found.count == 3)
  }

  @Test("where there is no exact one, the residual is that of NumPy's best of 400 starts")
  func reference() throws {
    // V[i, j] = (3ij + 2i + 5j + 1) mod 11, 6×5, two components. numpy 2.4.6: 4000 multiplicative updates (Lee and Seung)
    // from each of 400 uniform random starts; the least ‖V − WH‖² is 74.77250216573626, ‖V‖² = 1017.
    var data: [Float] = []
    for i in 0..<6 { for j in 0..<5 { data.append(Float((3 * i * j + 2 * i + 5 * j + 1) % 11)) } }
    var generator = SeededGenerator(seed: 2)
    let parts = try NonNegativeFactorisation(
      data, rows: 6, columns: 5, components: 2, tolerance: 1e-12, using: &generator)
    #expect(parts.hasConverged)
    #expect(abs((parts.objective.last ?? 0) - 74.77250216573626) < 1e-4)
  }

  @Test("negative numbers count as zero, and constant zeros are no trap")
  func degenerate() throws {
    var generator = SeededGenerator(seed: 3)
    let positive = try NonNegativeFactorisation([1, 0, 0, 2], rows: 2, columns: 2, components: 1, using: &generator)
    generator = SeededGenerator(seed: 3)
    let negative = try NonNegativeFactorisation([1, -5, -1, 2], rows: 2, columns: 2, components: 1, using: &generator)
    #expect(positive.endmembers == negative.endmembers)
    let nothing = try NonNegativeFactorisation(
      [Float](repeating: 0, count: 12), rows: 4, columns: 3, components: 2, using: &generator)
    #expect(nothing.abundances.allSatisfy { $0 == 0 } && nothing.hasConverged)
  }
}

@Suite("Clusters")
struct ClusterTests {
  /// Blobs of 60 points each with deviation 0.3 around three places 5 apart.
  private static let blobs: [Double] = {
    var generator = SeededGenerator(seed: 4)
    return [(0.0, 0.0), (5, 0), (0, 5)].flatMap { x, y in
      (0..<60).flatMap { _ in [generator.normal(x, 0.3), generator.normal(y, 0.3)] }
    }
  }()

  @Test("separated blobs are found, each whole, and the silhouette asks for as many clusters as there are")
  func separated() {
    var generator = SeededGenerator(seed: 5)
    let choice = ClusterCount(Self.blobs, dimensions: 2, using: &generator)
    #expect(choice.candidates.map(\.clustering.clusters) == Array(2...8))
    #expect(choice.best.clustering.clusters == 3)
    let assignment = choice.best.clustering.assignment
    for blob in 0..<3 { #expect(Set(assignment[blob * 60..<blob * 60 + 60]).count == 1) }
    #expect(Set(assignment).count == 3)
    for blob in 0..<3 {
      let centre = choice.best.clustering.centres[assignment[blob * 60] * 2..<assignment[blob * 60] * 2 + 2]
      let place = [(0.0, 0.0), (5, 0), (0, 5)][blob]
      #expect(abs((centre.first ?? 9) - place.0) < 0.2 && abs((centre.last ?? 9) - place.1) < 0.2)
    }
  }

  @Test("inertia and silhouette of six points agree with NumPy")
  func reference() {
    // Points 0, 1, 2 | 10, 11, 13: inertia 20/3, mean silhouette 0.8382671706675503 (numpy, by the definition).
    var generator = SeededGenerator(seed: 6)
    let choice = ClusterCount([0, 10, 1, 11, 13, 2], dimensions: 1, candidates: 2...2, using: &generator)
    #expect(abs(choice.best.clustering.inertia - 20.0 / 3) < 1e-12)
    #expect(abs(choice.best.silhouette - 0.8382671706675503) < 1e-12)
    let assignment = choice.best.clustering.assignment
    #expect(assignment[0] == assignment[2] && assignment[0] == assignment[5] && assignment[1] == assignment[4])
    #expect(assignment[0] != assignment[1])
  }

  @Test("larger clusters come first, and as many clusters as points leave no inertia")
  func order() {
    var generator = SeededGenerator(seed: 7)
    let clustering = KMeansClustering([0, 0.1, 0.2, 9, 9.1], dimensions: 1, clusters: 2, using: &generator)
    #expect(clustering.assignment == [0, 0, 0, 1, 1])
    let all = KMeansClustering([3, 1, 2], dimensions: 1, clusters: 3, using: &generator)
    #expect(all.inertia == 0 && Set(all.assignment).count == 3)
  }
}
