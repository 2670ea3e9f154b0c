// Where particles lie before they have sizes: a strained lattice with vacancies, holes, cracks and an edge.

import Foundation
import SeededRandom

struct Point: Equatable, Sendable {
  var x: Double
  var y: Double
}

/// Draws the positions of a film's particles, nm.
struct FilmLattice {
  let settings: FilmSettings
  private(set) var angle = 0.0
  private(set) var points: [Point] = []

  init(settings: FilmSettings, using generator: inout SeededGenerator) {
    self.settings = settings
    layOut(using: &generator)
    for _ in 0..<settings.holes { punchHole(using: &generator) }
    for _ in 0..<settings.cracks { openCrack(using: &generator) }
    let hasEdge =
      switch settings.edge {
      case .always: true
      case .never: false
      case .evenChance: generator.uniform() < 0.5
      }
    if hasEdge { cutEdge(using: &generator) }
  }

  private mutating func layOut(using generator: inout SeededGenerator) {
    let pitch = settings.pitchNM
    let width = settings.widthNM
    let height = settings.heightNM
    let reach = hypot(width, height) / 2 + settings.marginNM + 2 * pitch
    let span = Int(reach / pitch) + 2
    angle = generator.uniform(0, .pi / 2)
    let waves = LatticeStrain(amplitude: 0.15 * pitch, using: &generator)
    let offset = Point(x: generator.uniform(0, pitch), y: generator.uniform(0, pitch))
    let cosine = cos(angle)
    let sine = sin(angle)
    let margin = settings.marginNM
    for i in -span...span {
      for j in -span...span {
        let site = latticeSite(i, j)
        let displacement = waves.displacement(at: site)
        let x = site.x + displacement.x + generator.normal(0, settings.positionJitter * pitch)
        let y = site.y + displacement.y + generator.normal(0, settings.positionJitter * pitch)
        let point = Point(
          x: cosine * x - sine * y + width / 2 + offset.x, y: sine * x + cosine * y + height / 2 + offset.y)
        let occupied = generator.uniform() > settings.vacancyShare
        guard occupied, point.x > -margin, point.x < width + margin, point.y > -margin, point.y < height + margin else {
          continue
        }
        points.append(point)
      }
    }
  }

  private func latticeSite(_ i: Int, _ j: Int) -> Point {
    let pitch = settings.pitchNM
    switch settings.lattice {
    case .square: return Point(x: Double(i) * pitch, y: Double(j) * pitch)
    case .hexagonal:
      return Point(x: (Double(i) + 0.5 * Double(j & 1)) * pitch, y: Double(j) * pitch * 3.0.squareRoot() / 2)
    }
  }

  private mutating func punchHole(using generator: inout SeededGenerator) {
    let centre = Point(x: generator.uniform(0, settings.widthNM), y: generator.uniform(0, settings.heightNM))
    let radius = generator.uniform(0.9, 2.2) * settings.pitchNM
    let elongation = generator.uniform(0.7, 1.4)
    points.removeAll { point in
      let u = (point.x - centre.x) / elongation
      let v = (point.y - centre.y) * elongation
      return u * u + v * v < radius * radius
    }
  }

  /// Moves the two sides of a crack apart; the opening dies away over 60 nm.
  private mutating func openCrack(using generator: inout SeededGenerator) {
    let centre = Point(x: generator.uniform(0, settings.widthNM), y: generator.uniform(0, settings.heightNM))
    let direction = generator.uniform(0, .pi)
    let halfOpening = generator.uniform(2, 5)
    let length = generator.uniform(40, 120)
    let cosine = cos(direction)
    let sine = sin(direction)
    for index in points.indices {
      let dx = points[index].x - centre.x
      let dy = points[index].y - centre.y
      let along = dx * cosine + dy * sine
      let across = dy * cosine - dx * sine
      guard abs(along) < length / 2, across != 0 else { continue }
      let shift = (across < 0 ? -halfOpening : halfOpening) * exp(-abs(across) / 60)
      points[index].x -= sine * shift
      points[index].y += cosine * shift
    }
  }

  private mutating func cutEdge(using generator: inout SeededGenerator) {
    let width = settings.widthNM
    let height = settings.heightNM
    let direction = generator.uniform(0, 2 * .pi)
    let offset = generator.uniform(0.18, 0.38) * min(width, height)
    let phase = generator.uniform(0, 6)
    let cosine = cos(direction)
    let sine = sin(direction)
    points.removeAll { point in
      let dx = point.x - width / 2
      let dy = point.y - height / 2
      let roughness = 4 * sin((dy * cosine - dx * sine) / 14 + phase)
      return dx * cosine + dy * sine + roughness >= offset
    }
  }
}

/// Two long sinusoidal waves of displacement, one for each direction.
struct LatticeStrain {
  private let amplitude: Double
  private let kx, ky, phase: [Double]

  init(amplitude: Double, using generator: inout SeededGenerator) {
    self.amplitude = amplitude
    // Wave numbers are normal: a typical wavelength is 120 nm.
    kx = (0..<2).map { _ in generator.normal(0, 2 * .pi / 120) }
    ky = (0..<2).map { _ in generator.normal(0, 2 * .pi / 120) }
    phase = (0..<2).map { _ in generator.uniform(0, 6.28) }
  }

  func displacement(at site: Point) -> Point {
    Point(
      x: amplitude * sin(kx[0] * site.x + ky[0] * site.y + phase[0]),
      y: amplitude * sin(kx[1] * site.x + ky[1] * site.y + phase[1]))
  }
}
