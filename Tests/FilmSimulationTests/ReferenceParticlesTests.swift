// Twelve particles of every kind against the published Python simulator, number by number.

import FilmSimulation
import Microscopy
import Testing

/// The expected numbers come from the reference code's `sim.haadf_clean` and `counts_mean(eels(…))`
/// (numpy 2.4, scipy 1.17) for exactly these particles.
@Suite struct ReferenceParticlesTests {
  static let flat: [Particle] = [
    Particle(xNM: 9, yNM: 10, aNM: 6.6, bNM: 6.2, cNM: 6.5, exponent: 5.1, rotationRad: 0.30),
    Particle(xNM: 24.5, yNM: 9, aNM: 6.1, bNM: 6.9, cNM: 6.4, exponent: 2.4, rotationRad: 0.45),
    Particle(xNM: 40, yNM: 11, aNM: 6.4, bNM: 6.4, cNM: 6.3, exponent: 6.2, rotationRad: 0.2),
    Particle(
      xNM: 10, yNM: 26, aNM: 7, bNM: 6.5, cNM: 6.8, exponent: 4.2, rotationRad: 0.25, plasmaEV: 1.80 * 0.75,
      kind: .anomalous(.dopant)),
    Particle(
      xNM: 25, yNM: 25.5, aNM: 6.5, bNM: 6.4, cNM: 6.2, exponent: 3.8, rotationRad: 0.33, dampingEV: 0.14,
      hostPermittivity: 3.9, shellNM: 1.1, kind: .anomalous(.shell)),
    Particle(
      xNM: 41, yNM: 27, aNM: 5.4, bNM: 5.6, cNM: 5.3, exponent: 2.2, rotationRad: 0.1, haadfWeight: 2.5,
      metalResonanceEV: 2.4, kind: .anomalous(.highZ)),
    Particle(
      xNM: 9.5, yNM: 41, aNM: 6.5, bNM: 6.3, cNM: 6.4, exponent: 5.5, rotationRad: 0.05, kind: .anomalous(.fused)),
    Particle(
      xNM: 21.4, yNM: 41.6, aNM: 6.6, bNM: 6.5, cNM: 6.3, exponent: 4.9, rotationRad: 0.05, kind: .anomalous(.fused)),
    Particle(xNM: 39, yNM: 46, aNM: 19, bNM: 6.2, cNM: 6.2, exponent: 4, rotationRad: 0.7, kind: .anomalous(.rod)),
    Particle(xNM: -20, yNM: -15, aNM: 6.4, bNM: 6.6, cNM: 6.5, exponent: 5, rotationRad: 0.4),
    Particle(xNM: 90, yNM: 70, aNM: 6.4, bNM: 6.6, cNM: 6.5, exponent: 2, rotationRad: 1.1),
  ]
  static let onTop = Particle(
    xNM: 12, yNM: 12.5, zNM: 14.5, aNM: 6.2, bNM: 6, cNM: 6.5, exponent: 5.1, rotationRad: 1.2,
    kind: .anomalous(.overlap))

  static let positions = [
    (6, 6), (0, 0), (16, 17), (27, 13), (30, 24), (18, 27), (12, 30), (33, 35), (7, 8),
  ].map { PixelPosition(row: $0.0, column: $0.1) }
  static let channels = [0, 20, 35, 45, 60, 70, 90, 127]

  /// At `channels`, then the sum over all 128: one row a position.
  static let flatCounts: [[Double]] = [
    [15.77015, 97.35036, 88.14565, 101.7169, 73.30043, 42.74347, 149.5066, 5.752148, 8430.276],
    [13.62034, 78.40488, 125.137, 129.7787, 54.62701, 26.38756, 5.591828, 1.429965, 5671.301],
    [15.04737, 212.5942, 125.4137, 188.7968, 159.7457, 94.65021, 155.9374, 10.86078, 14428.66],
    [27.66225, 347.674, 271.2897, 176.2052, 130.6915, 83.29057, 152.483, 7.634166, 17122.64],
    [44.03728, 127.349, 95.44077, 69.16855, 56.39852, 37.37502, 141.7626, 5.591269, 8430.961],
    [14.97269, 154.1239, 125.796, 132.091, 96.86002, 30.17151, 7.205224, 1.943494, 7894.787],
    [10.69025, 96.27347, 185.7609, 191.7857, 128.0154, 60.33881, 11.23691, 2.922233, 8930.305],
    [109.3308, 270.9575, 68.7233, 72.47259, 199.2731, 121.8164, 17.72412, 3.735202, 11585.0],
    [16.25651, 103.9829, 153.4109, 256.9075, 147.3443, 69.90159, 152.9285, 7.071642, 12698.66],
  ]
  static let stackedCounts: [[Double]] = [
    [18.29669, 115.9214, 173.6748, 213.5644, 117.9297, 79.925, 296.0753, 11.02889, 14693.2],
    [14.14168, 81.66743, 139.152, 183.7469, 72.77914, 33.79463, 7.188929, 1.823125, 6919.999],
    [15.2427, 211.5365, 135.9789, 217.7758, 177.7744, 100.8622, 157.2032, 11.15742, 15309.16],
    [27.71945, 346.8643, 275.9332, 189.6566, 135.5921, 84.73955, 152.8485, 7.725134, 17436.2],
    [44.05077, 126.8509, 99.19837, 76.33677, 58.42966, 38.01575, 141.9324, 5.633461, 8595.003],
    [14.95996, 153.0089, 129.4552, 143.6457, 101.0858, 31.40237, 7.510486, 2.018665, 8148.539],
    [10.68408, 95.5961, 188.4549, 203.9132, 131.2003, 61.34173, 11.50421, 2.990352, 9164.801],
    [109.3176, 271.8688, 70.67947, 75.7578, 200.2782, 122.1253, 17.80471, 3.754709, 11684.05],
    [17.56242, 112.4156, 179.6786, 259.7778, 178.1588, 98.47633, 298.627, 11.76337, 16594.45],
  ]

  static func film(_ particles: [Particle]) throws -> SimulatedFilm {
    var settings = FilmSettings()
    settings.rows = 34
    settings.columns = 36
    return try SimulatedFilm(particles: particles, seed: 1, settings: settings)
  }

  @Test func thicknessMapEqualsTheReference() throws {
    let map = try Self.film(Self.flat + [Self.onTop]).thicknessMap()
    let expected: [(Int, Int, Double)] = [
      (6, 6, 27.045732),
      (0, 0, 1.2),
      (16, 17, 13.782171),
      (27, 13, 13.798079),
      (30, 24, 13.588179),
      (18, 27, 27.359034),
      (12, 30, 1.203182),
      (33, 35, 3.839683),
      (7, 8, 26.961939),
      (5, 0, 1.200116),
      (11, 11, 4.927152),
      (17, 3, 14.156018),
      (24, 24, 8.920504),
    ]
    for (row, column, thickness) in expected {
      #expect(abs(Double(map[row, column]) - thickness) < 2e-5, "row \(row), column \(column): \(map[row, column])")
    }
    let values = map.values.map(Double.init)
    #expect(abs(mean(values) - 8.233908885255186) < 1e-5)
    #expect(abs(deviation(values) - 6.86900692154515) < 1e-5)
  }

  @Test(arguments: [false, true])
  func spectraEqualTheReference(stacked: Bool) async throws {
    let film = try Self.film(stacked ? Self.flat + [Self.onTop] : Self.flat)
    let spectra = try await film.spectra(at: Self.positions)
    #expect(Self.flatCounts.count == Self.positions.count && Self.stackedCounts.count == Self.positions.count)
    for (index, expected) in (stacked ? Self.stackedCounts : Self.flatCounts).enumerated() {
      let spectrum = spectra[index * 128..<(index + 1) * 128].map(Double.init)
      let found = Self.channels.map { spectrum[$0] } + [spectrum.reduce(0, +)]
      for (a, b) in zip(found, expected) {
        #expect(abs(a / b - 1) < 2e-5, "position \(Self.positions[index]): \(a) against \(b)")
      }
    }
  }
}
