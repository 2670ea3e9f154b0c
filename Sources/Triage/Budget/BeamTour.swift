// An order of places that spares beam travel.

/// Short open paths through places in the plane: the same places give the same path.
enum BeamTour {
  /// A place, nm.
  typealias Place = (x: Double, y: Double)

  /// More places than this are not started from each in turn.
  private static let mostStarts = 64
  /// Up to so many places the shortest path is found by looking at every subset.
  private static let mostExact = 9
  /// Shorter by less than this, nm, is not shorter: rounding must not decide.
  private static let leastGainNM = 1e-6

  /// Indices of `places` in the order of a path with free ends, never longer than the order given.
  ///
  /// Exact for up to nine places (dynamic programming over subsets); above, nearest neighbour from every start, improved
  /// by reversing stretches (2-opt) until nothing is gained. Ties go to the order given.
  static func order(_ places: [Place]) -> [Int] {
    let given = Array(places.indices)
    guard places.count > 2 else { return given }
    let distances = Distances(places)
    var candidates = [given]
    if places.count <= mostExact {
      candidates.append(exact(distances))
    } else {
      let starts = places.count <= mostStarts ? places.count : 1
      candidates += (0..<starts).map { improved(nearestNeighbours(from: $0, distances), distances) }
      candidates.append(improved(given, distances))
    }
    var best = given
    var bestLength = distances.length(given)
    for candidate in candidates.dropFirst() {
      let length = distances.length(candidate)
      if length < bestLength - leastGainNM { (best, bestLength) = (candidate, length) }
    }
    return best
  }

  /// Length of the path through places in the order of `order`, nm.
  static func lengthNM(_ places: [Place], _ order: [Int]) -> Double {
    zip(order, order.dropFirst()).reduce(0) { $0 + distance(places[$1.0], places[$1.1]) }
  }

  static func distance(_ a: Place, _ b: Place) -> Double {
    let (dx, dy) = (a.x - b.x, a.y - b.y)
    return (dx * dx + dy * dy).squareRoot()
  }

  private static func nearestNeighbours(from start: Int, _ distances: Distances) -> [Int] {
    var rest = Array(0..<distances.count)
    rest.remove(at: start)
    var path = [start]
    while let next = rest.indices.min(by: {
      distances[path[path.count - 1], rest[$0]] < distances[path[path.count - 1], rest[$1]]
    }) {
      path.append(rest.remove(at: next))
    }
    return path
  }

  /// Reverses stretches of the path, the first that gains, until none does.
  private static func improved(_ path: [Int], _ distances: Distances) -> [Int] {
    var path = path
    let last = path.count - 1
    var gained = true
    while gained {
      gained = false
      for first in 0..<last {
        for end in first + 1...last {
          let before = first > 0 ? distances[path[first - 1], path[first]] : 0
          let after = end < last ? distances[path[end], path[end + 1]] : 0
          let newBefore = first > 0 ? distances[path[first - 1], path[end]] : 0
          let newAfter = end < last ? distances[path[first], path[end + 1]] : 0
          guard newBefore + newAfter < before + after - leastGainNM else { continue }
          path[first...end].reverse()
          gained = true
        }
      }
    }
    return path
  }

  /// The shortest path (Held and Karp): for every subset and its last place the shortest path through the subset.
  private static func exact(_ distances: Distances) -> [Int] {
    let count = distances.count
    let everything = 1 << count - 1
    var best = [Double](repeating: .infinity, count: (everything + 1) * count)
    var previous = [Int](repeating: -1, count: best.count)
    for place in 0..<count { best[1 << place * count + place] = 0 }
    for visited in 1...everything {
      for place in 0..<count where visited & 1 << place != 0 {
        let length = best[visited * count + place]
        for next in 0..<count where visited & 1 << next == 0 {
          let entry = (visited | 1 << next) * count + next
          guard length + distances[place, next] < best[entry] else { continue }
          best[entry] = length + distances[place, next]
          previous[entry] = place
        }
      }
    }
    var place = (0..<count).min { best[everything * count + $0] < best[everything * count + $1] } ?? 0
    var (visited, path) = (everything, [Int]())
    while place >= 0 {
      path.append(place)
      let before = previous[visited * count + place]
      visited &= ~(1 << place)
      place = before
    }
    return path.reversed()
  }
}

/// Distances between all pairs of places, nm.
private struct Distances {
  let count: Int
  private let values: [Double]

  init(_ places: [BeamTour.Place]) {
    count = places.count
    values = places.flatMap { a in places.map { BeamTour.distance(a, $0) } }
  }

  subscript(a: Int, b: Int) -> Double { values[a * count + b] }

  func length(_ path: [Int]) -> Double { zip(path, path.dropFirst()).reduce(0) { $0 + self[$1.0, $1.1] } }
}
