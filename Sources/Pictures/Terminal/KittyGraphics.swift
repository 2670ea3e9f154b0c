// Pictures by kitty's graphics protocol: a PNG file in base64, in pieces.

import Foundation

/// https://sw.kovidgoyal.net/kitty/graphics-protocol/
enum KittyGraphics {
  /// The protocol's limit of one piece.
  private static let pieceLength = 4096

  /// - Parameter columns: characters that the picture is as wide as.
  static func text(_ image: RGBImage, columns: Int) throws(PictureError) -> String {
    let png = try PNGFile.encode(image.samples, width: image.width, height: image.height, layout: .rgb)
    var rest = Data(png).base64EncodedString()[...]
    var text = ""
    // a=T: transmit and show; f=100: PNG; q=2: no answer, which would end up in the shell.
    var keys = "a=T,f=100,q=2,c=\(columns),"
    repeat {
      let piece = rest.prefix(pieceLength)
      rest = rest.dropFirst(pieceLength)
      text += "\u{1B}_G\(keys)m=\(rest.isEmpty ? 0 : 1);\(piece)\u{1B}\\"
      keys = ""
    } while !rest.isEmpty
    return text + "\n"
  }
}
