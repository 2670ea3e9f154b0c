// Score maps and predicted spectra of a scan as files, and one picture of them.

import FoundationEssentials
import Im2Spec
import MicroscopeFiles
import Microscopy
import Pictures
import StrictJSON
import SystemPackage
import Triage

/// Writes `STEM.*` into a directory.
public struct ScoreMapFiles: Sendable {
  private let directory: FilePath

  /// Makes the directory where it is missing.
  public init(_ directory: FilePath) throws(CommandError) {
    self.directory = directory
    do {
      try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
    } catch {
      throw CommandError(.inputOutput, "\(directory): can't be made; check the path and its permissions")
    }
  }

  /// Writes what there is: a file that is no scan leaves nothing, a scan refused before it was scored the picture alone.
  public func write(_ file: TriagedFile) throws(CommandError) {
    guard let ranked = file.ranked else { return }
    let stem = file.path.stem ?? "scan"
    do {
      if let maps = ranked.result.maps {
        for (name, map) in Self.named(maps) {
          try NPYWriter.write(
            map.values, shape: [map.rows, map.columns], to: directory.appending("\(stem).\(name).npy"))
        }
      }
      if let grid = ranked.result.grid, let spectra = ranked.result.spectra {
        let shape = [grid.rows.count, grid.columns.count, file.engine.model.energyEV.count]
        try NPYWriter.write(spectra, shape: shape, to: directory.appending("\(stem).spectra.npy"))
        let description = Array((Self.description(grid, file.engine).text + "\n").utf8)
        let path = directory.appending("\(stem).grid.json").string
        try Data(description).write(to: URL(filePath: path), options: .atomic)
      }
      try PNGFile.write(try Self.sheet(file, ranked).render(), to: directory.appending("\(stem).png").string)
    } catch let error as CommandError {
      throw error
    } catch {
      throw CommandError(.inputOutput, "maps of \(file.path) can't be written: \(error)")
    }
  }

  private static func named(_ maps: ScoreMaps) -> [(name: String, map: Raster)] {
    [
      ("combined", maps.combined), ("round_trip", maps.roundTrip), ("novelty", maps.novelty),
      ("ensemble", maps.ensemble), ("predicted_error", maps.predictedError),
    ]
  }

  private static func description(_ grid: ScoringGrid, _ engine: TriageEngine) -> JSONValue {
    [
      "rows": JSONValue(grid.rows), "columns": JSONValue(grid.columns), "energy_ev": JSONValue(engine.model.energyEV),
      "units": .string(TriageEngine.spectrumUnits), "counts_per_unit": JSONValue(engine.model.countsPerUnit),
    ]
  }

  private static func sheet(_ file: TriagedFile, _ ranked: RankedScan) throws -> TargetSheet {
    let pixelSizeNM = ranked.scan.frame.pixelSizeNM
    let side = zip(ranked.tileEdgeNM, pixelSizeNM).map { Int(($0 / $1).rounded()) } ?? TileBatch.tileEdge
    return TargetSheet(
      title: "\(file.path.lastComponent?.string ?? "")  domain: \(ranked.result.verdict.rawValue)",
      scan: try ranked.scan.image.whole(), pixelSizeNM: pixelSizeNM, tileSide: side, kinds: TargetSheet.Kind.all,
      targets: ranked.result.targets.map {
        TargetSheet.Target(
          position: $0.position, number: $0.rank, kind: TargetSheet.Kind.index(of: $0.kind.rawValue))
      },
      maps: ranked.result.maps.map { maps in
        [
          TargetSheet.ScoreMap(title: "combined", values: maps.combined),
          TargetSheet.ScoreMap(title: "round trip", values: maps.roundTrip),
          TargetSheet.ScoreMap(title: "ensemble", values: maps.ensemble),
          TargetSheet.ScoreMap(title: "novelty", values: maps.novelty),
        ]
      } ?? [])
  }

  /// Both values, or nil where one is missing.
  private static func zip<A, B>(_ a: A?, _ b: B?) -> (A, B)? { a.flatMap { a in b.map { (a, $0) } } }
}
