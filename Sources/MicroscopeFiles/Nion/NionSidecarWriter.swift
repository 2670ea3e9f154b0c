// Writing the JSON sidecar that makes an NPY array a calibrated item, laid out as Nion Swift's NPY export does.

import Microscopy
import StrictJSON
import SystemPackage

/// Calibrated NPY arrays: write the sidecar first, so that a watcher never meets the array without it.
public enum NionSidecarWriter {
  /// Writes the sidecar of a scan beside the array at `array` (same stem, `.json`).
  ///
  /// Calibration in nm with the origin in the middle of the field of view, as Nion Swift has it.
  public static func write(_ scan: Scan, title: String, beside array: FilePath) throws(MicroscopeFileError) {
    let pixelSizeNM = scan.frame.pixelSizeNM
    let axes = [scan.frame.rows, scan.frame.columns].map { size in
      centred(size: size, pixelSizeNM: pixelSizeNM)
    }
    try write(
      document(title: title, axes: axes, collectionDimensions: 0, frame: scan.frame, metadata: scan.metadata),
      beside: array)
  }

  /// Writes the sidecar of a spectrum image stored (row, column, energy).
  public static func write(
    _ spectra: SpectrumImage, metadata: AcquisitionMetadata, title: String, beside array: FilePath
  ) throws(MicroscopeFileError) {
    let frame = spectra.frame
    let axes = [frame.rows, frame.columns].map { centred(size: $0, pixelSizeNM: frame.pixelSizeNM) }
    try write(
      document(
        title: title, axes: axes + [spectra.energyAxis], collectionDimensions: 2, frame: frame, metadata: metadata),
      beside: array)
  }

  private static func write(_ document: JSONValue, beside array: FilePath) throws(MicroscopeFileError) {
    try AtomicFile.write(document.text, to: NionSidecar.path(of: array))
  }

  private static func centred(size: Int, pixelSizeNM: Double?) -> Axis {
    guard let pixelSizeNM else { return Axis(name: "", size: size) }
    return Axis(name: "", size: size, scale: pixelSizeNM, offset: -pixelSizeNM * Double(size) / 2, units: "nm")
  }

  private static func document(
    title: String, axes: [Axis], collectionDimensions: Int, frame: ScanFrame, metadata: AcquisitionMetadata
  ) -> JSONValue {
    let hardware = hardware(rows: frame.rows, metadata: metadata)
    return [
      "version": 1,
      "reader_version": 1,
      "large_format": false,
      "spatial_calibrations": .array(
        axes.map { ["offset": .double($0.offset), "scale": .double($0.scale), "units": .string($0.units)] }),
      "intensity_calibration": ["offset": 0.0, "scale": 1.0, "units": ""],
      "collection_dimension_count": .int(collectionDimensions),
      "datum_dimension_count": .int(axes.count - collectionDimensions),
      "metadata": [
        "instrument": present([("high_tension", JSONValue(metadata.voltageV))]),
        "scan": scan(frame, metadata),
        "hardware_source": hardware,
      ],
      "properties": hardware,
      "title": .string(title),
      "datetime_original": time(metadata.acquiredAt),
    ]
  }

  /// A scan without a place in another one is its own context.
  private static func scan(_ frame: ScanFrame, _ metadata: AcquisitionMetadata) -> JSONValue {
    let geometry = metadata.geometry
    let fieldOfViewNM = frame.pixelSizeNM.map { $0 * Double(max(frame.rows, frame.columns)) }
    let size = JSONValue([frame.rows, frame.columns])
    let context = geometry?.contextRows.flatMap { rows in geometry?.contextColumns.map { JSONValue([rows, $0]) } }
    let subscan = geometry?.subscan
    return present([
      ("scan_id", JSONValue(metadata.scanID)),
      ("center_x_nm", JSONValue(geometry?.contextCentreNM?.x)),
      ("center_y_nm", JSONValue(geometry?.contextCentreNM?.y)),
      ("fov_nm", JSONValue(geometry?.contextFieldOfViewNM ?? fieldOfViewNM)),
      ("rotation", JSONValue(frame.rotationRad)),
      ("rotation_deg", JSONValue(frame.rotationRad.map { $0 * 180 / .pi })),
      ("scan_context_size", context ?? size),
      ("scan_size", size),
      ("subscan_fractional_size", subscan.map { JSONValue([$0.size.y, $0.size.x]) } ?? .null),
      ("subscan_fractional_center", subscan.map { JSONValue([$0.centre.y, $0.centre.x]) } ?? .null),
      ("subscan_rotation", JSONValue(subscan?.rotationRad)),
      ("valid_rows", .int(frame.rows)),
    ])
  }

  private static func hardware(rows: Int, metadata: AcquisitionMetadata) -> JSONValue {
    present([
      ("channel_name", JSONValue(metadata.channelName)),
      ("pixel_time_us", JSONValue(metadata.dwellUS)),
      ("valid_rows", .int(rows)),
    ])
  }

  /// `…+hh:mm` or `…Z` as local time and zone.
  private static func time(_ acquiredAt: String?) -> JSONValue {
    guard let acquiredAt else { return .object([]) }
    if acquiredAt.hasSuffix("Z") {
      return ["local_datetime": .string(String(acquiredAt.dropLast())), "tz": "+0000"]
    }
    let zone = acquiredAt.suffix(6)
    guard zone.first == "+" || zone.first == "-", zone.dropFirst(3).first == ":" else {
      return ["local_datetime": .string(acquiredAt)]
    }
    return [
      "local_datetime": .string(String(acquiredAt.dropLast(6))),
      "tz": .string(zone.filter { $0 != ":" }),
    ]
  }

  private static func present(_ members: [(String, JSONValue)]) -> JSONValue {
    .object(members.filter { $0.1 != .null }.map { JSONValue.Member($0.0, $0.1) })
  }
}
