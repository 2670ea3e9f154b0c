// One model, one set of rules, one way to rank a scan: the daemon and one-shot triage share it, so their lists agree.

import Im2Spec
import ImageProcessing
import Microscopy
import Triage

/// Everything that turns a decoded scan into targets.
public struct TriageEngine: Sendable {
  public let model: any RoundTripModel
  public let rules: TriageRules
  /// For files that state no pixel size.
  let defaultPixelSizeNM: Double?
  let threads: Int
  /// Where the scores of a scan lie while it is ranked.
  let storage: any RasterStorage
  let triage: ScanTriage

  /// - Throws: `CommandError` for a model that is not calibrated or does not fit together.
  public init(
    model: any RoundTripModel, rules: TriageRules, defaultPixelSizeNM: Double?, threads: Int,
    storage: any RasterStorage
  ) throws(CommandError) {
    self.model = model
    self.rules = rules
    self.defaultPixelSizeNM = defaultPixelSizeNM
    self.threads = threads
    self.storage = storage
    do {
      triage = try ScanTriage(model: model, rules: rules)
    } catch {
      throw CommandError(error)
    }
  }

  /// Ranks a scan; one without pixel size gets the default one.
  /// - Throws: `CancellationError`; `MicroscopeFileError` when its file can't be read any more; what the storage throws.
  func rank(_ scan: ScanSource, keepsMaps: Bool = false) async throws -> RankedScan {
    var scan = scan
    if scan.frame.pixelSizeNM == nil { scan.frame.pixelSizeNM = defaultPixelSizeNM }
    var stopwatch = Stopwatch()
    let result = try await triage.triage(
      scan, workers: threads, storage: storage, keepsMaps: keepsMaps, keepsSpectra: keepsMaps
    ) { stage in stopwatch.lap(stage.rawValue) }
    let picture = try ReducedImage.means(scan.image, side: RankedScan.pictureSide)
    stopwatch.lap("picture")
    return RankedScan(
      scan: scan, picture: picture, result: result, stagesMS: stopwatch.lapsMS,
      tileEdgeNM: tileEdgeNM(scan.frame.pixelSizeNM))
  }

  /// Edge on the specimen of the tile that a target stands for; finer scans are brought to the model's pixel first.
  private func tileEdgeNM(_ pixelSizeNM: Double?) -> Double? {
    pixelSizeNM.map { size in
      let isResampled = size / model.pixelSizeNM < 1 / rules.resamplePixelRatio
      return Double(TileBatch.tileEdge) * (isResampled ? model.pixelSizeNM : size)
    }
  }
}

/// A scan with its ranking.
struct RankedScan: Sendable {
  /// With the pixel size it was ranked with.
  let scan: ScanSource
  /// Means of as many of its pixels as make it small enough to keep and to look at.
  let picture: Raster
  let result: TriageResult
  /// Wall time of each stage, ms, in their order.
  let stagesMS: [(stage: String, ms: Double)]
  /// Edge of a target's tile, nm; nil without a pixel size.
  let tileEdgeNM: Double?

  /// Longest side of a kept picture, pixels.
  static let pictureSide = 512
}

/// Times stages that follow one another.
struct Stopwatch: Sendable {
  private var last: ContinuousClock.Instant
  private(set) var lapsMS: [(stage: String, ms: Double)] = []

  init(since start: ContinuousClock.Instant = .now) { last = start }

  mutating func lap(_ stage: String) {
    let now = ContinuousClock.now
    lapsMS.append((stage, (now - last).milliseconds))
    last = now
  }
}

extension Duration {
  var milliseconds: Double {
    Double(components.seconds) * 1e3 + Double(components.attoseconds) * 1e-15
  }
}
