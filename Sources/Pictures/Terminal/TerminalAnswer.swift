// What a terminal says when it is asked what it can show.

/// The answers to `TerminalQuestion.text`, in whatever order and amount they came.
public struct TerminalAnswer: Equatable, Sendable {
  /// A character's size, pixels.
  public struct Cell: Equatable, Sendable {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) { (self.width, self.height) = (width, height) }
  }

  /// Takes pictures by kitty's graphics protocol.
  public var isKitty = false
  public var hasSixel = false
  public var cell: Cell?
  /// The last answer has come: nothing more is to be waited for.
  public var isComplete = false

  /// - Parameter bytes: as the terminal sent them; what is no answer is passed over.
  public init(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    for part in text.split(separator: "\u{1B}") {
      if part.hasPrefix("_Gi=31;OK") { isKitty = true }
      guard part.hasPrefix("[") else { continue }
      let body = part.dropFirst()
      if let end = body.firstIndex(of: "c"), body.hasPrefix("?") {
        // Primary device attributes: 4 is sixel.
        let attributes = body[..<end].dropFirst().split(separator: ";")
        guard !attributes.isEmpty, attributes.allSatisfy({ Int($0) != nil }) else { continue }
        hasSixel = attributes.dropFirst().contains("4")
        isComplete = true
      } else if let end = body.firstIndex(of: "t") {
        let numbers = body[..<end].split(separator: ";").compactMap { Int($0) }
        if numbers.count == 3, numbers[0] == 6, (1...200).contains(numbers[1]), (1...200).contains(numbers[2]) {
          cell = Cell(width: numbers[2], height: numbers[1])
        }
      }
    }
  }
}
