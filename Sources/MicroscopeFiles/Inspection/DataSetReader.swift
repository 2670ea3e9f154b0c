// The data sets of a file with their values: for training, where a spectrum image is wanted and not a scan.

import Microscopy
import SystemPackage

/// One decoded data set of a file.
public struct DataSet: Sendable {
  public let name: String
  public let kind: SignalKind
  /// One axis a dimension; row-major: series, y, x, energy.
  public let axes: [Axis]
  public let metadata: AcquisitionMetadata
  private let path: FilePath
  private let pixels: PixelData
  private let isColour: Bool

  init(_ signal: Signal, of path: FilePath) {
    self.path = path
    name = signal.name
    kind = signal.kind
    axes = signal.axes
    metadata = signal.metadata
    pixels = signal.pixels
    isColour = signal.isColour
  }

  public var shape: [Int] { pixels.shape }

  /// Values in C order, in single precision.
  public var values: [Float] {
    get throws(MicroscopeFileError) {
      do { return try pixels.floats() } catch { throw MicroscopeFileError(.unusable, path, error.reason) }
    }
  }

  /// Whether it can be a detector's image: two dimensions of real numbers, one value a pixel.
  public var isPlainImage: Bool { kind == .image && !isColour && !pixels.type.isComplex }

  /// Edge of its pixels in nm; nil when the file states none, or when they are not square.
  public var pixelSizeNM: Double? {
    guard axes.count >= 2 else { return nil }
    return PixelSize(row: axes[0], column: axes[1]).nanometres
  }

  /// The last axis in eV; nil when it is no energy.
  public var energyAxisEV: Axis? {
    guard let axis = axes.last, AxisUnit(axis.units) == .energy else { return nil }
    let unit = axis.units.filter { !"[]() ".contains($0) }
    // The prefix decides; a mega-electronvolt is nothing that a spectrometer of this kind measures.
    let factor = unit.lowercased() == "ev" ? 1 : unit.lowercased() == "kev" ? 1000 : 0.001
    return Axis(
      name: axis.name, size: axis.size, scale: axis.scale * factor, offset: axis.offset * factor, units: "eV")
  }
}

extension FileInspector {
  /// Everything in a file that can be decoded.
  ///
  /// - Throws: `MicroscopeFileError`: there is no such file, it cannot be read, or its content is unusable.
  public func dataSets(_ path: FilePath) throws(MicroscopeFileError) -> [DataSet] {
    switch try OpenedFile.open(path) {
    case .refused(let reason):
      throw MicroscopeFileError(.unusable, path, reason)
    case .opened(let file):
      do throws(DecodeFailure) {
        let decoded = try decode(file).content
        if let reason = decoded.incompleteReason { throw .incomplete(reason) }
        return decoded.signals.map { DataSet($0, of: path) }
      } catch {
        throw MicroscopeFileError(.unusable, path, error.reason)
      }
    }
  }
}
