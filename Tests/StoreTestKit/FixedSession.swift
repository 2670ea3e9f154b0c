// A database that is the same every time: a morning with a ranked, a marked and a refused scan, and hands at work.

import Foundation
import Synchronization
import TargetStore

/// A state directory of its own, removed when the value goes.
public final class FixedSession: Sendable {
  public let folder: String
  public var state: String { folder + "/state" }

  /// When the first scan came: 2026-03-14, 09:26:53 UTC.
  public static let start = Date(timeIntervalSince1970: 1_773_480_413)
  /// A name that would be markup, and turn the text's direction, if anybody let it.
  public static let hostileName = "film <b onclick='x()'>&\"\u{202E}02.npy"
  public static let hostileReason = "contamination </td><script>alert(1)</script>"

  public init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/fixed-session-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // A second goes by with every look at the clock.
    let seconds = Mutex(-1.0)
    let clock: @Sendable () -> Date = {
      Self.start.addingTimeInterval(
        seconds.withLock {
          $0 += 1; return $0
        })
    }
    let store = try TargetStore(directory: folder + "/state", clock: clock)
    try store.begin(
      DaemonRun(
        version: "0.1.0", modelID: "aa4b2bdd0e0d", rulesSHA256: String(repeating: "c0de", count: 16),
        rulesRevision: "default r1"))
    let pictures = [Self.picture(.scan, 40, 60, step: 2), Self.picture(.combined, 17, 27, step: 4)]
    _ = try store.record(Self.scan(1), targets: Self.targets, pictures: pictures, file: Self.file("film-01.npy", 1))
    _ = try store.record(
      Self.scan(2, verdict: .marked, reasons: ["pixels of 2.1 nm are 1.4 times the model’s; rank with care"]),
      targets: Array(Self.targets.prefix(2)), pictures: pictures, file: Self.file(Self.hostileName, 2))
    _ = try store.record(
      Self.scan(3, verdict: .refused, reasons: ["no pixel size; set default_pixel_size_nm"], isSized: false),
      targets: [], pictures: [pictures[0]], file: Self.file("noise.npy", 3))
    try store.recordFailure(Self.file("flat.tif", 4), state: .rejected, reason: "every pixel has the same value")
    try store.heartbeat(DaemonReport(state: .ok, status: "watching /scans"), isTrial: true)
    let desk = try ClaimDesk(directory: folder + "/state", clock: clock)
    _ = try desk.claim(ClaimRequest(by: "night-script", leaseSeconds: 600, top: 2, scan: "1"))
    _ = try desk.mark("1-1", .done, by: "night-script", spectrumFile: "/spectra/1-1.dm4")
    _ = try desk.mark("1-3", .skip, by: "alice", why: "charging")
    _ = try desk.mark("2-1", .reject, by: "bob", why: Self.hostileReason)
    try store.end(why: "stopped by SIGTERM")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Records one more scan, as the daemon would.
  public func add(_ number: Int) throws {
    let store = try TargetStore(directory: state)
    _ = try store.record(
      Self.scan(number), targets: Array(Self.targets.prefix(1)), file: Self.file("film-0\(number).npy", Int64(number)))
  }

  public static let energies = (0..<32).map { 0.2 + 0.03125 * Double($0) }

  static func scan(
    _ number: Int, verdict: DomainVerdict = .inside, reasons: [String] = [], isSized: Bool = true
  ) -> ScanRecord {
    ScanRecord(
      contentSHA256: String(repeating: "0\(number)", count: 32), rows: 80, columns: 120,
      pixelSizeNM: isSized ? 1.5 : nil, rotationRad: number == 1 ? 0.5 : nil, dwellUS: 4, channelName: "HAADF",
      instrumentScanID: "9f3c", acquiredAt: "2026-03-14T10:26:51+01:00", voltageV: 60_000, verdict: verdict,
      reasons: reasons, modelID: "aa4b2bdd0e0d", rulesSHA256: String(repeating: "c0de", count: 16),
      rulesRevision: "default r1", backgroundLevel: 12.5, particleLevel: 80, latencyMS: 100 * Double(number),
      energyEV: verdict == .refused ? [] : energies, spectrumUnits: "normalised counts")
  }

  static let targets: [TargetRecord] = [
    target(1, "anchor", row: 40, column: 60, "control place of ordinary film, spread over the scan"),
    target(2, "anomaly", row: 12, column: 100, "unlike the training films: ensemble spread +5.1, novelty +3.5"),
    target(3, "error", row: 66, column: 20, "likely to be predicted badly: round trip +4.1"),
  ]

  private static func target(_ rank: Int, _ kind: String, row: Int, column: Int, _ reason: String) -> TargetRecord {
    let spectrum = energies.map { Float(0.8 * exp(-pow(($0 - 0.45 - 0.05 * Double(rank)) / 0.12, 2))) }
    return TargetRecord(
      rank: rank, row: row, column: column, xNM: 1.5 * Double(column), yNM: 1.5 * Double(row),
      xFraction: (Double(column) + 0.5) / 120, yFraction: (Double(row) + 0.5) / 80, widthNM: 24, heightNM: 24,
      kind: kind, priority: Double(4 - rank) / 3, reason: reason, dwellMS: 100, novelty: -1.25, roundTripError: -2.5,
      scores: [
        ScoreRecord(name: "combined", raw: nil, standardised: Double(rank) * 2),
        ScoreRecord(name: "novelty", raw: -1.25, standardised: 0.75 * Double(rank)),
        ScoreRecord(name: "round_trip", raw: -2.5, standardised: -0.5),
      ], predictedError: 0.004 * Double(rank), predictedErrorLow: 0.0015 * Double(rank),
      predictedErrorHigh: 0.0125 * Double(rank), spectrum: spectrum, roundTripTile: tile(0.5), tile: tile(0),
      spectrumSpread: spectrum.map { $0 * 0.1 },
      neighbours: (1...3).map { NeighbourRecord(distance: 0.25 * Double($0), tile: tile(0.1 * Float($0))) })
  }

  private static func tile(_ shift: Float) -> TileRecord {
    TileRecord(
      rows: 16, columns: 16, values: (0..<256).map { ($0 / 16 / 6 + $0 % 16 / 6) % 2 == 0 ? 1 - shift : shift })
  }

  /// A checked pattern: squares of light and dark.
  static func picture(_ name: PictureName, _ rows: Int, _ columns: Int, step: Double) -> PictureRecord {
    PictureRecord(
      name: name, rows: rows, columns: columns, firstRow: (step - 1) / 2, firstColumn: (step - 1) / 2, rowStep: step,
      columnStep: step, low: -1.5, high: 8.25,
      values: (0..<rows * columns).map { index in
        let (row, column) = (index / columns, index % columns)
        return UInt8(((row / 5 + column / 5) % 2 == 0 ? 200 : 40) + row % 5 * 5)
      })
  }

  private static func file(_ name: String, _ version: Int64) -> FileRecord {
    FileRecord(
      path: Array("/scans/\(name)".utf8),
      stamp: FileStamp(device: 1, inode: 42, size: 5000, modifiedNS: 1, changedNS: version))
  }
}
