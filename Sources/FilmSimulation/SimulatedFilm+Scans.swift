// HAADF scans of a simulated film.

import Microscopy

extension SimulatedFilm {
  /// Projected thickness under the probe, nm of the film's own material, without noise: (rows, columns).
  public func thicknessMap() -> Raster { ThicknessMap.image(particles, settings) }

  /// A survey scan as a detector writes it: particles about 1 above the background, times gain, plus offset.
  public func fastScan(_ conditions: ScanConditions = .fast) -> Scan { scan(conditions, .fastScan) }

  /// The almost noise-free scan that goes with spectra.
  public func slowScan(_ conditions: ScanConditions = .slow) -> Scan { scan(conditions, .slowScan) }

  private func scan(_ conditions: ScanConditions, _ stream: Stream) -> Scan {
    var generator = stream.generator(seed)
    let image = ScanNoise.apply(thicknessMap(), conditions, using: &generator)
    let metadata = AcquisitionMetadata(
      channelName: "HAADF", dwellUS: conditions.dwellUS, fieldOfViewNM: max(settings.widthNM, settings.heightNM),
      rotationRad: 0, scanID: "simulated-\(seed)", voltageV: 60_000)
    return Scan(image: image, pixelSizeNM: settings.pixelSizeNM, metadata: metadata)
  }
}
