// Plants anomalies into a film.

import Foundation
import SeededRandom

/// A film's particles while anomalies are planted into them.
struct AnomalyPlanting {
  private(set) var particles: [Particle]
  private(set) var anomalies: [Anomaly] = []
  private let settings: FilmSettings
  private var generator: SeededGenerator

  init(_ particles: [Particle], settings: FilmSettings, generator: SeededGenerator) {
    self.particles = particles
    self.settings = settings
    self.generator = generator
    for kind in drawKinds() { plant(kind) }
  }

  private mutating func drawKinds() -> [AnomalyKind] {
    switch settings.anomalies {
    case .listed(let kinds): return kinds
    case .random(let visible, let invisible):
      return draw(visible, from: AnomalyKind.visible) + draw(invisible, from: AnomalyKind.invisible)
    }
  }

  private mutating func draw(_ count: Int, from kinds: [AnomalyKind]) -> [AnomalyKind] {
    var drawn: [AnomalyKind] = []
    while drawn.count < count { drawn += generator.permutation(kinds.count).map { kinds[$0] } }
    return Array(drawn.prefix(count))
  }

  /// Plants nothing where no ordinary, well surrounded particle is left far enough from the other anomalies.
  private mutating func plant(_ kind: AnomalyKind) {
    let seeds = candidates()
    guard !seeds.isEmpty else { return }
    let seed = seeds[generator.index(below: seeds.count)]
    let members =
      switch kind {
      case .fused: fuse(seed)
      case .rod: growRod(seed)
      case .highZ: turnIntoMetal(seed)
      case .overlap: putOnTop(seed)
      case .dopant: dope(seed)
      case .shell: coat(seed)
      }
    anomalies.append(Anomaly(kind: kind, members: members))
  }

  private func candidates() -> [Int] {
    let border = 18.0
    let spacing = 34.0
    let taken = anomalies.map(\.centreNM)
    return particles.indices.filter { index in
      let particle = particles[index]
      guard particle.kind == .normal, particle.zNM == 0,
        particle.xNM > border, particle.xNM < settings.widthNM - border,
        particle.yNM > border, particle.yNM < settings.heightNM - border,
        taken.allSatisfy({ particle.distance(x: $0.x, y: $0.y) > spacing })
      else { return false }
      // The particle counts itself: four neighbours within 24 nm.
      return particles.lazy.filter { $0.distance(x: particle.xNM, y: particle.yNM) < 24 }.prefix(5).count == 5
    }
  }

  /// Indices by distance from a particle, itself first.
  private func nearest(to seed: Int) -> [Int] {
    let centre = particles[seed]
    let distances = particles.map { $0.distance(x: centre.xNM, y: centre.yNM) }
    return particles.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
  }

  private mutating func fuse(_ seed: Int) -> [Particle] {
    let normalNeighbours = nearest(to: seed).filter { $0 != seed && particles[$0].kind == .normal }
    let neighbours = normalNeighbours.prefix(generator.uniform() < 0.6 ? 1 : 2)
    for index in neighbours {
      let centre = particles[seed]
      let direction = atan2(particles[index].yNM - centre.yNM, particles[index].xNM - centre.xNM)
      let contact = 0.5 * (centre.aNM + centre.bNM + particles[index].aNM + particles[index].bNM) * 0.93
      particles[index].xNM = centre.xNM + contact * cos(direction)
      particles[index].yNM = centre.yNM + contact * sin(direction)
      particles[index].rotationRad = direction
      particles[seed].rotationRad = direction
    }
    let members = [seed] + neighbours
    for index in members { particles[index].kind = .anomalous(.fused) }
    return members.map { particles[$0] }
  }

  private mutating func growRod(_ seed: Int) -> [Particle] {
    let length = generator.uniform(34, 50)
    let width = generator.uniform(11, 14)
    let direction = generator.uniform(0, .pi)
    let rod = Particle(
      xNM: particles[seed].xNM, yNM: particles[seed].yNM, aNM: length / 2, bNM: width / 2, cNM: width / 2, exponent: 4,
      rotationRad: direction, kind: .anomalous(.rod))
    let cosine = cos(direction)
    let sine = sin(direction)
    particles.removeAll { particle in
      let (along, across) = rod.local(x: particle.xNM, y: particle.yNM, cosine: cosine, sine: sine)
      return abs(along) < length / 2 + 0.75 * particle.aNM && abs(across) < width / 2 + 0.75 * particle.aNM
    }
    particles.append(rod)
    return [rod]
  }

  private mutating func turnIntoMetal(_ seed: Int) -> [Particle] {
    let shrink = generator.uniform(0.7, 1.0)
    particles[seed].aNM *= shrink
    particles[seed].bNM *= shrink
    particles[seed].cNM *= shrink
    particles[seed].exponent = 2.2
    particles[seed].haadfWeight = generator.uniform(2.0, 3.0)
    particles[seed].metalResonanceEV = 2.4
    particles[seed].kind = .anomalous(.highZ)
    return [particles[seed]]
  }

  private mutating func putOnTop(_ seed: Int) -> [Particle] {
    var top = particles[seed]
    top.zNM = top.cNM * 2 + 1.5
    top.xNM += generator.normal(0, 4)
    top.yNM += generator.normal(0, 4)
    top.aNM *= generator.uniform(0.9, 1.1)
    top.bNM *= generator.uniform(0.9, 1.1)
    top.rotationRad = generator.uniform(0, 1.57)
    top.kind = .anomalous(.overlap)
    particles.append(top)
    return [top]
  }

  private mutating func dope(_ seed: Int) -> [Particle] {
    let count = 1 + generator.index(below: 3)
    let factor = generator.uniform() < 0.5 ? generator.uniform(0.70, 0.82) : generator.uniform(1.18, 1.30)
    return change(seed, count, to: .dopant) { particle, _ in
      particle.plasmaEV = FilmMaterial.plasmaEV * factor
    }
  }

  private mutating func coat(_ seed: Int) -> [Particle] {
    let count = 2 + generator.index(below: 3)
    let permittivity = generator.uniform(3.2, 4.6)
    return change(seed, count, to: .shell) { particle, generator in
      particle.hostPermittivity = permittivity
      particle.dampingEV = 0.14
      particle.shellNM = generator.uniform(0.8, 1.5)
    }
  }

  /// Changes those of the `count` nearest particles that are still ordinary.
  private mutating func change(
    _ seed: Int, _ count: Int, to kind: AnomalyKind, _ apply: (inout Particle, inout SeededGenerator) -> Void
  ) -> [Particle] {
    let members = nearest(to: seed).prefix(count).filter { particles[$0].kind == .normal }
    for index in members {
      apply(&particles[index], &generator)
      particles[index].kind = .anomalous(kind)
    }
    return members.map { particles[$0] }
  }
}
