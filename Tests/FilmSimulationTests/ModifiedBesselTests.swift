// K0 and K1 against values of higher precision.

import FilmSimulation
import Foundation
import Testing

@Suite struct ModifiedBesselTests {
  /// mpmath 1.3 `besselk` at 25 digits.
  static let table: [(x: Double, k0: Double, k1: Double)] = [
    (0.0001, 9.3262719134502749, 9999.9995086864045),
    (0.001, 7.0236888005623813, 999.99623815608555),
    (0.01, 4.7212447301610949, 99.973894118296246),
    (0.1, 2.4270690247020166, 9.8538447808706056),
    (0.5, 0.92441907122766586, 1.6564411200033009),
    (1, 0.42102443824070833, 0.60190723019723457),
    (1.9, 0.12884597927604749, 0.15966015303266763),
    (2, 0.11389387274953344, 0.13986588181652243),
    (2.1, 0.10078374088996693, 0.1227464115335079),
    (3, 0.034739504386279248, 0.040156431128194184),
    (5, 0.0036910983340425943, 0.0040446134454521642),
    (8, 0.00014647070522281539, 0.00015536921180500113),
    (10, 1.7780062316167652e-5, 1.8648773453825585e-5),
    (15, 9.8195364823964345e-8, 1.0141729369762092e-7),
    (20, 5.7412378153365243e-10, 5.8830579695570382e-10),
    (30, 2.1324774964630564e-14, 2.1677320018915494e-14),
  ]

  @Test func agreesWithMpmathToThirteenDigits() {
    let bessel = ModifiedBessel()
    for row in Self.table {
      #expect(abs(bessel.k0(row.x) / row.k0 - 1) < 1e-13, "K0(\(row.x)) = \(bessel.k0(row.x))")
      #expect(abs(bessel.k1(row.x) / row.k1 - 1) < 1e-13, "K1(\(row.x)) = \(bessel.k1(row.x))")
    }
  }

  /// K_v(x) = ∫ exp(-x cosh t) cosh(vt) dt from 0 to ∞: the trapezoid rule converges exponentially.
  @Test func agreesWithTheIntegralRepresentationEverywhere() {
    let bessel = ModifiedBessel()
    for step in 0...400 {
      let x = 1e-4 * pow(3e5, Double(step) / 400)
      var k0 = 0.5 * exp(-x)
      var k1 = k0
      var t = 0.01
      while t < 20 {
        let weight = exp(-x * cosh(t))
        k0 += weight
        k1 += weight * cosh(t)
        t += 0.01
      }
      #expect(abs(bessel.k0(x) / (0.01 * k0) - 1) < 1e-11, "K0(\(x))")
      #expect(abs(bessel.k1(x) / (0.01 * k1) - 1) < 1e-11, "K1(\(x))")
    }
  }
}
