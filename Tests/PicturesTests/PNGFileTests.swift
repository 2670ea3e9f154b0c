// PNG files, read back by libpng's reader.

import CPNG
import Foundation
import Pictures
import Testing

@Suite("PNG files")
struct PNGFileTests {
  /// Decodes with libpng to the given layout of 8-bit samples.
  private func decode(_ bytes: [UInt8], format: Int32, channels: Int) throws -> (width: Int, height: Int, [UInt8]) {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    try #require(png_image_begin_read_from_memory(&image, bytes, bytes.count) != 0)
    #expect(image.format & png_uint_32(format) == png_uint_32(format))
    image.format = png_uint_32(format)
    var samples = [UInt8](repeating: 0, count: Int(image.width) * Int(image.height) * channels)
    try #require(png_image_finish_read(&image, nil, &samples, 0, nil) != 0)
    return (Int(image.width), Int(image.height), samples)
  }

  private static let colour = Int32(PNG_FORMAT_FLAG_COLOR)
  private static let alpha = Int32(PNG_FORMAT_FLAG_ALPHA)

  @Test(
    "every layout comes back sample for sample",
    arguments: [
      (PNGFile.Layout.grey, 0, 1), (.rgb, Self.colour, 3), (.rgba, Self.colour | Self.alpha, 4),
    ] as [(PNGFile.Layout, Int32, Int)])
  func layouts(layout: PNGFile.Layout, format: Int32, channels: Int) throws {
    for (width, height) in [(1, 1), (1, 300), (257, 3), (64, 64)] {
      // Values that don't compress, from a linear congruential generator.
      var state: UInt32 = 1
      let samples = (0..<width * height * channels).map { _ -> UInt8 in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(state >> 24)
      }
      let bytes = try PNGFile.encode(samples, width: width, height: height, layout: layout)
      let decoded = try decode(bytes, format: format, channels: channels)
      #expect(decoded == (width, height, samples))
    }
  }

  @Test("a file starts with PNG's signature and an IHDR of the right size, depth and colour type")
  func header() throws {
    let bytes = try PNGFile.encode([UInt8](repeating: 7, count: 300 * 2 * 3), width: 300, height: 2, layout: .rgb)
    let expected: [UInt8] =
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
      + [0, 0, 1, 44, 0, 0, 0, 2, 8, 2, 0, 0, 0]
    #expect(Array(bytes.prefix(expected.count)) == expected)
  }

  @Test("impossible sizes and counts are refused with the numbers in the message")
  func refused() throws {
    for (width, height, count) in [(0, 1, 0), (1, 0, 0), (-1, 1, 0), (20_000, 1, 20_000), (2, 2, 5)] {
      let error = try #require(throws: PictureError.self) {
        try PNGFile.encode([UInt8](repeating: 0, count: count), width: width, height: height, layout: .grey)
      }
      #expect(error.description.contains("\(width)×\(height)"))
    }
  }

  @Test("a written file reads back; a bad path names the path and the cause")
  func writing() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pictures-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var image = RGBImage(width: 3, height: 2, filledWith: .orange)
    image[2, 1] = .blue
    let path = folder.appending(path: "a b.png").path
    try PNGFile.write(image, to: path)
    let decoded = try decode([UInt8](Data(contentsOf: URL(fileURLWithPath: path))), format: Self.colour, channels: 3)
    #expect(decoded == (3, 2, image.samples))

    let bad = folder.appending(path: "absent/x.png").path
    let error = try #require(throws: PictureError.self) { try PNGFile.write(image, to: bad) }
    #expect(error.description.hasPrefix("cannot write picture \(bad): "))
    #expect(error.description.contains("No such file or directory"), "\(error)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a b.png"])
  }
}
