// TIFF files of scan programs, cameras and image programs: pages into images and series.

import Microscopy

/// Reads TIFF and BigTIFF, both byte orders: strips, tiles, planes; uncompressed or packed without loss; predictors.
enum TIFFReader: FormatReader {
  static let format = "tiff"
  static let fileExtensions = ["tif", "tiff"]

  private static let marks: [[UInt8]] = [
    [0x49, 0x49, 0x2A, 0], [0x4D, 0x4D, 0, 0x2A], [0x49, 0x49, 0x2B, 0, 8, 0], [0x4D, 0x4D, 0, 0x2B, 0, 8],
  ]

  static func recognises(_ candidate: FileCandidate) -> Bool { marks.contains { candidate.begins(with: $0) } }

  /// Pages of one layout that follow each other.
  private struct Series {
    var page: TIFFPage
    var directories: [TIFFDirectory]
    /// Pictures, of which ImageJ puts all behind one directory.
    var count: Int
  }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    let tags = try TIFFDirectories(file, limits: limits)
    let series = try series(tags, file, limits: limits)
    var signals: [Signal] = []
    for group in series {
      guard signals.count < limits.signals else { throw .rejected("it holds more than \(limits.signals) images") }
      let pixels = try pixels(group, file, limits: limits)
      let calibration = try TIFFCalibration(
        group.directories[0], page: group.page, first: tags.directories[0], file: file, count: group.count)
      signals.append(signal(group, pixels, calibration, file))
    }
    guard !signals.isEmpty else { throw .rejected("it holds only thumbnails") }
    return DecodedFile(signals: signals)
  }

  private static func series(
    _ tags: TIFFDirectories, _ file: OpenedFile, limits: FileLimits
  ) throws(DecodeFailure) -> [Series] {
    var series: [Series] = []
    for directory in tags.directories {
      try limits.checkTime()
      let page = try TIFFPage(directory, in: file, limits: limits)
      if page.isThumbnail { continue }
      if series.last?.page == page {
        series[series.count - 1].directories.append(directory)
        series[series.count - 1].count += 1
      } else {
        series.append(Series(page: page, directories: [directory], count: 1))
      }
    }
    if series.count == 1, tags.directories.count == 1,
      let text = try tags.directories[0].text(270, in: file), let images = ImageJText(text)?.images, images > 1
    {
      series[0].count = images
    }
    return series
  }

  private static func pixels(
    _ series: Series, _ file: OpenedFile, limits: FileLimits
  ) throws(DecodeFailure) -> PixelData {
    let page = series.page
    let shape = (series.count > 1 ? [series.count] : []) + page.shape
    let plainStart =
      series.count > 1
      ? nil : try TIFFPixels(page: page, directory: series.directories[0], file: file, limits: limits).plainStart()
    let total = try PixelData.byteCount(
      shape: shape, type: page.type, limits: limits, staysInFile: plainStart != nil)
    let big = series.directories[0].isBigEndian
    guard series.count == series.directories.count else {
      // ImageJ's series lies in one piece behind the first picture's place.
      guard page.compression == 1, let start = try series.directories[0].int(273, in: file) else {
        throw .rejected("ImageJ's series of \(series.count) pictures is compressed; save it uncompressed")
      }
      return PixelData(type: page.type, shape: shape, isBigEndian: big, bytes: try file.bytes(at: start, count: total))
    }
    if let plainStart {
      return try PixelData(
        type: page.type, shape: shape, isBigEndian: big, in: file, at: plainStart, limits: limits)
    }
    var bytes: [UInt8] = []
    var isBigEndian = big
    for directory in series.directories {
      let pixels = TIFFPixels(page: page, directory: directory, file: file, limits: limits)
      isBigEndian = pixels.isBigEndian
      let values = try pixels.bytes()
      if bytes.isEmpty {
        bytes = values
        bytes.reserveCapacity(min(total, file.count * limits.unpackRatio))
      } else {
        bytes += values
      }
    }
    return PixelData(type: page.type, shape: shape, isBigEndian: isBigEndian, bytes: bytes)
  }

  private static func signal(
    _ series: Series, _ pixels: PixelData, _ calibration: TIFFCalibration, _ file: OpenedFile
  ) -> Signal {
    var axes = [calibration.y, calibration.x]
    if series.page.samples > 1 { axes.append(Axis(name: "channel", size: series.page.samples)) }
    if series.count > 1 { axes.insert(calibration.series, at: 0) }
    var signal = Signal(
      name: calibration.title ?? file.path.stem ?? "", kind: series.count > 1 ? .imageSeries : .image, pixels: pixels,
      axes: axes, metadata: calibration.metadata, isColour: series.page.isColour, notAScan: calibration.notAScan)
    if series.page.isInverted, signal.notAScan == nil {
      signal.notAScan = "its low values are bright (MinIsWhite): a picture for print, not a detector's values"
    }
    signal.metadata.fieldOfViewNM = signal.pixelSize.nanometres.map { $0 * Double(axes.map(\.size).max() ?? 0) }
    return signal
  }
}
