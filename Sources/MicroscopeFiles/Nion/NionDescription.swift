// The JSON with which Nion Swift describes a data item, in its library, its exports and its sidecars.

import Microscopy
import StrictJSON

/// A data item's description: `dimensional_calibrations` in the library, `spatial_calibrations` in exports.
struct NionDescription {
  let json: JSONValue

  private var metadata: JSONValue? { json["metadata"] }
  private var scan: JSONValue? { metadata?["scan"] }
  /// Exports repeat `metadata.hardware_source` under `properties`.
  private var hardware: JSONValue? { metadata?["hardware_source"] ?? json["properties"] }

  /// Whether the document describes a data item at all.
  var isDataItem: Bool {
    json["dimensional_calibrations"] != nil || json["spatial_calibrations"] != nil || metadata?.members != nil
  }

  /// Nion Swift creates items with empty `metadata` and fills them in when the data arrive.
  var isPlaceholder: Bool { (metadata ?? json).members?.isEmpty ?? true }

  /// Nion Swift's live items: each frame takes the place of the one before.
  var isTemporary: Bool { json["category"]?.string == "temporary" }

  /// The data set that the description and an array make together, and why it is not finished yet.
  func signal(
    _ pixels: PixelData, fallbackName: String
  ) throws(DecodeFailure) -> (Signal, incompleteReason: String?) {
    let isColour = ColourImage.isLikely(pixels)
    let (axes, mismatch) = axes(pixels.shape, isColour: isColour)
    let pixelSize = axes.count == 2 ? PixelSize(row: axes[0], column: axes[1]) : .unknown
    let signal = Signal(
      name: json["title"]?.string ?? fallbackName, kind: isColour ? .image : kind(axes), pixels: pixels, axes: axes,
      metadata: acquisition(pixelSize, shape: pixels.shape), isColour: isColour, notAScan: notAScan)
    if let mismatch { return (signal, mismatch) }
    return (signal, try unfinishedRows(pixels))
  }

  private func axes(_ shape: [Int], isColour: Bool) -> ([Axis], mismatch: String?) {
    let entries = (json["dimensional_calibrations"] ?? json["spatial_calibrations"])?.array ?? []
    let spatial = isColour ? shape.dropLast() : shape[...]
    var axes = Signal.plainAxes(shape)
    if let stated = json["data_shape"]?.array?.map({ $0.int ?? -1 }), stated != shape, stated != Array(spatial) {
      return (axes, "its metadata describe an array of \(stated), but it holds \(shape): being rewritten")
    }
    guard entries.isEmpty || entries.count == spatial.count || entries.count == shape.count else {
      return (axes, "its metadata calibrate \(entries.count) dimensions of \(spatial.count): being rewritten")
    }
    for (dimension, entry) in entries.enumerated() {
      // A calibration that is not a usable line is none: taking half of it would give a wrong pixel size.
      let scale = entry["scale"].map { $0.double ?? .nan } ?? 1
      let offset = entry["offset"].map { $0.double ?? .nan } ?? 0
      guard scale.isFinite, scale != 0, offset.isFinite else { continue }
      axes[dimension].scale = scale
      axes[dimension].offset = offset
      axes[dimension].units = entry["units"]?.string ?? ""
    }
    return (axes, nil)
  }

  private func kind(_ axes: [Axis]) -> SignalKind {
    guard let collection = json["collection_dimension_count"]?.int, let datum = json["datum_dimension_count"]?.int
    else {
      return Signal.kind(axes: axes)
    }
    let isSequence = json["is_sequence"]?.bool ?? false
    guard (isSequence ? 1 : 0) + collection + datum == axes.count else { return Signal.kind(axes: axes) }
    return switch (isSequence, collection, datum) {
    case (false, 0, 1): .spectrum
    case (false, 0, 2): Signal.kind(axes: axes)
    case (false, 1, 1), (false, 2, 1): .spectrumImage
    case (true, 0, 2), (false, 1, 2): .imageSeries
    default: .other
    }
  }

  private func acquisition(_ pixelSize: PixelSize, shape: [Int]) -> AcquisitionMetadata {
    // `fov_nm` of a subscan is its context's, so the calibration comes first.
    let calibrated = pixelSize.nanometres.map { $0 * Double(shape.max() ?? 0) }
    return AcquisitionMetadata(
      channelName: hardware?["channel_name"]?.string,
      dwellUS: hardware?["pixel_time_us"]?.double,
      fieldOfViewNM: calibrated ?? scan?["fov_nm"]?.double,
      rotationRad: scan?["rotation"]?.double,
      acquiredAt: acquiredAt,
      scanID: scan?["scan_id"]?.string,
      voltageV: metadata?["instrument"]?["high_tension"]?.double,
      geometry: scan.flatMap { scan in
        NionContext.geometry(number: { scan[$0]?.double }, pair: { PlanePoint(scan[$0]) })
      })
  }

  /// The library writes UTC without saying so, exports local time with its zone as `+hhmm`.
  private var acquiredAt: String? {
    if let created = json["created"]?.string { return created.hasSuffix("Z") ? created : created + "Z" }
    guard let original = json["datetime_original"], let local = original["local_datetime"]?.string else { return nil }
    guard let zone = original["tz"]?.string, zone.utf8.count == 5 else { return local }
    return local + zone.prefix(3) + ":" + zone.suffix(2)
  }

  private var notAScan: String? {
    guard let hardware, hardware["channel_name"] == nil else { return nil }
    let kind = hardware["signal_type"]?.string?.lowercased() ?? ""
    guard hardware["pixel_time_us"] == nil, !kind.contains("adf") else { return nil }
    let source = hardware["hardware_source_name"]?.string ?? hardware["hardware_source_id"]?.string
    guard source != nil || !kind.isEmpty else { return nil }
    return "it comes from \(source ?? "a \(kind) detector"), not from a scan channel"
  }

  /// `valid_rows` short of the image: a scan in progress, or one that was stopped.
  ///
  /// The images that belong to a finished spectrum image keep the count of their first delivery although all rows are
  /// there, so for items that are not live only rows without data count as missing.
  private func unfinishedRows(_ pixels: PixelData) throws(DecodeFailure) -> String? {
    guard let rows = pixels.shape.first, pixels.shape.count == 2,
      let valid = hardware?["valid_rows"]?.int ?? scan?["valid_rows"]?.int, valid < rows
    else { return nil }
    let reason = "only \(valid) of \(rows) rows are scanned: the scan is in progress, or was stopped"
    if isTemporary { return reason }
    let columns = pixels.shape[1]
    var lastRow = [Double](repeating: 0, count: columns * pixels.components)
    try pixels.load((rows - 1) * columns..<rows * columns, into: &lastRow)
    return lastRow.allSatisfy { $0 == 0 } ? reason : nil
  }
}
