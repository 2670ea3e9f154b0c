// Pictures inside the page: PNG files as data addresses.

import Foundation
import Markup
import Pictures
import TargetStore

enum InlinePicture {
  /// A data address, or an empty one where the picture can't be encoded, which no stored picture is.
  static func address(grey values: [UInt8], width: Int, height: Int) -> String {
    address(try? PNGFile.encode(values, width: width, height: height, layout: .grey))
  }

  static func address(_ image: RGBImage) -> String {
    address(try? PNGFile.encode(image.samples, width: image.width, height: image.height, layout: .rgb))
  }

  private static func address(_ bytes: [UInt8]?) -> String {
    bytes.map { "data:image/png;base64," + Data($0).base64EncodedString() } ?? "data:,"
  }

  /// Reduced to at most `side` pixels along its longest side, by means over whole blocks.
  static func thumbnail(_ picture: PictureRecord, side: Int) -> String {
    let factor = max(1, (max(picture.rows, picture.columns) + side - 1) / side)
    let (rows, columns) = ((picture.rows + factor - 1) / factor, (picture.columns + factor - 1) / factor)
    var values = [UInt8](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        var (sum, count) = (0, 0)
        for line in row * factor..<min((row + 1) * factor, picture.rows) {
          for place in column * factor..<min((column + 1) * factor, picture.columns) {
            sum += Int(picture.values[line * picture.columns + place])
            count += 1
          }
        }
        values[row * columns + column] = UInt8(sum / max(count, 1))
      }
    }
    return address(grey: values, width: columns, height: rows)
  }
}
