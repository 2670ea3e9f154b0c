// Gives the particles of a lattice sizes and shapes, and pushes overlapping ones apart.

import Foundation
import SeededRandom

enum FilmAssembly {
  static func particles(_ settings: FilmSettings, using generator: inout SeededGenerator) -> [Particle] {
    let lattice = FilmLattice(settings: settings, using: &generator)
    var particles = lattice.points.map { particle(at: $0, lattice.angle, settings, using: &generator) }
    let radii = particles.map { $0.meanSide / 2 * ($0.exponent > 3 ? 1.08 : 1) }
    let relaxed = SoftDiscs.relaxed(lattice.points, radii: radii)
    for index in particles.indices {
      particles[index].xNM = relaxed[index].x
      particles[index].yNM = relaxed[index].y
    }
    return particles
  }

  private static func particle(
    at point: Point, _ angle: Double, _ settings: FilmSettings, using generator: inout SeededGenerator
  ) -> Particle {
    let side = settings.sideNM * exp(generator.normal(0, settings.sizeSpread))
    let isSpheroid = generator.uniform() < settings.spheroidShare
    let exponent = isSpheroid ? generator.uniform(2.0, 2.8) : generator.uniform(3.5, 7)
    let aspect = exp(generator.normal(0, 0.05))
    let height = side * exp(generator.normal(0, 0.05))
    return Particle(
      xNM: point.x, yNM: point.y, aNM: side * aspect / 2, bNM: side / aspect / 2, cNM: height / 2, exponent: exponent,
      rotationRad: angle + generator.normal(0, 0.12))
  }
}

extension Particle {
  /// Edge of the square of equal area, nm.
  fileprivate var meanSide: Double { 2 * (aNM * bNM).squareRoot() }
}

/// Overlap relaxation of discs.
enum SoftDiscs {
  /// At most 30 steps, each moving every disc by a quarter of its overlaps; ends when none overlaps by 0.2 nm.
  ///
  /// Neighbours come from a cell grid, so a step costs time in proportion to the number of discs.
  static func relaxed(_ start: [Point], radii: [Double]) -> [Point] {
    guard let largest = radii.max() else { return start }
    let ligands = 1.2
    var points = start
    for _ in 0..<30 {
      let cells = CellGrid(points, cell: 2 * largest + ligands)
      var moves = [Point](repeating: Point(x: 0, y: 0), count: points.count)
      var worst = 0.0
      for i in points.indices {
        let here = points[i]
        cells.forEachNear(here) { j in
          guard j != i else { return }
          let dx = here.x - points[j].x
          let dy = here.y - points[j].y
          let distance = (dx * dx + dy * dy).squareRoot() + 1e-9
          let overlap = radii[i] + radii[j] + ligands - distance
          guard overlap > 0 else { return }
          worst = max(worst, overlap)
          moves[i].x += overlap * dx / distance
          moves[i].y += overlap * dy / distance
        }
      }
      if worst < 0.2 { break }
      for i in points.indices {
        points[i].x += 0.25 * moves[i].x
        points[i].y += 0.25 * moves[i].y
      }
    }
    return points
  }
}

/// Points sorted into square cells, for finding the neighbours of a place.
struct CellGrid {
  private let origin: Point
  private let cell: Double
  private let columns: Int
  private let rows: Int
  private let starts: [Int]
  private let members: [Int]

  /// - Parameter cell: edge of a cell, nm: neighbours up to this distance are found.
  init(_ points: [Point], cell: Double) {
    let low = Point(x: points.map(\.x).min() ?? 0, y: points.map(\.y).min() ?? 0)
    let high = Point(x: points.map(\.x).max() ?? 0, y: points.map(\.y).max() ?? 0)
    origin = low
    self.cell = cell
    columns = Int((high.x - low.x) / cell) + 1
    rows = Int((high.y - low.y) / cell) + 1
    let columns = columns
    let cells = points.map { Int(($0.y - low.y) / cell) * columns + Int(($0.x - low.x) / cell) }
    var starts = [Int](repeating: 0, count: columns * rows + 1)
    for index in cells { starts[index + 1] += 1 }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
    var next = starts
    var members = [Int](repeating: 0, count: points.count)
    for (point, index) in cells.enumerated() {
      members[next[index]] = point
      next[index] += 1
    }
    self.starts = starts
    self.members = members
  }

  func forEachNear(_ point: Point, _ body: (Int) -> Void) {
    let row = Int((point.y - origin.y) / cell)
    let column = Int((point.x - origin.x) / cell)
    for r in max(0, row - 1)...min(rows - 1, row + 1) {
      for c in max(0, column - 1)...min(columns - 1, column + 1) {
        for index in starts[r * columns + c]..<starts[r * columns + c + 1] { body(members[index]) }
      }
    }
  }
}
