// Places of a film that stand for its parts: particle, gap, hole, outside, edge.

import ImageProcessing
import Microscopy

/// What a place stands for.
enum PlaceKind: String, CaseIterable, Sendable {
  case particle, gap, hole, outside, edge

  /// The rule by which the image alone chooses the place.
  var rule: String {
    switch self {
    case .particle:
      "deep in the film, the local maximum of the smoothed image whose brightness is the median of all such maxima"
    case .gap:
      "deep in the film, the local minimum of the smoothed image whose brightness is the median of all such minima"
    case .hole: "farthest from the film in a vacuum region that does not touch the image's border"
    case .outside: "farthest from the film in a vacuum region that touches the image's border"
    case .edge:
      "among the gaps (local minima of the smoothed image) within reach of vacuum, the one with the median distance"
    }
  }

  var missing: String {
    switch self {
    case .particle: "no particle lies deep in the film"
    case .gap: "no gap lies deep in the film"
    case .hole: "no vacuum region is closed within the image"
    case .outside: "no vacuum region reaches the image's border"
    case .edge: "no gap lies near vacuum"
    }
  }
}

/// The parts of a film as its image shows them, and the choice of places by stated rules.
///
/// Film and vacuum are those of the context features: film where the 3×3 mean of the normalised image is above 0.5, vacuum
/// where the film's coverage under a Gaussian of 7.5 nm is below 0.30. No spectrum and no prediction has a say.
struct FilmPlaces: Sendable {
  /// Smoothed enough that a particle has one maximum.
  private let smooth: Raster
  /// Distance to vacuum, nm; infinite without vacuum.
  private let depthNM: Raster
  /// Distance to the film of vacuum pixels, nm.
  private let voidNM: Raster
  /// 0 no vacuum, 1 closed within the image, 2 touching its border.
  private let vacuum: [UInt8]

  private static let coverageSigmaNM = 7.5
  private static let vacuumCoverage: Float = 0.30
  private static let smoothingNM = 1.2
  /// Deep in the film: more than a particle away from vacuum, of the study's 13-nm particles.
  private static let deepNM: Float = 18
  private static let edgeNM: ClosedRange<Float> = 0.1...10
  /// Brightness of gaps and particles in the normalised image.
  private static let gapBrightness: Float = 0.6
  private static let particleBrightness: Float = 0.6

  init(normalised: Raster, pixelSizeNM: Double) {
    let (rows, columns) = (normalised.rows, normalised.columns)
    let film = MeanFilter.apply(normalised, window: 3, border: .reflect).map { $0 > 0.5 ? 1 : 0 }
    let coverage = GaussianFilter.apply(film, sigma: Self.coverageSigmaNM / pixelSizeNM, border: .nearest)
    let isVacuum = coverage.values.map { $0 < Self.vacuumCoverage }
    let scale = Float(pixelSizeNM)
    smooth = GaussianFilter.apply(normalised, sigma: Self.smoothingNM / pixelSizeNM, border: .reflect)
    depthNM = DistanceTransform.euclidean(of: isVacuum.map { !$0 }, rows: rows, columns: columns).map { $0 * scale }
    voidNM = DistanceTransform.euclidean(of: film.values.map { $0 == 0 }, rows: rows, columns: columns)
      .map { $0 * scale }
    vacuum = Self.regions(isVacuum, rows: rows, columns: columns)
  }

  /// Vacuum pixels by whether their region (four neighbours) touches the border.
  private static func regions(_ isVacuum: [Bool], rows: Int, columns: Int) -> [UInt8] {
    var kinds: [UInt8] = isVacuum.map { $0 ? 1 : 0 }
    var waiting = isVacuum.indices.filter { index in
      let (row, column) = (index / columns, index % columns)
      return isVacuum[index] && (row == 0 || column == 0 || row == rows - 1 || column == columns - 1)
    }
    for index in waiting { kinds[index] = 2 }
    while let index = waiting.popLast() {
      let (row, column) = (index / columns, index % columns)
      for (r, c) in [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
      where (0..<rows).contains(r) && (0..<columns).contains(c) && kinds[r * columns + c] == 1 {
        kinds[r * columns + c] = 2
        waiting.append(r * columns + c)
      }
    }
    return kinds
  }

  /// The place of a kind among `candidates`; nil where the image has none.
  func place(_ kind: PlaceKind, among candidates: [PixelPosition]) -> PixelPosition? {
    switch kind {
    case .particle:
      return median(
        candidates.filter { depthNM[$0] >= Self.deepNM && smooth[$0] > Self.particleBrightness && isExtreme($0, 1) },
        by: smooth)
    case .gap:
      return median(
        candidates.filter { depthNM[$0] >= Self.deepNM && smooth[$0] < Self.gapBrightness && isExtreme($0, -1) },
        by: smooth)
    case .edge:
      return median(
        candidates.filter {
          Self.edgeNM.contains(depthNM[$0]) && smooth[$0] < Self.gapBrightness && isExtreme($0, -1)
        }, by: depthNM)
    case .hole: return farthest(candidates.filter { vacuum[$0.row * smooth.columns + $0.column] == 1 })
    case .outside: return farthest(candidates.filter { vacuum[$0.row * smooth.columns + $0.column] == 2 })
    }
  }

  /// Whether no neighbour (of up to eight) is higher, for `sign` 1, or lower, for −1.
  private func isExtreme(_ position: PixelPosition, _ sign: Float) -> Bool {
    let value = smooth[position]
    for row in max(0, position.row - 1)...min(smooth.rows - 1, position.row + 1) {
      for column in max(0, position.column - 1)...min(smooth.columns - 1, position.column + 1) {
        if sign * (smooth[row, column] - value) > 0 { return false }
      }
    }
    return true
  }

  /// The position whose value is the median one; the upper-left of equals.
  private func median(_ positions: [PixelPosition], by values: Raster) -> PixelPosition? {
    guard !positions.isEmpty else { return nil }
    let ordered = positions.sorted { (values[$0], $0.row, $0.column) < (values[$1], $1.row, $1.column) }
    return ordered[(ordered.count - 1) / 2]
  }

  private func farthest(_ positions: [PixelPosition]) -> PixelPosition? {
    positions.max { (voidNM[$0], -$0.row, -$0.column) < (voidNM[$1], -$1.row, -$1.column) }
  }
}
