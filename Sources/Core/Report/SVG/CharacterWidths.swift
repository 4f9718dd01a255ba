/// Widths of texts in the figures' typeface, to place them without overlap before anybody has drawn
/// them. The metrics are those of Helvetica; Arial and Liberation Sans have the same.
package enum CharacterWidths {
  /// Of the printable ASCII characters from the space on, in thousandths of the font size.
  private static let ascii: [Double] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]

  /// In the unit of `size`. Bold is taken as 7 % wider, which no letter of Helvetica Bold exceeds on
  /// the average of a word; what is not ASCII is taken wide: 0.7 em, from U+1100 on 1 em.
  package static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
    var sum = 0.0
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x20..<0x7F: sum += ascii[Int(scalar.value) - 0x20]
      case 0x2212, 0xB1, 0xD7, 0x2264, 0x2265: sum += 584
      case 0x2013: sum += 556
      case 0x2014, 0x2026, 0x1100...: sum += 1000
      default: sum += 700
      }
    }
    return sum / 1000 * size * (isBold ? 1.07 : 1)
  }

  /// The text, or its beginning and end with an ellipsis between them if it is wider than `width`.
  package static func shortened(
    _ text: String, to width: Double, size: Double, isBold: Bool = false
  ) -> String {
    if self.width(text, size: size, isBold: isBold) <= width { return text }
    let characters = Array(text)
    var kept = characters.count - 1
    while kept > 1 {
      // Names of features differ most at their ends.
      let tail = kept * 3 / 5
      let short = String(characters.prefix(kept - tail)) + "…" + String(characters.suffix(tail))
      if self.width(short, size: size, isBold: isBold) <= width { return short }
      kept -= 1
    }
    return "…"
  }
}
