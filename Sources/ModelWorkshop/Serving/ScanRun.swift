// The round trip of a plain pair at every place of a lattice on a scan from a file.

import Im2Spec
import ImageProcessing
import MicroscopeFiles
import Microscopy
import Synchronization
import SystemPackage
import Triage

/// Tiles `step` pixels apart in both directions, the first in the scan's corner, in the bands that triage would take.
struct ScanRun: Sendable {
  private let networks: PairBands
  private let scan: Raster
  private let places: (rows: EvenIndices, columns: EvenIndices)
  let bands: GridBands
  let latentCount: Int

  /// - Parameters:
  ///   - weights: a pair in plain tensor names, or a bundle, whose first member runs; networks that see the tile alone.
  ///   - scan: NPY of shape (rows, columns), values as the networks see them.
  init(weights: String, scan path: String, step: Int) throws {
    let pair = try NetworkPair(contentsOf: weights)
    guard !pair.usesContext else {
      throw WorkshopError("\(weights): this network sees context, which a bare scan does not have")
    }
    networks = try PairBands(pair)
    latentCount = pair.latents
    let array = try NPYArray.read(FilePath(path))
    let edge = TileBatch.tileEdge
    guard array.shape.count == 2, array.shape.allSatisfy({ $0 >= edge }) else {
      throw WorkshopError("\(path): shape \(array.shape) is not (rows, columns) of at least \(edge)×\(edge)")
    }
    scan = Raster(rows: array.shape[0], columns: array.shape[1], values: array.values)
    func places(_ length: Int) -> EvenIndices {
      EvenIndices(first: edge / 2, step: step, count: (length - edge) / step + 1)
    }
    self.places = (places(scan.rows), places(scan.columns))
    bands = GridBands(self.places)
  }

  /// Rows and columns of tiles at stride 1.
  var windows: (rows: Int, columns: Int) {
    (scan.rows - TileBatch.tileEdge + 1, scan.columns - TileBatch.tileEdge + 1)
  }

  func count(_ band: Int) -> Int { bands[band].rows.count * bands[band].columns.count }

  /// The first bands, each by the next worker that has nothing to do.
  func run(bands count: Int, workers: Int) async {
    let taken = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<min(max(1, workers), count) {
        group.addTask {
          while let band = taken.next(below: count) { _ = roundTrip(band) }
        }
      }
    }
  }

  /// Latents, spectra, round-tripped tiles and their errors of one band, on the calling thread.
  func roundTrip(_ band: Int) -> BandRoundTrip {
    roundTrip(places.rows.part(bands[band].rows), places.columns.part(bands[band].columns))
  }

  /// The scan's first place alone.
  func firstPlace() -> BandRoundTrip { roundTrip(places.rows.part(0..<1), places.columns.part(0..<1)) }

  private func roundTrip(_ rows: EvenIndices, _ columns: EvenIndices) -> BandRoundTrip {
    let half = TileBatch.tileEdge / 2
    let top = rows.span.lowerBound - half
    let height = rows.span.count + TileBatch.tileEdge - 1
    let piece = Raster(
      rows: height, columns: scan.columns,
      values: Array(scan.values[top * scan.columns..<(top + height) * scan.columns]))
    return networks.roundTrip(
      TileBand(image: piece, rows: rows.relative(to: top), columns: columns, context: []), keepsSpectra: true)
  }
}

/// Hands out numbers from 0 on.
private final class Counter: Sendable {
  private let taken = Atomic<Int>(0)

  func next(below count: Int) -> Int? {
    let number = taken.wrappingAdd(1, ordering: .relaxed).oldValue
    return number < count ? number : nil
  }
}
