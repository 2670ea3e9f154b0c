// A scan ranked in memory, in the database's words: what a page shows of a scan that is in no database.

import Microscopy
import TargetStore

/// Verdict, targets and pictures of one scan.
package struct RankedRecords: Sendable {
  package let verdict: StoredVerdict
  package let reasons: [String]
  package let targets: [TargetRecord]
  package let pictures: [PictureName: PictureRecord]
  /// What the networks say of the places that were asked for.
  package let places: [TargetRecord]
  /// Of a target's tile, pixels of the scan.
  package let tileSide: Double
}

extension TriageEngine {
  /// Ranks a scan, and looks at some more of its pixels.
  package func records(of scan: ScanSource, alsoAt positions: [PixelPosition] = []) async throws -> RankedRecords {
    let ranked = try await rank(scan)
    let places =
      positions.isEmpty
      ? [] : try await triage.look(at: positions, in: ranked.scan, workers: threads, storage: storage)
    var pictures: [PictureName: PictureRecord] = [:]
    for picture in PictureRecord.all(ranked) { pictures[picture.name] = picture }
    return RankedRecords(
      verdict: StoredVerdict(ranked.result.verdict), reasons: ranked.result.reasons,
      targets: ranked.result.targets.map { TargetRecord($0, tileEdgeNM: ranked.tileEdgeNM) }, pictures: pictures,
      places: places.map { TargetRecord($0, tileEdgeNM: ranked.tileEdgeNM) },
      tileSide: (ranked.tileEdgeNM ?? 16) / (ranked.scan.frame.pixelSizeNM ?? 1))
  }
}
