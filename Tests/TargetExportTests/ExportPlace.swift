// A database with scans and targets to export, and Python to read what came out.

import Foundation
import Microscopy
import StrictJSON
import TargetExport
import TargetStore
import Testing

/// A state directory of its own, removed with the value.
final class ExportPlace: Sendable {
  let root: String
  private let store: TargetStore

  init() throws {
    root = FileManager.default.temporaryDirectory.path + "/target-export-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    store = try TargetStore(directory: root + "/state")
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func reader() throws -> TargetStoreReader { try TargetStoreReader(directory: root + "/state") }

  /// Records a scan of 40 rows and 60 columns at 1.5 nm with targets at `pixels`.
  @discardableResult
  func record(
    _ number: Int = 1, file: String = "/data/film.ndata1", pixels: [PixelPosition] = ExportPlace.pixels,
    pixelSizeNM: Double? = 1.5, rotationRad: Double? = nil, geometry: ScanGeometry? = nil,
    verdict: DomainVerdict = .inside, reasons: [String] = [], reason: String = "odd", version: Int64 = 1
  ) throws -> Int {
    let frame = ScanFrame(rows: 40, columns: 60, pixelSizeNM: pixelSizeNM)
    let scan = ScanRecord(
      contentSHA256: String(repeating: "0", count: 56) + String(format: "%08x", number), rows: 40, columns: 60,
      pixelSizeNM: pixelSizeNM, rotationRad: rotationRad, channelName: "HAADF", instrumentScanID: "scan-id-\(number)",
      verdict: verdict, reasons: reasons, modelID: "m", rulesSHA256: String(repeating: "c", count: 64),
      rulesRevision: "r", geometry: geometry?.json.text)
    let targets = pixels.enumerated().map { index, pixel in
      TargetRecord(
        rank: index + 1, row: pixel.row, column: pixel.column, xNM: frame.nanometres(of: pixel)?.x,
        yNM: frame.nanometres(of: pixel)?.y, xFraction: frame.fraction(of: pixel).x,
        yFraction: frame.fraction(of: pixel).y, kind: ["anchor", "anomaly", "error"][index % 3], priority: 0.5,
        reason: reason, dwellMS: 100, estimatedSeconds: 0.12, dosePerNM2: 5.5e6, visitOrder: pixels.count - index,
        fitsBudget: true)
    }
    let outcome = try store.record(
      scan, targets: targets,
      file: FileRecord(
        path: Array(file.utf8),
        stamp: FileStamp(device: 1, inode: UInt64(number), size: 1, modifiedNS: 1, changedNS: version)))
    guard case .recorded(let id) = outcome else { throw CocoaError(.fileWriteUnknown) }
    return id
  }

  /// Corners, and places whose row, column and their mirror images all differ.
  static let pixels = [
    PixelPosition(row: 0, column: 0), PixelPosition(row: 39, column: 59), PixelPosition(row: 7, column: 41),
    PixelPosition(row: 25, column: 3), PixelPosition(row: 12, column: 33),
  ]

  func export(_ name: String, _ request: ExportRequest = ExportRequest()) throws -> String {
    let format = try #require(ExportFormats.named(name))
    return format.text(try TargetExport(request, for: format, from: reader()))
  }

  /// What an independent reader makes of an export: `Tests/Exports/read_back.py`.
  func readBack(_ format: String, _ text: String) throws -> JSONValue {
    let file = root + "/export.\(format)"
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return try JSONValue.parse(python(["Tests/Exports/read_back.py", format, file]).utf8)
  }

  /// The output of a Python program.
  func python(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "python3 \(arguments.joined(separator: " "))")
    return text
  }

  static let hasPython: Bool = {
    let isThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")
    if !isThere { print("SKIPPED: exports read back by Python, because there is no /usr/bin/python3") }
    return isThere
  }()
}
