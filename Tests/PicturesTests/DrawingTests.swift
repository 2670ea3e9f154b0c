// Shapes and letters, checked by the pixels they must and must not touch.

import Pictures
import Testing

@Suite("Drawing")
struct DrawingTests {
  private func canvas(_ width: Int = 41, _ height: Int = 41) -> RGBImage {
    RGBImage(width: width, height: height, filledWith: .white)
  }

  private func inked(_ image: RGBImage) -> Int {
    (0..<image.width * image.height).filter { image[$0 % image.width, $0 / image.width] != .white }.count
  }

  @Test("markers pass through the points of their shape and leave the others alone")
  func markers() {
    // Centre (20.5, 20.5) is the centre of pixel (20, 20); radius 10.
    let points: [(MarkerShape, on: [(Int, Int)], off: [(Int, Int)])] = [
      (.square, [(30, 20), (20, 10), (30, 30), (10, 14)], [(20, 20), (25, 25)]),
      (.diamond, [(30, 20), (20, 10), (25, 25), (14, 16)], [(20, 20), (30, 30)]),
      (.circle, [(30, 20), (20, 10), (27, 27), (13, 27)], [(20, 20), (30, 30)]),
      (.cross, [(20, 20), (25, 25), (30, 30), (11, 29)], [(30, 20), (20, 10)]),
    ]
    for (shape, on, off) in points {
      var image = canvas()
      image.drawMarker(shape, x: 20.5, y: 20.5, radius: 10, colour: .blue, thickness: 2)
      for (x, y) in on { #expect(image[x, y] == .blue, "\(shape) at \(x), \(y)") }
      for (x, y) in off { #expect(image[x, y] == .white, "\(shape) at \(x), \(y)") }
    }
  }

  @Test("every shape looks different from every other")
  func distinctShapes() {
    let images = MarkerShape.allCases.map { shape -> RGBImage in
      var image = canvas()
      image.drawMarker(shape, x: 20, y: 20, radius: 10, colour: .blue)
      return image
    }
    for (index, image) in images.enumerated() { #expect(images.firstIndex(of: image) == index) }
  }

  @Test("a line of thickness 1 through pixel centres inks exactly its pixels")
  func line() {
    var image = canvas()
    image.drawLine(from: (5.5, 7.5), to: (14.5, 7.5), colour: .black)
    #expect((5...14).allSatisfy { image[$0, 7] == .black })
    #expect(image[4, 7] != .black && image[15, 7] != .black && image[9, 6] == .white && image[9, 8] == .white)
    var rectangle = canvas()
    rectangle.drawRectangle(x: 5.5, y: 7.5, width: 10, height: 4, colour: .black)
    #expect(inked(rectangle) == 2 * 11 + 2 * 3)
    #expect([(5, 7), (15, 7), (5, 11), (15, 11), (10, 7), (5, 9)].allSatisfy { rectangle[$0.0, $0.1] == .black })
  }

  @Test("drawing outside the picture, at any distance, changes nothing and does not crash")
  func outside() {
    var image = canvas()
    for far in [-1e300, -60, 101, 1e300, .infinity, .nan] {
      image.drawMarker(.circle, x: far, y: 20, radius: 5, colour: .blue)
      image.drawLine(from: (far, far), to: (far, far), colour: .blue)
    }
    image.fill(x: 100, y: -50, width: 10, height: 10, with: .blue)
    image.drawText("out", x: -500, y: 5, colour: .blue)
    image.paste(canvas(5, 5), x: 41, y: 41)
    image.paste(canvas(5, 5), x: -5, y: 0)
    #expect(image == canvas())
    image.paste(RGBImage(width: 5, height: 5, filledWith: .blue), x: -3, y: 39)
    #expect(inked(image) == 2 * 2)
  }

  @Test("fills blend by opacity")
  func opacity() {
    var image = canvas()
    image.fill(x: 0, y: 0, width: 2, height: 1, with: .black, opacity: 0.6)
    #expect(image[1, 0] == Colour(red: 102, green: 102, blue: 102))
    #expect(inked(image) == 2)
  }

  @Test("every printable ASCII character has its own letter within its cell; others appear as a question mark")
  func font() {
    func picture(_ text: String) -> RGBImage {
      var image = canvas(16, 16)
      image.drawText(text, x: 3, y: 3, colour: .black)
      return image
    }
    let letters = (0x20...0x7E).compactMap { UnicodeScalar($0) }.map { picture(String(Character($0))) }
    for (index, letter) in letters.enumerated() {
      #expect((inked(letter) == 0) == (index == 0))
      #expect(letters.firstIndex(of: letter) == index)
      for y in 0..<16 {
        for x in 0..<16 where !(3..<8).contains(x) || !(3..<11).contains(y) { #expect(letter[x, y] == .white) }
      }
    }
    #expect(picture("é") == picture("?"))
    #expect(picture("µ") != picture("?") && picture("µ") != picture("u"))
    #expect(RGBImage.textWidth("abc", scale: 2) == 34 && RGBImage.textWidth("") == 0)
  }

  /// The letter F of a 5×7 font, dot by dot.
  @Test("letters stand upright and read from the left")
  func orientation() {
    var image = canvas(5, 8)
    image.drawText("F", x: 0, y: 0, colour: .black)
    let rows = (0..<8).map { y in (0..<5).map { image[$0, y] == .black ? "#" : "." }.joined() }
    #expect(rows == ["#####", "#....", "#....", "####.", "#....", "#....", "#....", "....."])
  }

  @Test(
    "a scale bar has a round length of at most a quarter of the picture",
    arguments: [(500, 1.0, 100), (640, 0.25, 80), (300, 3.0, 67), (700, 100.0, 100)])
  func scaleBar(width: Int, pixelSizeNM: Double, expected: Int) {
    // 500 nm / 4 = 125 → 100 nm; 160 / 4 = 40 → 20 nm = 80 px; 900 / 4 = 225 → 200 nm = 67 px; 17.5 → 10 µm = 100 px.
    var image = RGBImage(width: width, height: 200, filledWith: .black)
    image.drawScaleBar(pixelSizeNM: pixelSizeNM)
    let longest = (0..<200).map { y in (0..<width).filter { image[$0, y] == .white }.count }.max()
    #expect(longest == expected)
    var unknown = canvas()
    unknown.drawScaleBar(pixelSizeNM: 0)
    unknown.drawScaleBar(pixelSizeNM: .nan)
    #expect(unknown == canvas())
  }
}
