// One decoded data set of a file, with what the file says about it.

import Microscopy

/// What a data set is; printed as `kind`.
public enum SignalKind: String, Sendable {
  case image
  case imageSeries = "image-series"
  case spectrum
  case spectrumImage = "spectrum-image"
  case other
}

/// A data set: pixels in C order, one axis for each dimension, and acquisition conditions.
struct Signal {
  var name: String
  var kind: SignalKind
  var pixels: PixelData
  var axes: [Axis]
  var metadata: AcquisitionMetadata
  /// The last axis holds colour channels.
  var isColour = false
  /// Why this data set is not a scan's image although it has an image's shape; nil when nothing speaks against it.
  var notAScan: String?
  /// The axes carry a placeholder instead of a calibration: the size of a pixel is unknown.
  var hasNoPixelSize = false

  /// What the axes say about the size of a pixel.
  var pixelSize: PixelSize {
    guard !hasNoPixelSize, kind == .image, axes.count == 2 else { return .unknown }
    return PixelSize(row: axes[0], column: axes[1])
  }

  /// The acquisition conditions with what the axes say of the origin: what the file's calibration gives index (0, 0).
  var scanMetadata: AcquisitionMetadata {
    guard pixelSize != .unknown, case .length(let rowUnit) = AxisUnit(axes[0].units),
      case .length(let columnUnit) = AxisUnit(axes[1].units)
    else { return metadata }
    var metadata = metadata
    var geometry = metadata.geometry ?? ScanGeometry()
    geometry.originNM = PlanePoint(y: axes[0].offset * rowUnit, x: axes[1].offset * columnUnit)
    metadata.geometry = geometry
    return metadata
  }

  /// Kind by shape and units alone, for files that do not say: the energy axis comes last.
  static func kind(axes: [Axis]) -> SignalKind {
    let endsInSpectrum = axes.last.map { AxisUnit($0.units) == .energy } ?? false
    return switch axes.count {
    case 1: .spectrum
    case 2 where endsInSpectrum: axes[0].size == 1 ? .spectrum : .spectrumImage
    case 2: .image
    case 3: endsInSpectrum ? .spectrumImage : .imageSeries
    default: .other
    }
  }

  /// Uncalibrated axes without names.
  static func plainAxes(_ shape: [Int]) -> [Axis] { shape.map { Axis(name: "", size: $0) } }
}
