// The `.emi` file beside TIA series: acquisition conditions as XML texts between its own records.

import SystemPackage

enum TIACompanion {
  /// What the companion says about one series.
  struct Conditions: Equatable {
    var id: String?
    var voltageV: Double?
    var dwellUS: Double?
    var rotationRad: Double?
    /// Name of the camera that took the images; nil for scans.
    var camera: String?
    var channel: String?
  }

  /// `<stem>_<n>.ser` belongs to the n-th object of `<stem>.emi`; nil when there is none, or nothing usable in it.
  static func find(beside series: FilePath, limits: FileLimits) -> Conditions? {
    guard let stem = series.stem, let underscore = stem.lastIndex(of: "_"),
      let number = Int(stem[stem.index(after: underscore)...]), number > 0,
      let name = FilePath.Component(String(stem[..<underscore]) + ".emi"),
      case .opened(let file)? = try? OpenedFile.open(series.removingLastComponent().appending(name)),
      file.count <= limits.companionBytes, let bytes = try? file.bytes(at: 0, count: file.count)
    else { return nil }
    let objects = objects(bytes, upTo: number)
    guard objects.count >= number else { return nil }
    return conditions(MarkupText(bytes: bytes[objects[number - 1]]))
  }

  /// The first texts from `<ObjectInfo>` to `</ObjectInfo>`.
  private static func objects(_ bytes: [UInt8], upTo number: Int) -> [Range<Int>] {
    let opening = Array("<ObjectInfo>".utf8)
    let closing = Array("</ObjectInfo>".utf8)
    var found: [Range<Int>] = []
    var start: Int?
    var index = 0
    while index < bytes.count, found.count < number {
      if bytes[index] == 0x3C {
        if start == nil, bytes[index...].starts(with: opening) {
          start = index + opening.count
        } else if let begin = start, bytes[index...].starts(with: closing) {
          found.append(begin..<index)
          start = nil
        }
      }
      index += 1
    }
    return found
  }

  private static func conditions(_ text: MarkupText) -> Conditions {
    let rotation = text.labelled("Stem rotation")
    return Conditions(
      id: text.element("Uuid"),
      voltageV: text.element("AcceleratingVoltage").flatMap(Double.init),
      dwellUS: text.element("DwellTimePath").flatMap(Double.init).map { $0 * 1e6 },
      rotationRad: rotation.flatMap(Double.init).map { $0 * .pi / 180 },
      camera: text.element("CameraNamePath"), channel: text.element("DetectorName"))
  }
}
