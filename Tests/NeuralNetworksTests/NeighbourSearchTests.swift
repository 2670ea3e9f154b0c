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
      // In groups of uneven size, in another order.
      let order = (0..<count).map { $0 * 7919 % count }
      let shuffled = Set(order).count == count ? order : Array(0..<count)
      let groups = stride(from: 0, to: count, by: 13).map { Array(shuffled[$0..<min($0 + 13, count)]) }
      for leading in [1, (dimensions + 1) / 2, dimensions] {
        let search = NeighbourSearch(groups, of: points, dimensions: dimensions, leading: leading)
        let queries = (0..<40 * dimensions).map { _ in Float(1.5 * generator.normal()) }
        let places = search.nearest(to: queries, count: 40, wanted: 5, enough: -1)
        for query in 0..<40 {
          let found = places[query * NeighbourSearch.found..<(query + 1) * NeighbourSearch.found].filter { $0 >= 0 }
            .map { groups[Int($0) / NeighbourSearch.groupSize][Int($0) % NeighbourSearch.groupSize] }
          let distances = (0..<count).map { point in
            (0..<dimensions).reduce(0.0) { sum, axis in
              let difference = Double(queries[query * dimensions + axis]) - Double(points[point * dimensions + axis])
              return sum + difference * difference
            }
          }
          let nearest = (0..<count).sorted { distances[$0] < distances[$1] }.prefix(5)
          #expect(Set(found).isSuperset(of: nearest), "seed \(seed), \(count) points, query \(query)")
        }
      }
    }
  }

  @Test("ends early only with as many points as wanted within what is enough")
  func enough() {
    let points = (0..<200).map { Float($0) }
    let groups = stride(from: 0, to: 200, by: 16).map { Array($0..<min($0 + 16, 200)) }
    let search = NeighbourSearch(groups, of: points, dimensions: 1, leading: 1)
    let places = search.nearest(to: [100, 103, 150], count: 3, wanted: 3, enough: 4)
    #expect(Set(places[0..<3]) == [99, 100, 101])
    #expect(places[8..<11].allSatisfy { abs($0 - 103) <= 4 })
    #expect(Set(places[16..<19]) == [149, 150, 151])
  }

  @Test("gives no more points than there are")
  func few() {
    let search = NeighbourSearch([[0, 1]], of: [0, 0, 3, 4], dimensions: 2, leading: 1)
    #expect(search.nearest(to: [3, 4], count: 1, wanted: 5, enough: -1) == [1, 0, -1, -1, -1, -1, -1, -1])
  }
}
