// Text and bytes as Python literals that nothing inside can end.

/// Python source.
enum PythonText {
  /// A `bytes` literal: printable ASCII as it is, everything else as `\xhh`.
  static func bytes(_ bytes: [UInt8]) -> String {
    let hexadecimal = Array("0123456789abcdef")
    return bytes.reduce(into: "b\"") { text, byte in
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
      case 0x20..<0x7F: text += String(UnicodeScalar(byte))
      default: text += "\\x" + String(hexadecimal[Int(byte >> 4)]) + String(hexadecimal[Int(byte & 15)])
      }
    } + "\""
  }

  /// What every snippet reads its list with: needs `json` and `TARGETS`.
  static let load = """
    def load(path=TARGETS):
        \"""The scans of the list, each with its targets in order.\"""
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        for note in document["notes"]:
            print("note:", note)
        return document["scans"]
    """
}
