// What the beam excites only close to a particle: edge and corner modes, and the bulk plasmon.

import Foundation

/// Phenomenological local losses, added to those of the coupled dipoles.
struct LocalModes: Sendable {
  private static let edgeAmplitude = 5.0e-3
  /// For each nm of penetrated thickness.
  private static let bulkAmplitude = 1.1e-4 * 5

  private let sources: [Source]
  /// Lines (channels) of an edge mode and of a bulk plasmon, one pair for each optical kind of particle.
  private let lines: [(edge: [Float], bulk: [Float])]
  private let channels: Int

  private struct Source: Sendable {
    var particle: Particle
    var cosine, sine, reachSquared: Double
    var line: Int
  }

  private struct OpticalKind: Hashable {
    var plasmaEV, dampingEV, hostPermittivity: Double
  }

  init(_ particles: [Particle], grid: EnergyGrid) {
    var kinds: [OpticalKind: Int] = [:]
    var lines: [(edge: [Float], bulk: [Float])] = []
    var sources: [Source] = []
    for particle in particles where particle.metalResonanceEV == nil {
      let kind = OpticalKind(
        plasmaEV: particle.plasmaEV, dampingEV: particle.dampingEV, hostPermittivity: particle.hostPermittivity)
      let line = kinds[kind] ?? lines.count
      if line == lines.count {
        kinds[kind] = line
        lines.append(Self.lines(particle, grid))
      }
      let reach = 1.5 * max(particle.aNM, particle.bNM) + 16
      sources.append(
        Source(
          particle: particle, cosine: cos(particle.rotationRad), sine: sin(particle.rotationRad),
          reachSquared: reach * reach, line: line))
    }
    self.sources = sources
    self.lines = lines
    channels = grid.channels
  }

  private static func lines(_ particle: Particle, _ grid: EnergyGrid) -> (edge: [Float], bulk: [Float]) {
    func line(_ resonance: Double, _ damping: Double) -> [Float] {
      grid.broadened(
        grid.energies.map {
          lorentzian(squaredResonance: resonance * resonance, damping: damping, energy: $0) * resonance
            * particle.dampingEV
        }
      ).map(Float.init)
    }
    let background = FilmMaterial.backgroundPermittivity
    let edge = particle.plasmaEV / (background + 1.25 * particle.hostPermittivity).squareRoot()
    return (
      line(edge, 1.15 * particle.dampingEV), line(particle.plasmaEV / background.squareRoot(), particle.dampingEV)
    )
  }

  /// Adds the local losses at each point to `spectra`, (points, channels), probability for each eV.
  func add(to spectra: inout [Float], at points: ArraySlice<Point>) {
    for (row, point) in points.enumerated() {
      for source in sources {
        let dx = point.x - source.particle.xNM
        let dy = point.y - source.particle.yNM
        guard dx * dx + dy * dy < source.reachSquared else { continue }
        let strength = Self.strength(source.particle, point, source.cosine, source.sine)
        let edge = lines[source.line].edge
        let bulk = lines[source.line].bulk
        let start = row * channels
        for channel in 0..<channels {
          spectra[start + channel] += strength.edge * edge[channel] + strength.bulk * bulk[channel]
        }
      }
    }
  }

  private static func strength(
    _ particle: Particle, _ point: Point, _ cosine: Double, _ sine: Double
  ) -> (edge: Float, bulk: Float) {
    let (x, y) = particle.local(x: point.x, y: point.y, cosine: cosine, sine: sine)
    let u = abs(x) / particle.aNM
    let v = abs(y) / particle.bNM
    let n = particle.exponent
    let f = pow(u, n) + pow(v, n)
    let distance = (pow(f, 1 / n) - 1) * (particle.aNM * particle.bNM).squareRoot()
    let decay = distance > 0 ? exp(-distance / 3.5) : exp(distance / 3.0)
    let larger = max(u, v)
    // 1 at corners, 0 in the middle of a face.
    let corner = u * v / (larger * larger + 1e-9)
    let cubicity = min(max((n - 2) / 3, 0), 1)
    let edge = edgeAmplitude * particle.aNM * particle.bNM / 42 * decay * (0.45 + 0.55 * cubicity * corner)
    let thickness = f < 1 ? 2 * particle.cNM * pow(1 - f, 1 / n) : 0
    return (Float(edge), Float(bulkAmplitude * max(0, thickness - 1)))
  }
}
