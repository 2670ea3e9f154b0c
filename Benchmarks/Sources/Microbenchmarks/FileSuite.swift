// Files in, rows out: looking at files of common formats, and committing a scan.

import Foundation
import MicroscopeFiles
import SystemPackage
import TargetStore

enum FileSuite {
  static func benchmarks(folder: FilePath, corpus: String?) throws -> [Benchmark] {
    let array = folder.appending("scan.npy")
    let scan = ScanSuite.lattice()
    try NPYWriter.write(scan.values, shape: [scan.rows, scan.columns], to: array)
    var files = [("NPY 512×512", array)]
    if let corpus { files += samples(corpus) }
    return try files.map { name, path in
      Benchmark(name: "look at a file (decode, check, hash), \(name)", unit: "file") {
        _ = try FileInspector().inspect(path)
      }
    } + [commit(folder)]
  }

  private static let formats = ["ndata", "h5", "hspy", "dm3", "dm4", "emd", "tif", "mrc", "ser"]

  /// The largest file of each format in a folder of samples.
  private static func samples(_ corpus: String) -> [(String, FilePath)] {
    let found = FileManager.default.enumerator(atPath: corpus)?.compactMap { $0 as? String } ?? []
    return formats.compactMap { format in
      let sized = found.filter { $0.hasSuffix("." + format) }.map { name in
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(corpus)/\(name)")
        return (name: name, size: (attributes?[.size] as? NSNumber)?.intValue ?? 0)
      }
      guard let largest = sized.filter({ $0.size < 64 << 20 }).max(by: { ($0.size, $1.name) < ($1.size, $0.name) })
      else {
        return nil
      }
      return (
        "\(FilePath(largest.name).lastComponent?.string ?? largest.name), \(largest.size >> 10) KiB",
        FilePath("\(corpus)/\(largest.name)")
      )
    }
  }

  private static func commit(_ folder: FilePath) throws -> Benchmark {
    let store = try TargetStore(directory: folder.appending("state").string)
    var number: Int64 = 0
    return Benchmark(name: "commit a scan with 26 targets and their spectra", unit: "scan") {
      number += 1
      let file = FileRecord(
        path: Array("/scans/\(number).npy".utf8),
        stamp: FileStamp(device: 1, inode: UInt64(number), size: 1 << 20, modifiedNS: number, changedNS: number))
      _ = try store.record(Records.scan(Int(number)), targets: (1...26).map(Records.target), file: file)
    }
  }
}

/// What the daemon would commit.
private enum Records {
  static let energies = (0..<128).map { 0.2 + Double($0) / 127 }

  static func scan(_ number: Int) -> ScanRecord {
    let digits = String(number, radix: 16)
    return ScanRecord(
      contentSHA256: String(repeating: "0", count: 64 - digits.count) + digits, rows: 512, columns: 512,
      pixelSizeNM: 1.5, rotationRad: nil, dwellUS: 10, channelName: "HAADF", instrumentScanID: nil, acquiredAt: nil,
      voltageV: 60_000, verdict: .inside, reasons: [], modelID: "model", rulesSHA256: String(repeating: "c", count: 64),
      rulesRevision: "1", backgroundLevel: 10, particleLevel: 100, latencyMS: 900, energyEV: energies,
      spectrumUnits: "arbitrary")
  }

  static func target(_ rank: Int) -> TargetRecord {
    TargetRecord(
      rank: rank, row: rank, column: rank, xNM: 1.5 * Double(rank), yNM: 1.5 * Double(rank), xFraction: 0.5,
      yFraction: 0.5, widthNM: 24, heightNM: 24, kind: "anomaly", priority: 1 / Double(rank),
      reason: "the ensemble disagrees", dwellMS: 100, novelty: 4, roundTripError: 5,
      scores: [ScoreRecord(name: "ensemble", raw: 0.5, standardised: 4)], predictedError: 0.03,
      predictedErrorLow: 0.01, predictedErrorHigh: 0.1, spectrum: energies.map(Float.init),
      roundTripTile: TileRecord(rows: 16, columns: 16, values: [Float](repeating: 0.5, count: 256)))
  }
}
