// From triage's words to the database's.

import FolderWatching
import Microscopy
import SystemPackage
import TargetStore
import Triage

extension ScanRecord {
  init(_ ranked: RankedScan, contentSHA256: String, engine: TriageEngine, latencyMS: Double) {
    let (scan, result) = (ranked.scan, ranked.result)
    self.init(
      contentSHA256: contentSHA256, rows: scan.frame.rows, columns: scan.frame.columns,
      pixelSizeNM: scan.frame.pixelSizeNM, rotationRad: scan.frame.rotationRad, dwellUS: scan.metadata.dwellUS,
      channelName: scan.metadata.channelName, instrumentScanID: scan.metadata.scanID,
      acquiredAt: scan.metadata.acquiredAt, voltageV: scan.metadata.voltageV,
      verdict: StoredVerdict(result.verdict), reasons: result.reasons, modelID: engine.model.id,
      rulesSHA256: engine.rules.sha256, rulesRevision: engine.rules.identity,
      backgroundLevel: result.statistics.levels?.background, particleLevel: result.statistics.levels?.particle,
      latencyMS: latencyMS, energyEV: result.targets.isEmpty ? [] : engine.model.energyEV,
      spectrumUnits: TriageEngine.spectrumUnits, geometry: scan.metadata.geometry.map { $0.json.text },
      budget: BudgetReport.json(result.budget).text)
  }
}

extension ConditionsRecord {
  init(_ scan: ScanSource?) {
    self.init(
      rotationRad: scan?.metadata.rotationRad, dwellUS: scan?.metadata.dwellUS, channelName: scan?.metadata.channelName,
      instrumentScanID: scan?.metadata.scanID, acquiredAt: scan?.metadata.acquiredAt,
      voltageV: scan?.metadata.voltageV, geometry: scan?.metadata.geometry.map { $0.json.text })
  }
}

extension TriageEngine {
  /// The bundle's unit: 1.0 stands for `countsPerUnit` detector counts a channel at the training dwell.
  package static let spectrumUnits = "normalised counts"
}

extension StoredVerdict {
  init(_ verdict: RankedVerdict) {
    switch verdict {
    case .in: self = .inside
    case .marked: self = .marked
    case .refused: self = .refused
    }
  }
}

extension TargetRecord {
  init(_ target: RankedTarget, tileEdgeNM: Double?) {
    self.init(
      rank: target.rank, row: target.position.row, column: target.position.column, xNM: target.xNM, yNM: target.yNM,
      xFraction: target.xFraction, yFraction: target.yFraction, widthNM: tileEdgeNM, heightNM: tileEdgeNM,
      kind: target.kind.rawValue, priority: target.priority, reason: target.reason, dwellMS: target.dwellMS,
      novelty: target.rawScores["novelty"], roundTripError: target.rawScores["round_trip"],
      scores: target.scoreNames.map {
        ScoreRecord(name: $0, raw: target.rawScores[$0], standardised: target.standardisedScores[$0])
      },
      predictedError: target.predictedError, predictedErrorLow: target.predictedErrorInterval.lowerBound,
      predictedErrorHigh: target.predictedErrorInterval.upperBound, spectrum: target.spectrum,
      roundTripTile: TileRecord(target.roundTripTile),
      tile: TileRecord(target.tile), spectrumSpread: target.spectrumSpread.isEmpty ? nil : target.spectrumSpread,
      neighbours: target.similarTiles.map { NeighbourRecord(distance: $0.distance, tile: TileRecord($0.tile)) },
      estimatedSeconds: target.estimatedSeconds, dosePerNM2: target.dosePerNM2, visitOrder: target.visitOrder,
      fitsBudget: target.fitsBudget)
  }
}

extension TileRecord {
  init(_ tile: Raster) { self.init(rows: tile.rows, columns: tile.columns, values: tile.values) }
}

extension RankedTarget {
  /// Every score that has a raw or a standardised value, in alphabetical order.
  var scoreNames: [String] { Set(rawScores.keys).union(standardisedScores.keys).sorted() }
}

extension FilePath {
  /// The path as the file system has it.
  var bytes: [UInt8] { withPlatformString { start in (0..<length).map { UInt8(bitPattern: start[$0]) } } }
}

extension FileStamp {
  init(_ identity: FileIdentity) {
    self.init(
      device: identity.device, inode: identity.inode, size: identity.size, modifiedNS: identity.modifiedNS,
      changedNS: identity.changedNS)
  }
}

extension FileRecord {
  init(_ file: SettledFile) { self.init(path: file.path.bytes, stamp: FileStamp(file.identity)) }
}
