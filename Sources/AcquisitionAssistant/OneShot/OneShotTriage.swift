// Triage of files named on a command line: the daemon's ranking without its database.

import MicroscopeFiles
import Microscopy
import SystemPackage
import Triage

/// What one-shot triage is asked for, over what the configuration says.
public struct OneShotOptions: Sendable {
  public var model: FilePath?
  public var rules: FilePath?
  /// Ranked targets a file; anchors come on top. Nil for what the rules say.
  public var top: Int?
  /// Pixels of the model between scored places. Nil for what the rules say.
  public var stride: Int?
  /// For files that state no pixel size, nm.
  public var pixelSizeNM: Double?
  public var threads: Int?

  public static let topRange = 0...1_000
  public static let strideRange = 1...64

  public init() {}
}

/// Ranks files one after another.
public struct OneShotTriage: Sendable {
  package let engine: TriageEngine
  private let inspector: FileInspector

  /// Loads rules and model.
  /// - Throws: `CommandError` that says what is wrong with which file.
  public init(
    _ configuration: AssistantConfiguration, _ options: OneShotOptions,
    resources: PackageResources = PackageResources()
  ) throws(CommandError) {
    var configuration = configuration
    configuration.rules = options.rules ?? configuration.rules
    configuration.model = options.model ?? configuration.model
    var rules = try RulesFolder(try configuration.rulesDirectory(resources)).rules()
    rules.rankedTargets = options.top ?? rules.rankedTargets
    rules.stridePixels = options.stride ?? rules.stridePixels
    engine = try TriageEngine(
      model: try ModelFile.load(try configuration.modelFile(resources)), rules: rules,
      defaultPixelSizeNM: options.pixelSizeNM ?? configuration.defaultPixelSizeNM,
      threads: options.threads ?? configuration.threads,
      storage: UnnamedFiles(MemoryBudget(mebibytes: configuration.memoryMiB)))
    inspector = FileInspector(channels: configuration.channels)
  }

  /// Looks at one file and ranks it where it is a scan.
  /// - Parameter keepsMaps: also keep score maps and predicted spectra, for `ScoreMapFiles`.
  /// - Throws: `CommandError` where there is no such file or it can't be read; `CancellationError`.
  public func triage(_ path: FilePath, keepsMaps: Bool = false) async throws -> TriagedFile {
    var stopwatch = Stopwatch()
    let inspection: FileInspection
    do {
      inspection = try inspector.inspect(path)
    } catch {
      throw CommandError(error)
    }
    stopwatch.lap("read")
    guard inspection.verdict == .ready, let scan = inspection.scan else {
      return TriagedFile(
        path: path, inspection: inspection, ranked: nil, stagesMS: stopwatch.lapsMS, engine: engine)
    }
    let ranked: RankedScan
    do {
      ranked = try await engine.rank(scan, keepsMaps: keepsMaps)
    } catch let error where error is MicroscopeFileError || error is StorageTrouble {
      throw CommandError(error)
    }
    return TriagedFile(
      path: path, inspection: inspection, ranked: ranked, stagesMS: stopwatch.lapsMS + ranked.stagesMS, engine: engine)
  }
}

/// One file with what became of it.
public struct TriagedFile: Sendable {
  public let path: FilePath
  let inspection: FileInspection
  /// Nil for a file that is no scan, or not ready.
  let ranked: RankedScan?
  let stagesMS: [(stage: String, ms: Double)]
  let engine: TriageEngine

  /// Why there is nothing to rank; nil for a scan.
  public var fault: String? {
    ranked == nil ? "\(path) is not ready for triage (\(inspection.verdict.rawValue)): \(inspection.reason)" : nil
  }
}
