// Spectra with the image they were taken in: what training and evaluation work on.

import Im2Spec
import Microscopy
import StrictJSON

/// One film or spectrum image: a HAADF image and spectra at some of its pixels.
public struct SpectrumSet: Sendable {
  public var name: String
  /// In the detector's units.
  public var image: Raster
  public var pixelSizeNM: Double
  /// Energy of each channel, eV.
  public var energyEV: [Double]
  public var positions: [PixelPosition]
  /// (positions, channels), zero-loss tail removed.
  public var counts: [Float]
  /// (positions, channels) noise-free, where a simulation knows them.
  public var cleanCounts: [Float]?
  /// Fast scans of the same view, in the detector's units: what the networks will meet at work.
  public var fastScans: [Raster] = []
  /// What was done to raw spectra, as a bundle records it; null for spectra that came prepared.
  public var preparation = JSONValue.null
  /// The same in words, a line a step.
  public var notes: [String] = []

  public init(
    name: String, image: Raster, pixelSizeNM: Double, energyEV: [Double], positions: [PixelPosition], counts: [Float],
    cleanCounts: [Float]? = nil
  ) {
    self.name = name
    self.image = image
    self.pixelSizeNM = pixelSizeNM
    self.energyEV = energyEV
    self.positions = positions
    self.counts = counts
    self.cleanCounts = cleanCounts
  }

  public var channels: Int { energyEV.count }

  /// The best knowledge of the true spectra.
  var truthCounts: [Float] { cleanCounts ?? counts }

  /// The set with some of its positions only.
  public func subset(_ indices: [Int]) -> SpectrumSet {
    func rows(_ values: [Float]) -> [Float] {
      indices.flatMap { values[$0 * channels..<($0 + 1) * channels] }
    }
    var set = self
    set.positions = indices.map { positions[$0] }
    set.counts = rows(counts)
    set.cleanCounts = cleanCounts.map(rows)
    return set
  }

  /// The set as one scan alone saw it.
  func seen(in scan: Raster) -> SpectrumSet {
    var set = self
    set.image = scan
    set.fastScans = []
    return set
  }

  /// - Throws: `WorkshopError` naming values that nothing can be learned from.
  private func check() throws {
    if let index = counts.firstIndex(where: { !$0.isFinite }) {
      let channel = index % channels
      throw WorkshopError(
        "\(name): the spectrum at row \(positions[index / channels].row), column \(positions[index / channels].column) "
          + "is not a finite number in channel \(channel) (\(energyEV[channel]) eV); "
          + "interpolate dead channels, or cut the axis with --energy-min and --energy-max")
    }
    guard counts.contains(where: { $0 > 0 }) else {
      throw WorkshopError("\(name): no spectrum has counts above 0; check the dark reference and the zero-loss tail")
    }
  }

  /// Pairs of several sets as one training set.
  static func trainingSet(_ sets: [SpectrumSet]) throws -> TrainingSet {
    guard let first = sets.first else { throw WorkshopError("no spectra to train on") }
    var pairs = TrainingSet(channels: first.channels)
    for set in sets {
      guard set.channels == first.channels else {
        throw WorkshopError("\(set.name) has \(set.channels) channels, \(first.name) has \(first.channels)")
      }
      try set.check()
      do {
        try pairs.add(
          image: set.image, pixelSizeNM: set.pixelSizeNM, positions: set.positions, spectra: set.counts)
        for scan in set.fastScans {
          try pairs.add(
            image: scan, pixelSizeNM: set.pixelSizeNM, positions: set.positions, spectra: set.counts, isFastScan: true)
        }
      } catch { throw WorkshopError("\(set.name): \(error)") }
    }
    return pairs
  }
}

/// What went wrong at the bench, and what to do.
public struct WorkshopError: Error, CustomStringConvertible, Equatable {
  public var description: String

  public init(_ description: String) { self.description = description }
}
