// The room's front door: a path goes in, a verdict with its reason and whatever could be decoded comes out.

import Microscopy
import SystemPackage

/// Looks at files as the daemon does.
public struct FileInspector: Sendable {
  private let limits: FileLimits
  private let channels: ChannelRule

  public init(limits: FileLimits = FileLimits(), channels: ChannelRule = ChannelRule()) {
    self.limits = limits
    self.channels = channels
  }

  /// Inspects one file; bad content is a verdict, never an error.
  ///
  /// - Parameter probes: row-major indices whose values are wanted; one that does not fit a data set is skipped for it.
  /// - Throws: `MicroscopeFileError` when there is no such file or the system refuses to open it.
  public func inspect(_ path: FilePath, probes: [[Int]] = []) throws(MicroscopeFileError) -> FileInspection {
    switch try OpenedFile.open(path) {
    case .refused(let reason):
      return refusal(path, .rejected(reason), format: nil)
    case .opened(let file):
      if let reason = FileNames.reasonToIgnore(path) ?? reasonAsSidecar(path) {
        return refusal(path, .ignored(reason), format: nil)
      }
      guard file.count > 0 else {
        return refusal(path, .incomplete("it is empty: nothing has been written yet"), format: nil)
      }
      return inspect(file, probes: probes)
    }
  }

  private func inspect(_ file: OpenedFile, probes: [[Int]]) -> FileInspection {
    var format: String?
    do throws(DecodeFailure) {
      let decoded = try decode(file) { format = $0 }
      let result = try result(file.path, decoded.content, format: decoded.format, probes: probes)
      guard file.isUnchanged else { throw .incomplete("it changed while it was read: still being written") }
      return result
    } catch {
      let failure = file.isUnchanged ? error : .incomplete("it changed while it was read: still being written")
      return refusal(file.path, failure, format: format)
    }
  }

  /// Reads a file by the first reader that recognises it.
  /// - Parameter recognised: called with the format's name before anything is decoded.
  func decode(
    _ file: OpenedFile, recognised: (String?) -> Void = { _ in }
  ) throws(DecodeFailure) -> (format: String, content: DecodedFile) {
    let limits = limits.startingNow()
    var candidate = try FileCandidate(file)
    if HDF5Layout.isHDF5(candidate.head) {
      recognised("hdf5")
      candidate.hdf5 = try HDF5Layout.of(file, limits: limits)
    }
    guard let reader = FormatReaders.reader(for: candidate) else {
      let (failure, name) = UnreadFormats.verdict(on: candidate, size: file.count)
      recognised(name)
      throw failure
    }
    recognised(reader.format)
    return (reader.format, try reader.read(file, limits: limits))
  }

  private func refusal(_ path: FilePath, _ failure: DecodeFailure, format: String?) -> FileInspection {
    FileInspection(
      path: path, verdict: .init(failure.kind), reason: failure.reason, format: format, contentSHA256: nil, signals: [],
      scan: nil, isLive: false, isTooLarge: failure.isTooLarge)
  }

  /// The `.json` beside an `.npy` belongs to it.
  private func reasonAsSidecar(_ path: FilePath) -> String? {
    guard path.extension?.lowercased() == "json" else { return nil }
    var array = path
    array.extension = "npy"
    guard (try? array.stat(flags: .symlinkNoFollow)) != nil else { return nil }
    return "sidecar of \(array.lastComponent?.string ?? "an array"), read together with it"
  }

  private func result(
    _ path: FilePath, _ decoded: DecodedFile, format: String, probes: [[Int]]
  ) throws(DecodeFailure) -> FileInspection {
    var statistics: [PixelStatistics] = []
    for signal in decoded.signals { statistics.append(try PixelStatistics(signal.pixels)) }
    let (chosen, outcome) = choice(decoded.signals, statistics, fileName: path.stem ?? "")
    var summaries: [FileInspection.SignalSummary] = []
    for (signal, statistics) in zip(decoded.signals, statistics) {
      summaries.append(try summary(signal, statistics, probes: probes))
    }
    var verdict = FileInspection.Verdict.ready
    var reason = ""
    var scan: ScanSource?
    switch outcome {
    case _ where decoded.incompleteReason != nil:
      verdict = .incomplete
      reason = decoded.incompleteReason ?? ""
    case .refused(let failure):
      verdict = .init(failure.kind)
      reason = failure.reason
    case .ready(let pixelSizeNM):
      let shape = chosen.pixels.shape
      reason = Self.readiness(shape, pixelSizeNM: pixelSizeNM)
      let image = try PixelRaster.source(chosen.pixels, of: path, limits: limits)
      scan = ScanSource(image: image, pixelSizeNM: pixelSizeNM, metadata: chosen.scanMetadata)
    }
    return FileInspection(
      path: path, verdict: verdict, reason: reason, format: format, contentSHA256: try ContentHash.sha256(chosen),
      signals: summaries, scan: scan, isLive: decoded.isLive, isTooLarge: false)
  }

  /// The data set that decides about the file: the first image to triage, else the one that came nearest to it.
  ///
  /// - Precondition: readers deliver at least one data set.
  private func choice(
    _ signals: [Signal], _ statistics: [PixelStatistics], fileName: String
  ) -> (Signal, ScanJudgement.Outcome) {
    let judgement = ScanJudgement(limits: limits, channels: channels, fileName: fileName)
    let outcomes = zip(signals, statistics).map { ($0, judgement.judge($0, $1)) }
    func rank(_ outcome: ScanJudgement.Outcome) -> Int {
      switch outcome {
      case .ready: 0
      case .refused(let failure): failure.kind == .incomplete ? 1 : failure.kind == .rejected ? 2 : 3
      }
    }
    return outcomes.dropFirst().reduce(outcomes[0]) { rank($1.1) < rank($0.1) ? $1 : $0 }
  }

  private static func readiness(_ shape: [Int], pixelSizeNM: Double?) -> String {
    let image = "an image of \(shape[0]) × \(shape[1]) pixels"
    guard let pixelSizeNM else {
      return "\(image), but the file states no pixel size: set default_pixel_size_nm, or it is not ranked"
    }
    return "\(image) of \(ScanJudgement.short(pixelSizeNM)) nm"
  }

  private func summary(
    _ signal: Signal, _ statistics: PixelStatistics, probes: [[Int]]
  ) throws(DecodeFailure) -> FileInspection.SignalSummary {
    var found: [FileInspection.Probe] = []
    for index in probes {
      if let value = try signal.pixels.value(at: index) {
        found.append(FileInspection.Probe(index: index, value: value))
      }
    }
    return FileInspection.SignalSummary(
      name: signal.name, kind: signal.kind, shape: signal.pixels.shape, dtype: signal.pixels.type.rawValue,
      sum: statistics.sum, minimum: statistics.minimum, maximum: statistics.maximum, axes: signal.axes,
      probes: found, metadata: signal.metadata, isInteger: signal.pixels.type.isInteger)
  }
}

extension FileInspection.Verdict {
  fileprivate init(_ kind: DecodeFailure.Kind) {
    switch kind {
    case .incomplete: self = .incomplete
    case .rejected: self = .rejected
    case .ignored: self = .ignored
    }
  }
}
