/// The letters at the edges of a picture, five pixels wide and seven high.
enum OrientationLetters {
  /// Rows from the top; the highest of five bits is at the left.
  private static let shapes: [Character: [UInt8]] = [
    "R": [0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001],
    "L": [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111],
    "A": [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
    "P": [0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000],
    "H": [0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
    "F": [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b10000],
  ]
  private static let (width, height) = (5, 7)
  /// Pixels between a letter and the edge, one of them its rim.
  private static let inset = 2

  /// Pixels of the letters of a plane's picture, and of the rim of one pixel around them.
  static func pixels(
    of plane: AnatomicalPlane, side: Int
  ) -> (strokes: [Int], rim: [Int]) {
    let letters = plane.letters
    let (middleX, middleY) = ((side - width) / 2, (side - height) / 2)
    let places = [
      (letters.left, inset, middleY), (letters.right, side - inset - width, middleY),
      (letters.top, middleX, inset), (letters.bottom, middleX, side - inset - height),
    ]
    var strokes: [Int] = []
    for (letter, left, top) in places {
      for (y, row) in (shapes[letter] ?? []).enumerated() {
        for x in 0..<width where row >> UInt8(width - 1 - x) & 1 == 1 {
          strokes.append((top + y) * side + left + x)
        }
      }
    }
    let around = [-side - 1, -side, -side + 1, -1, 1, side - 1, side, side + 1]
    let rim = Set(strokes.flatMap { stroke in around.map { stroke + $0 } }).subtracting(strokes)
    return (strokes, rim.sorted())
  }
}
