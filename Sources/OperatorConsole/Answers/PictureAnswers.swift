// Pictures of scans and their score maps, as bytes with their frame, and thumbnails as PNG.

import Pictures
import StrictJSON
import TargetStore

enum PictureAnswers {
  /// Longest side of a thumbnail, pixels.
  static let thumbnailSide = 128
  /// The header that says what the bytes mean.
  static let frameHeader = "EELScout-Picture"

  /// The bytes of a picture, row-major from the top left; the header holds its frame as JSON.
  ///
  /// The address names the content, so a browser may keep it: what a scan is never changes.
  static func bytes(_ picture: PictureRecord) -> Response {
    Response(
      200, type: "application/octet-stream", picture.values,
      headers: [(frameHeader, frame(picture).text), ("Cache-Control", "private, max-age=3600")])
  }

  /// A small grey PNG.
  static func thumbnail(_ picture: PictureRecord) -> Response {
    let small = reduced(picture, side: thumbnailSide)
    do throws(PictureError) {
      let bytes = try PNGFile.encode(small.values, width: small.columns, height: small.rows, layout: .grey)
      return Response(
        200, type: "image/png", bytes, headers: [("Cache-Control", "private, max-age=3600")])
    } catch {
      return .fault(503, error.description)
    }
  }

  private static func frame(_ picture: PictureRecord) -> JSONValue {
    [
      "name": .string(picture.name.rawValue), "rows": .int(picture.rows), "columns": .int(picture.columns),
      "first_row": .double(picture.firstRow), "first_column": .double(picture.firstColumn),
      "row_step": .double(picture.rowStep), "column_step": .double(picture.columnStep), "low": .double(picture.low),
      "high": .double(picture.high),
    ]
  }

  /// Means of whole blocks of pixels, so that no side is longer than `side`.
  static func reduced(_ picture: PictureRecord, side: Int) -> (rows: Int, columns: Int, values: [UInt8]) {
    let step = max(1, (max(picture.rows, picture.columns) + side - 1) / side)
    let (rows, columns) = ((picture.rows + step - 1) / step, (picture.columns + step - 1) / step)
    var values = [UInt8](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        var (sum, count) = (0, 0)
        for y in row * step..<min((row + 1) * step, picture.rows) {
          for x in column * step..<min((column + 1) * step, picture.columns) {
            sum += Int(picture.values[y * picture.columns + x])
            count += 1
          }
        }
        values[row * columns + column] = UInt8((sum + count / 2) / count)
      }
    }
    return (rows, columns, values)
  }
}
