/// The one place where reported numbers become text.
///
/// Rounding: the shortest decimal that reads back as the number is rounded, halves away from zero,
/// so that 1.005 with two places is 1.01 as a reader expects and not 1.00 as its binary neighbour
/// would have it. A result that rounds to zero has no sign. NaN is "n/a".
package enum NumberText {
  /// What stands for a number that is not defined.
  package static let undefined = "n/a"
  private static let minus = "\u{2212}"

  /// With a fixed count of decimal places: 1,234.50.
  package static func fixed(_ value: Double, places: Int = 2) -> String {
    precondition(places >= 0 && places <= 15, "places must be in 0...15; they are \(places)")
    guard value.isFinite else { return notFinite(value) }
    var decimal = Decimal(value)
    decimal.round(places: places)
    return decimal.plain(places: places, minus: minus)
  }

  /// With a fixed count of significant digits, trailing zeros kept: 0.0123, 1.20, 1,230. Beyond
  /// 10^7 and below 10^-5 as a power: 1.20 × 10⁹.
  package static func significant(_ value: Double, digits: Int = 3) -> String {
    precondition(digits >= 1 && digits <= 15, "digits must be in 1...15; they are \(digits)")
    guard value.isFinite else { return notFinite(value) }
    if value == 0 { return "0" }
    var decimal = Decimal(value)
    decimal.round(places: digits - 1 - decimal.exponent)
    if decimal.exponent < -5 || decimal.exponent > 7 {
      let power = decimal.exponent
      decimal.exponent = 0
      return decimal.plain(places: digits - 1, minus: minus) + " × 10"
        + superscript(power)
    }
    return decimal.plain(
      places: max(0, digits - 1 - decimal.exponent), minus: minus)
  }

  /// 1,234,567.
  package static func count(_ value: Int) -> String {
    let digits = grouped(String(value.magnitude))
    return value < 0 ? minus + digits : digits
  }

  /// A share of 1 as a percentage: 12.3%.
  package static func percentage(_ share: Double, places: Int = 1) -> String {
    guard share.isFinite else { return notFinite(share) }
    precondition(places >= 0 && places <= 13, "places must be in 0...13; they are \(places)")
    var decimal = Decimal(share)
    if !decimal.isZero { decimal.exponent += 2 }
    decimal.round(places: places)
    return decimal.plain(places: places, minus: minus) + "%"
  }

  /// 12 of 48 (25.0%); without rows only the counts.
  package static func share(_ part: Int, of whole: Int, places: Int = 1) -> String {
    let counts = "\(count(part)) of \(count(whole))"
    return whole == 0
      ? counts : counts + " (\(percentage(Double(part) / Double(whole), places: places)))"
  }

  /// 0.65 to 0.87.
  package static func range(_ lower: Double, _ upper: Double, places: Int = 2) -> String {
    "\(fixed(lower, places: places)) to \(fixed(upper, places: places))"
  }

  /// 0.76 (0.65 to 0.87); the estimate alone where a limit is not defined.
  package static func interval(
    _ estimate: Double, _ lower: Double, _ upper: Double, places: Int = 2
  ) -> String {
    let centre = fixed(estimate, places: places)
    return lower.isNaN || upper.isNaN
      ? centre : "\(centre) (\(range(lower, upper, places: places)))"
  }

  /// A p-value alone, for a column: < 0.001, 0.004, 0.04, 0.73, > 0.99. Three places below 0.01,
  /// else two; between 0.045 and 0.05 as many as it takes not to read 0.05 (at most six).
  package static func p(_ p: Double) -> String {
    guard p >= 0 && p <= 1 else { return undefined }
    if p < 0.001 { return "< 0.001" }
    if p > 0.99 { return "> 0.99" }
    if p < 0.01 { return fixed(p, places: 3) }
    if p >= 0.045 && p < 0.05 {
      for places in 3..<6 {
        let text = fixed(p, places: places)
        if !text.hasPrefix("0.050") { return text }
      }
      return fixed(p, places: 6)
    }
    return fixed(p, places: 2)
  }

  /// A p-value in a sentence: p < 0.001, p = 0.04.
  package static func pValue(_ value: Double) -> String {
    let text = p(value)
    return text.hasPrefix("<") || text.hasPrefix(">") ? "p \(text)" : "p = \(text)"
  }

  /// A level of confidence: 95%, 97.5%.
  package static func level(_ level: Double) -> String {
    let text = percentage(level, places: 1)
    return text.hasSuffix(".0%") ? text.dropLast(3) + "%" : text
  }

  /// For files, not for readers: the shortest decimal that reads back as the same number; whole
  /// numbers without a point, nothing for NaN.
  package static func exact(_ value: Double) -> String {
    if value.isNaN { return "" }
    return value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
  }

  static func grouped(_ digits: String) -> String {
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0 && (digits.count - place) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  private static func notFinite(_ value: Double) -> String {
    value.isNaN ? undefined : value > 0 ? "∞" : minus + "∞"
  }

  private static func superscript(_ power: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let text = String(power.magnitude).compactMap { $0.wholeNumberValue.map { digits[$0] } }
    return (power < 0 ? "⁻" : "") + String(text)
  }
}

extension NumberText {
  /// The shortest decimal that reads back as a number: ± d.ddd × 10^exponent.
  private struct Decimal {
    var isNegative: Bool
    /// The first is not 0, except of zero itself.
    var digits: [UInt8]
    var exponent: Int

    init(_ value: Double) {
      isNegative = value < 0
      let parts = value.magnitude.description.split(separator: "e")
      let written = parts[0].split(separator: ".", omittingEmptySubsequences: false)
      var shift = parts.count > 1 ? Int(parts[1])! : 0
      digits = (written[0] + (written.count > 1 ? written[1] : "")).utf8.map { $0 - 48 }
      shift += written[0].count - 1
      let zeros = digits.prefix { $0 == 0 }.count
      if zeros == digits.count {
        (digits, exponent) = ([0], 0)
      } else {
        digits.removeFirst(zeros)
        exponent = shift - zeros
      }
    }

    var isZero: Bool { digits == [0] }

    /// Halves go away from zero.
    mutating func round(places: Int) {
      let kept = exponent + 1 + places
      if kept >= digits.count { return }
      if kept < 0 || (kept == 0 && digits[0] < 5) {
        (digits, exponent, isNegative) = ([0], 0, false)
        return
      }
      let up = digits[kept] >= 5
      digits.removeSubrange(kept...)
      if up {
        var place = kept - 1
        while place >= 0 && digits[place] == 9 {
          digits[place] = 0
          place -= 1
        }
        if place >= 0 {
          digits[place] += 1
        } else {
          digits.insert(1, at: 0)
          exponent += 1
        }
      }
    }

    func plain(places: Int, minus: String) -> String {
      func digit(_ power: Int) -> String {
        let place = exponent - power
        return digits.indices.contains(place) ? "\(digits[place])" : "0"
      }
      let top = max(exponent, 0)
      var whole = ""
      for power in stride(from: top, through: 0, by: -1) { whole += digit(power) }
      var text = NumberText.grouped(whole)
      if places > 0 {
        text += "."
        for power in 1...places { text += digit(-power) }
      }
      return isNegative && !isZero ? minus + text : text
    }
  }
}
