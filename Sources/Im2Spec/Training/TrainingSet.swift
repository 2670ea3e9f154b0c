// Pairs of image and spectrum, ready for training.

import ImageProcessing
import Microscopy

/// Windows of normalised images, numbers about their surroundings, and scaled spectra at their centres.
public struct TrainingSet: Sendable {
  /// (count, 17, 17) normalised windows; the spectrum belongs to the centre (8, 8).
  public private(set) var windows: [Float] = []
  /// (count, 12) context features.
  public private(set) var context: [Float] = []
  /// (count, channels) counts.
  public private(set) var counts: [Float] = []
  /// Whether a pair's window comes from a fast scan and has its noise already.
  public private(set) var isFastScan: [Bool] = []
  public private(set) var count = 0
  public let channels: Int

  public init(channels: Int) { self.channels = channels }

  /// Adds the spectra of one film or spectrum image.
  /// - Parameters:
  ///   - image: HAADF in the detector's units; normalised here by its own levels.
  ///   - positions: pixels of the spectra; at least 8 from the top and left edges and 7 from the others.
  ///   - spectra: (positions, channels) counts.
  ///   - isFastScan: the image has the noise of a fast scan; none is added in training.
  public mutating func add(
    image: Raster, pixelSizeNM: Double, positions: [PixelPosition], spectra: [Float], isFastScan: Bool = false
  ) throws {
    precondition(spectra.count == positions.count * channels)
    let normalised = try ScanNormalisation.normalise(image, levels: try ScanNormalisation.levels(of: image))
    let features = ContextFeatures(normalised: normalised, pixelSizeNM: pixelSizeNM)
    context += features.values(at: positions)
    counts += spectra
    count += positions.count
    self.isFastScan += [Bool](repeating: isFastScan, count: positions.count)
    let half = TileBatch.tileEdge / 2
    for position in positions {
      for row in position.row - half...position.row + half {
        for column in position.column - half...position.column + half {
          // One line beyond the far edges repeats the last pixel.
          windows.append(normalised[min(row, normalised.rows - 1), min(column, normalised.columns - 1)])
        }
      }
    }
  }

  /// Positions of a raster at which a whole tile fits, every `step` pixels.
  public static func positions(rows: Int, columns: Int, step: Int = 1) -> [PixelPosition] {
    let half = TileBatch.tileEdge / 2
    return stride(from: half, to: rows - half + 1, by: step).flatMap { row in
      stride(from: half, to: columns - half + 1, by: step).map { PixelPosition(row: row, column: $0) }
    }
  }

  /// Pairs whose windows come from slow scans.
  public var slowScanIndices: [Int] { (0..<count).filter { !isFastScan[$0] } }

  /// Tiles of the pairs `indices`, as they stand.
  public func batch(_ indices: [Int], context usesContext: Bool) -> TileBatch {
    var features: [Float] = []
    for index in usesContext ? indices : [] {
      features += context[index * ContextFeatures.count..<(index + 1) * ContextFeatures.count]
    }
    return TileBatch(count: indices.count, tiles: tiles(indices, orientation: 0), context: features)
  }

  /// (indices, 16, 16) in one of the eight orientations.
  func tiles(_ indices: [Int], orientation: Int) -> [Float] {
    var tiles: [Float] = []
    tiles.reserveCapacity(indices.count * TileBatch.tilePixels)
    for index in indices {
      TileAugmentation.appendTile(of: windows, index: index, orientation: orientation, to: &tiles)
    }
    return tiles
  }

  /// (indices, channels) in the scaler's units.
  public func spectra(_ indices: [Int], _ scaler: SpectrumScaler) -> [Float] {
    let factor = Float(1 / scaler.countsPerUnit)
    var values: [Float] = []
    values.reserveCapacity(indices.count * channels)
    for index in indices {
      for i in index * channels..<(index + 1) * channels { values.append(counts[i] * factor) }
    }
    return values
  }
}
