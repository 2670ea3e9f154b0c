// What a format is, and which there are. A new one is a file in Formats/ and a line here.

/// What a format takes where nothing is asked for.
public enum ExportSelection: Sendable {
  /// The newest scan, and of it what is still to be acquired, `new` and `expired`: a beam is to go there next.
  case underTheBeam
  /// All targets of the newest scan.
  case newestScan
  case everything
}

/// A way to hand targets to another program.
public protocol ExportFormat: Sendable {
  /// As `--format` takes it.
  var name: String { get }
  /// Whose language it is.
  var program: String { get }
  /// Its coordinates, in words.
  var coordinates: String { get }
  /// What it holds unless asked otherwise.
  var selection: ExportSelection { get }
  /// Whether positions mean nothing without a pixel size.
  var needsNanometres: Bool { get }

  /// The list. The same targets give the same bytes.
  func text(_ export: TargetExport) -> String

  /// A ready program, in the language of the one that it is for, which reads the list at `path`; nil where the list itself
  /// is one, or none is needed.
  func snippet(listAt path: [UInt8]) -> String?
}

extension ExportFormat {
  public var selection: ExportSelection { .underTheBeam }
  public var needsNanometres: Bool { false }
  public func snippet(listAt path: [UInt8]) -> String? { nil }
}

/// Every format.
public enum ExportFormats {
  public static let all: [any ExportFormat] = [
    NionFormat(), SerialEMFormat(), DigitalMicrographFormat(), AutoScriptFormat(), HyperSpyFormat(), CSVFormat(),
    JSONFormat(),
  ]

  public static func named(_ name: String) -> (any ExportFormat)? { all.first { $0.name == name } }
}

extension ExportFormat {
  /// Why this format can't say what is to be exported, and what to do; nil when it can.
  public func obstacle(_ export: TargetExport) -> String? {
    guard needsNanometres, let scan = export.scans.first(where: { $0.scan.pixelSizeNM == nil }) else { return nil }
    let others = ExportFormats.all.filter { !$0.needsNanometres }.map(\.name).joined(separator: ", ")
    return
      "scan \(scan.scan.id) states no pixel size, and \(name) needs nm. Set scan.default_pixel_size_nm and let it be ranked "
      + "again, or use a format in pixels or fractions: \(others)"
  }
}
