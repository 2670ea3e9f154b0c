// A console on a port of its own over a state directory that a test fills.

import Foundation
import OperatorConsole
import StrictJSON
import TargetStore

/// Serves until it goes.
final class ConsoleUnderTest {
  let folder: String
  let port: UInt16
  private let serving: Task<Void, any Error>

  init(
    limits: ServingLimits = ConsoleUnderTest.quick, token: String? = nil, names: [String] = [], folder: String? = nil
  ) throws {
    let folder = folder ?? FileManager.default.temporaryDirectory.path + "/console-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    self.folder = folder
    let file = try token.map { try Self.tokenFile($0, in: folder) }
    let server = try ConsoleServer(
      ConsoleSettings(state: folder + "/state", listen: "127.0.0.1:0", tokenFile: file, names: names), limits: limits)
    port = UInt16(server.addresses[0].split(separator: ":")[1]) ?? 0
    serving = Task { try await server.serve() }
  }

  deinit {
    serving.cancel()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Looks more often than in earnest, so that tests need not wait.
  static var quick: ServingLimits {
    var limits = ServingLimits()
    limits.lookInterval = .milliseconds(30)
    // Other tests may hold the threads that the server needs for a long while.
    (limits.requestTime, limits.idleTime, limits.writeTime) = (.seconds(300), .seconds(300), .seconds(300))
    return limits
  }

  static func tokenFile(_ token: String, in folder: String, mode: Int = 0o600) throws -> String {
    let path = folder + "/token"
    try Data(token.utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  func store() throws -> TargetStore { try TargetStore(directory: folder + "/state") }
  func reader() throws -> TargetStoreReader { try TargetStoreReader(directory: folder + "/state") }
  func client() throws -> Client { try Client(port: port) }

  func get(_ path: String, host: String? = nil, headers: [String] = []) async throws -> Answer {
    let client = try client()
    client.send(request("GET", path, host: host, headers: headers))
    return try await client.answer()
  }

  func post(
    _ path: String, _ body: String, headers: [String] = ["Content-Type: application/json", "EELScout-Console: 1"]
  ) async throws -> Answer {
    let client = try client()
    client.send(request("POST", path, headers: headers + ["Content-Length: \(body.utf8.count)"]) + body)
    return try await client.answer()
  }

  func mark(_ id: String, _ mark: String, by: String = "Ada", more: String = "") async throws -> Answer {
    try await post("/api/targets/\(id)/mark", #"{"mark": "\#(mark)", "by": "\#(by)"\#(more)}"#)
  }

  /// An open event stream, its head read.
  func events(since: String? = nil) async throws -> Client {
    let client = try client()
    client.send(request("GET", "/api/events", headers: since.map { ["Last-Event-ID: \($0)"] } ?? []))
    _ = try await client.text(until: "\r\n\r\n")
    return client
  }

  func request(_ method: String, _ path: String, host: String? = nil, headers: [String] = []) -> String {
    ([
      "\(method) \(path) HTTP/1.1", "Host: \(host ?? "127.0.0.1:\(port)")",
    ] + headers).joined(separator: "\r\n") + "\r\n\r\n"
  }
}

enum Sample {
  static let energies = (0..<40).map { 0.2 + 0.025 * Double($0) }
  static let hostile = #"<img src=x onerror=alert(1)>"&'"#

  static func scan(_ number: Int, verdict: DomainVerdict = .inside, reasons: [String] = []) -> ScanRecord {
    ScanRecord(
      contentSHA256: String(repeating: "0", count: 60) + String(1000 + number), rows: 200, columns: 300,
      pixelSizeNM: 1.5, verdict: verdict, reasons: reasons, modelID: "model-1",
      rulesSHA256: String(repeating: "c", count: 64), rulesRevision: "default r1", latencyMS: 600, energyEV: energies,
      spectrumUnits: "per training mean")
  }

  static func targets(_ count: Int) -> [TargetRecord] {
    (1...max(1, count)).prefix(count).map { rank in
      TargetRecord(
        rank: rank, row: rank % 200, column: 2 * rank % 300, xNM: 3 * Double(rank), yNM: 1.5 * Double(rank),
        xFraction: 0.25, yFraction: 0.75, widthNM: 24, heightNM: 24, kind: "error", priority: 1 / Double(rank),
        reason: "reason \(hostile)", dwellMS: 100, scores: [ScoreRecord(name: "novelty", raw: -1, standardised: 3)],
        predictedError: 0.01, predictedErrorLow: 0.004, predictedErrorHigh: 0.03,
        spectrum: energies.map { Float($0) }, roundTripTile: tile, tile: tile,
        spectrumSpread: energies.map { _ in 0.1 },
        neighbours: [NeighbourRecord(distance: 0.5, tile: tile)])
    }
  }

  static let tile = TileRecord(rows: 16, columns: 16, values: (0..<256).map { Float($0) / 256 })

  static func picture(_ name: PictureName) -> PictureRecord {
    PictureRecord(
      name: name, rows: 200, columns: 300, firstRow: 0, firstColumn: 0, rowStep: 1, columnStep: 1, low: -2, high: 6,
      values: (0..<60_000).map { UInt8($0 % 300 * 255 / 299) })
  }

  static func file(_ name: String) -> FileRecord {
    FileRecord(
      path: Array("/scans/\(name)".utf8), stamp: FileStamp(device: 1, inode: 42, size: 5, modifiedNS: 1, changedNS: 1))
  }
}

extension TargetStore {
  func add(_ number: Int, targets: Int = 3, name: String? = nil, verdict: DomainVerdict = .inside) throws {
    _ = try record(
      Sample.scan(number, verdict: verdict), targets: Sample.targets(targets),
      pictures: PictureName.allCases.map(Sample.picture), file: Sample.file(name ?? "scan_\(number).npy"))
  }
}
