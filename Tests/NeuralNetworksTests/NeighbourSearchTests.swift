import NeuralNetworks
import SeededRandom
import Testing

@Suite("Searching the nearest points")
struct NeighbourSearchTests {
  @Test("finds those that measuring every distance finds", arguments: [1, 2, 3, 7, 10, 16, 33])
  func bruteForce(dimensions: Int) {
    for (count, seed) in [(5, 1), (16, 2), (17, 3), (400, 4)] as [(Int, UInt64)] {
      var generator = SeededGenerator(seed: seed)
      let points = (0..<count * dimensions).map { _ in Float(generator.normal()) }
      let search = NeighbourSearch(points, count: count, dimensions: dimensions)
      let queries = (0..<43 * dimensions).map { _ in Float(1.5 * generator.normal()) }
      let found = search.nearest(to: queries, count: 43, wanted: 5)
      for query in 0..<43 {
        let distances = (0..<count).map { point in
          (0..<dimensions).reduce(0.0) { sum, axis in
            let difference = Double(queries[query * dimensions + axis]) - Double(points[point * dimensions + axis])
            return sum + difference * difference
          }
        }
        let nearest = (0..<count).sorted { distances[$0] < distances[$1] }.prefix(5).map { Int32($0) }
        let answer = found[query * NeighbourSearch.found..<(query + 1) * NeighbourSearch.found]
        #expect(Set(answer).isSuperset(of: nearest), "seed \(seed), \(count) points, query \(query)")
      }
    }
  }

  @Test("gives no more points than there are")
  func few() {
    let search = NeighbourSearch([0, 0, 3, 4], count: 2, dimensions: 2)
    #expect(search.nearest(to: [3, 4], count: 1, wanted: 5) == [1, 0, -1, -1, -1, -1, -1, -1])
  }
}
