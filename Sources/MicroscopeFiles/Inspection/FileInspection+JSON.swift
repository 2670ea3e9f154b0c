// An inspection as the JSON of `eelscout inspect --json`.

import FoundationEssentials
import Microscopy
import StrictJSON
import SystemPackage

extension FileInspection {
  public var json: JSONValue {
    var members = FilePathJSON.members(path)
    members.append(.init("verdict", .string(verdict.rawValue)))
    members.append(.init("reason", .string(reason)))
    members.append(.init("format", JSONValue(format)))
    members.append(.init("content_sha256", JSONValue(contentSHA256)))
    members.append(.init("signals", .array(signals.map(\.json))))
    return .object(members)
  }
}

extension FileInspection.SignalSummary {
  fileprivate var json: JSONValue {
    [
      "name": .string(name),
      "kind": .string(kind.rawValue),
      "shape": JSONValue(shape),
      "dtype": .string(dtype),
      "sum": number(sum),
      "min": minimum.map(number) ?? .null,
      "max": maximum.map(number) ?? .null,
      "axes": .array(axes.map(Self.json)),
      "probes": .array(probes.map { ["index": JSONValue($0.index), "value": number($0.value)] }),
      "metadata": Self.json(metadata),
    ]
  }

  /// Integers print without a fraction while a double holds them exactly.
  private func number(_ value: Number) -> JSONValue {
    guard isInteger, let whole = Int(exactly: value.re), abs(whole) < 1 << 53 else { return value.json }
    return .int(whole)
  }

  private static func json(_ axis: Axis) -> JSONValue {
    [
      "name": .string(axis.name), "size": .int(axis.size), "scale": .double(axis.scale), "offset": .double(axis.offset),
      "units": .string(axis.units),
    ]
  }

  private static func json(_ metadata: AcquisitionMetadata) -> JSONValue {
    [
      "channel_name": JSONValue(metadata.channelName),
      "dwell_us": JSONValue(metadata.dwellUS),
      "field_of_view_nm": JSONValue(metadata.fieldOfViewNM),
      "rotation_rad": JSONValue(metadata.rotationRad),
      "acquired_at": JSONValue(metadata.acquiredAt),
      "scan_id": JSONValue(metadata.scanID),
      "voltage_v": JSONValue(metadata.voltageV),
    ]
  }
}

/// Paths are bytes; JSON is UTF-8.
public enum FilePathJSON {
  /// `path`, with U+FFFD where the bytes are not UTF-8, and then `path_bytes_b64` as well.
  public static func members(_ path: FilePath) -> [JSONValue.Member] {
    let bytes = path.withPlatformString { start in
      UnsafeBufferPointer(start: start, count: path.length).map { UInt8(bitPattern: $0) }
    }
    var members = [JSONValue.Member("path", .string(String(decoding: bytes, as: UTF8.self)))]
    if String(validating: bytes, as: UTF8.self) == nil {
      members.append(.init("path_bytes_b64", .string(Data(bytes).base64EncodedString())))
    }
    return members
  }
}
