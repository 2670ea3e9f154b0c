// Colours of characters, in the codes of ECMA-48.

extension ColourDepth {
  /// The parameters that set a colour for the character, or for the ground behind it.
  func parameters(_ colour: Colour, isGround: Bool) -> String {
    switch self {
    case .trueColour: "\(isGround ? 48 : 38);2;\(colour.red);\(colour.green);\(colour.blue)"
    case .palette256: "\(isGround ? 48 : 38);5;\(Self.index256(colour))"
    case .palette16:
      switch Self.index16(colour) {
      case let index where index < 8: "\((isGround ? 40 : 30) + index)"
      case let index: "\((isGround ? 100 : 90) + index - 8)"
      }
    }
  }

  /// Nearest of xterm's 6×6×6 cube and 24 greys.
  private static func index256(_ colour: Colour) -> Int {
    let levels = [0, 95, 135, 175, 215, 255]
    let channels = [Int(colour.red), Int(colour.green), Int(colour.blue)]
    let steps = channels.map { level in levels.indices.min { abs(levels[$0] - level) < abs(levels[$1] - level) } ?? 0 }
    let cube = distance(channels, steps.map { levels[$0] })
    let mean = channels.reduce(0, +) / 3
    let grey = min(max((mean - 8 + 5) / 10, 0), 23)
    if distance(channels, [Int](repeating: 8 + 10 * grey, count: 3)) < cube { return 232 + grey }
    return 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
  }

  /// xterm's own sixteen.
  private static let sixteen: [[Int]] = [
    [0, 0, 0], [205, 0, 0], [0, 205, 0], [205, 205, 0], [0, 0, 238], [205, 0, 205], [0, 205, 205], [229, 229, 229],
    [127, 127, 127], [255, 0, 0], [0, 255, 0], [255, 255, 0], [92, 92, 255], [255, 0, 255], [0, 255, 255],
    [255, 255, 255],
  ]

  private static func index16(_ colour: Colour) -> Int {
    let channels = [Int(colour.red), Int(colour.green), Int(colour.blue)]
    return sixteen.indices.min { distance(channels, sixteen[$0]) < distance(channels, sixteen[$1]) } ?? 0
  }

  private static func distance(_ a: [Int], _ b: [Int]) -> Int {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}
