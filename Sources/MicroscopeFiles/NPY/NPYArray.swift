// NPY arrays of any real type as single-precision numbers, for training data and references.

import SystemPackage

/// An array read whole.
public struct NPYArray: Equatable, Sendable {
  /// Row-major.
  public let shape: [Int]
  /// In C order, rounded to single precision.
  public let values: [Float]

  /// Bytes of the largest training array read; a spectrum image of 256 × 256 positions and 2048 channels has 512 MiB.
  public static let defaultMaximumBytes = 8 << 30

  /// Reads an array of real numbers.
  ///
  /// - Throws: `MicroscopeFileError` when there is no such file, or it is not such an array; the message says which.
  public static func read(
    _ path: FilePath, maximumBytes: Int = defaultMaximumBytes
  ) throws(MicroscopeFileError) -> NPYArray {
    let file: OpenedFile
    switch try OpenedFile.open(path) {
    case .refused(let reason): throw MicroscopeFileError(.unusable, path, reason)
    case .opened(let opened): file = opened
    }
    do {
      var limits = FileLimits()
      limits.pixelBytes = maximumBytes
      limits.heldBytes = maximumBytes
      let pixels = try NPYReader.pixels(file, limits: limits)
      guard !pixels.type.isComplex else {
        throw DecodeFailure.rejected("it holds complex numbers; real ones are needed")
      }
      return NPYArray(shape: pixels.shape, values: try pixels.floats())
    } catch {
      throw MicroscopeFileError(.unusable, path, "not a usable NPY array: \((error as? DecodeFailure)?.reason ?? "")")
    }
  }
}
