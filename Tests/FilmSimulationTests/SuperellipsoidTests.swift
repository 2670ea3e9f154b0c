// Volumes and depolarisation factors against closed forms.

import FilmSimulation
import Foundation
import Testing

@Suite struct SuperellipsoidTests {
  @Test func exponentTwoIsTheEllipsoid() {
    #expect(abs(Superellipsoid.volumeFactor(exponent: 2) - 4 * Double.pi / 3) < 1e-12)
  }

  @Test func largeExponentsApproachTheCuboid() {
    #expect(abs(Superellipsoid.volumeFactor(exponent: 1e4) - 8) < 1e-6)
    #expect(Superellipsoid.volumeFactor(exponent: 7) < 8)
  }

  @Test func depolarisationFallsFromSphereToCube() {
    #expect(abs(Superellipsoid.depolarisation(exponent: 2) - 1 / 3.0) < 1e-15)
    #expect(abs(Superellipsoid.depolarisation(exponent: 50) - 0.21) < 1e-12)
  }

  @Test func ellipsoidFactorsMatchTheClosedFormOfSpheroids() {
    let sphere = Superellipsoid.ellipsoidDepolarisation(3, 3, 3)
    #expect(sphere.allSatisfy { abs($0 - 1 / 3.0) < 1e-9 })
    for aspect in [1.5, 2, 3, 4] {
      let e = (1 - 1 / (aspect * aspect)).squareRoot()
      let along = (1 - e * e) / (e * e) * (atanh(e) / e - 1)
      let factors = Superellipsoid.ellipsoidDepolarisation(6 * aspect, 6, 6)
      #expect(abs(factors[0] - along) < 1e-6, "prolate \(aspect):1 \(factors[0]) against \(along)")
      #expect(abs(factors[1] - (1 - along) / 2) < 1e-6)
    }
    // Bohren and Huffman, figure 5.1: a 2:1 prolate spheroid has 0.1736.
    #expect(abs(Superellipsoid.ellipsoidDepolarisation(2, 1, 1)[0] - 0.1736) < 5e-5)
  }
}
