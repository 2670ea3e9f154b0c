// The round trip of a plain pair at every place of a lattice on a scan from a file.

import Im2Spec
import ImageProcessing
import MicroscopeFiles
import Microscopy
import SystemPackage

/// Tiles `step` pixels apart in both directions, the first in the scan's corner; what overlaps is computed once.
struct ScanRun: Sendable {
  private let bands: PairBands
  private let scan: Raster
  private let step: Int
  let rows: Int
  let columns: Int
  let latentCount: Int

  /// Rows of tiles that one worker takes at once, as triage cuts a wide scan.
  static let bandRows = 16

  /// - Parameters:
  ///   - weights: a pair in plain tensor names, or a bundle, whose first member runs; networks that see the tile alone.
  ///   - scan: NPY of shape (rows, columns), values as the networks see them.
  init(weights: String, scan path: String, step: Int) throws {
    let pair = try NetworkPair(contentsOf: weights)
    guard !pair.usesContext else {
      throw WorkshopError("\(weights): this network sees context, which a bare scan does not have")
    }
    bands = try PairBands(pair)
    let array = try NPYArray.read(FilePath(path))
    let edge = TileBatch.tileEdge
    guard array.shape.count == 2, array.shape.allSatisfy({ $0 >= edge }) else {
      throw WorkshopError("\(path): shape \(array.shape) is not (rows, columns) of at least \(edge)×\(edge)")
    }
    scan = Raster(rows: array.shape[0], columns: array.shape[1], values: array.values)
    self.step = step
    rows = (scan.rows - edge) / step + 1
    columns = (scan.columns - edge) / step + 1
    latentCount = pair.latents
  }

  /// Rows and columns of tiles at stride 1.
  var windows: (rows: Int, columns: Int) {
    (scan.rows - TileBatch.tileEdge + 1, scan.columns - TileBatch.tileEdge + 1)
  }

  /// Whole bands with at least `count` places, or every row there is.
  func rows(holding count: Int) -> Int {
    let band = Self.bandRows * columns
    return min(rows, (count + band - 1) / band * Self.bandRows)
  }

  /// The first `rows` rows of places; worker w takes bands w, w + workers, …
  func run(rows: Int, workers: Int) async -> BandRoundTrip {
    let starts = Array(stride(from: 0, to: rows, by: Self.bandRows))
    var parts = [BandRoundTrip?](repeating: nil, count: starts.count)
    await withTaskGroup(of: [(Int, BandRoundTrip)].self) { group in
      for worker in 0..<min(max(1, workers), starts.count) {
        group.addTask {
          stride(from: worker, to: starts.count, by: workers).map { index in
            (index, roundTrip(starts[index]..<min(rows, starts[index] + Self.bandRows)))
          }
        }
      }
      for await done in group { for (index, part) in done { parts[index] = part } }
    }
    var result = BandRoundTrip(reserving: rows * columns)
    for part in parts { if let part { result.append(part) } }
    return result
  }

  private func roundTrip(_ places: Range<Int>) -> BandRoundTrip {
    let half = TileBatch.tileEdge / 2
    let first = places.lowerBound * step
    let height = (places.count - 1) * step + TileBatch.tileEdge
    let piece = Raster(
      rows: height, columns: scan.columns,
      values: Array(scan.values[first * scan.columns..<(first + height) * scan.columns]))
    return bands.roundTrip(
      TileBand(
        image: piece, rows: EvenIndices(first: half, step: step, count: places.count),
        columns: EvenIndices(first: half, step: step, count: columns), context: []),
      keepsSpectra: true)
  }
}
