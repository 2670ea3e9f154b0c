// Writing PNG files; the only file that calls libpng.

import CPNG
import Foundation

/// Why a picture could not be encoded or written.
public struct PictureError: Error, Equatable, CustomStringConvertible {
  public let description: String
}

/// Portable Network Graphics through libpng's simplified interface, which keeps no state between calls.
public enum PNGFile {
  /// Version of libpng, such as `1.6.39`.
  public static var libraryVersion: String { png_get_libpng_ver(nil).map { String(cString: $0) } ?? "?" }

  /// How samples are laid out, 8 bits each, row after row from the top.
  public enum Layout: Sendable {
    case grey, rgb, rgba

    var channels: Int {
      switch self {
      case .grey: 1
      case .rgb: 3
      case .rgba: 4
      }
    }

    fileprivate var format: Int32 {
      switch self {
      case .grey: 0
      case .rgb: Int32(PNG_FORMAT_FLAG_COLOR)
      case .rgba: Int32(PNG_FORMAT_FLAG_COLOR) | Int32(PNG_FORMAT_FLAG_ALPHA)
      }
    }
  }

  /// Longest accepted side: four times the widest scan in use; larger pictures are more than viewers open.
  private static let maximumSide = 16_384

  /// The bytes of a PNG file.
  /// - Throws: `PictureError` when the sides are not 1…16,384 or the number of samples does not fit them.
  public static func encode(
    _ samples: [UInt8], width: Int, height: Int, layout: Layout
  ) throws(PictureError) -> [UInt8] {
    let limit = maximumSide
    guard (1...limit).contains(width), (1...limit).contains(height) else {
      throw PictureError(description: "a picture of \(width)×\(height) cannot be written; sides are 1…\(limit) pixels")
    }
    let expected = width * height * layout.channels
    guard samples.count == expected else {
      throw PictureError(
        description: "a picture of \(width)×\(height) needs \(expected) samples, \(samples.count) were given")
    }
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = png_uint_32(layout.format)
    // Data that don't compress grow by 5 bytes a 16 kB block and chunk headers; a thousandth and 1 kB are more.
    let rawSize = expected + height
    var encoded = [UInt8](repeating: 0, count: rawSize + rawSize / 1000 + 1024)
    var size = encoded.count
    guard png_image_write_to_memory(&image, &encoded, &size, 0, samples, 0, nil) != 0 else {
      let reason = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw PictureError(description: "a picture of \(width)×\(height) could not be encoded: \(reason)")
    }
    encoded.removeSubrange(size...)
    return encoded
  }

  /// Writes a picture; the file appears complete or not at all, and replaces one of the same name.
  /// - Throws: `PictureError` that names the path and the cause.
  public static func write(_ image: RGBImage, to path: String) throws(PictureError) {
    let bytes = try encode(image.samples, width: image.width, height: image.height, layout: .rgb)
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? POSIXError
      let reason = cause.map { String(cString: strerror($0.code.rawValue)) } ?? error.localizedDescription
      throw PictureError(
        description: "cannot write picture \(path): \(reason); check that its folder exists and may be written")
    }
  }
}
