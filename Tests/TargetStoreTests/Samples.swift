// Records and folders to test with.

import Foundation
import GRDB
import TargetStore

/// A folder of its own for a test, removed with it. What to put in is named by the test.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/target-store-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A state directory that the store makes itself.
  var state: String { path + "/state" }
  var database: String { state + "/eelscout.sqlite" }

  /// A connection that the store knows nothing of, as any other program would have it.
  func outsider(_ path: String? = nil) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    return try DatabaseQueue(path: path ?? database, configuration: configuration)
  }
}

enum Sample {
  static let energies = (0..<120).map { 0.05 * Double($0) }

  /// 64 hexadecimal digits that begin with the number.
  static func hash(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits + String(repeating: "ab", count: 28)
  }

  static func scan(_ number: Int, verdict: DomainVerdict = .inside, reasons: [String] = []) -> ScanRecord {
    ScanRecord(
      contentSHA256: hash(number), rows: 62, columns: 75, pixelSizeNM: 1.75, rotationRad: 0.5, dwellUS: 4,
      channelName: "HAADF", instrumentScanID: "9f3c", acquiredAt: "2024-05-06T07:08:09+02:00", voltageV: 100_000,
      verdict: verdict, reasons: reasons, modelID: "context-1", rulesSHA256: String(repeating: "c", count: 64),
      rulesRevision: "7", backgroundLevel: 12.5, particleLevel: 80, latencyMS: 812.5, energyEV: energies,
      spectrumUnits: "arbitrary")
  }

  static func target(_ rank: Int) -> TargetRecord {
    TargetRecord(
      rank: rank, row: rank % 62, column: 2 * rank % 75, xNM: 3.5 * Double(rank), yNM: 1.75 * Double(rank),
      xFraction: 0.25, yFraction: 0.75, widthNM: 28, heightNM: 28, kind: "anomaly", priority: 1 / Double(rank),
      reason: "round trip 5.1 σ above ordinary film", dwellMS: 200, novelty: 4.25, roundTripError: 5.125,
      scores: [
        ScoreRecord(name: "novelty", raw: -1.5, standardised: 4.25),
        ScoreRecord(name: "round_trip", raw: .nan, standardised: nil),
      ], predictedError: 0.03125, predictedErrorLow: 0.015625, predictedErrorHigh: 0.125,
      spectrum: energies.map { Float($0) * 0.5 + Float(rank) },
      roundTripTile: TileRecord(rows: 16, columns: 16, values: (0..<256).map { Float($0) / 256 }),
      tile: TileRecord(rows: 16, columns: 16, values: (0..<256).map { Float(255 - $0) }),
      spectrumSpread: energies.map { Float($0) * 0.25 },
      neighbours: (0..<3).map { place in
        NeighbourRecord(
          distance: 0.5 * Double(place),
          tile: TileRecord(rows: 16, columns: 16, values: [Float](repeating: Float(place), count: 256)))
      }, estimatedSeconds: 0.25, dosePerNM2: 1e6, visitOrder: rank, fitsBudget: rank % 2 == 1)
  }

  /// A picture of 2 × 3 pixels.
  static func picture(_ name: PictureName, values: [UInt8] = [0, 1, 2, 253, 254, 255]) -> PictureRecord {
    PictureRecord(
      name: name, rows: 2, columns: 3, firstRow: 0.5, firstColumn: 1.5, rowStep: 31, columnStep: 25, low: -1.25,
      high: 8, values: values)
  }

  static func targets(_ count: Int) -> [TargetRecord] { (0..<count).map { target($0 + 1) } }

  static func file(_ name: String, version: Int64 = 1) -> FileRecord {
    FileRecord(
      path: Array("/scans/\(name)".utf8),
      stamp: FileStamp(device: .max, inode: 42, size: 5000, modifiedNS: -1, changedNS: version))
  }
}

/// The code of the error that `body` throws; nil when it throws none.
func code(_ body: () throws -> Void) -> TargetStoreError.Code? {
  do {
    try body()
    return nil
  } catch let error as TargetStoreError {
    return error.code
  } catch {
    return TargetStoreError.Code(rawValue: "not a TargetStoreError: \(error)")
  }
}
