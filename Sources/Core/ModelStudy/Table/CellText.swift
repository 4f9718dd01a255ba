internal import Numerics

/// Whether a text of a table says that the value is missing: nothing, `NA`, `NaN` or `n/a`.
func isMissingText(_ text: String) -> Bool {
  switch text {
  case "", "NA", "NaN", "nan", "n/a", "N/A": true
  default: false
  }
}

/// The number that a text of a table is; nil where it is none.
///
/// Codes are none: "007" and "0x1A", and "1E05", whose exponent has neither a sign nor a number
/// with a point before it (programs write 1e-05, 1e+20 and 1.5e5). Infinity is one: it has to be
/// found and refused as a number.
func cellNumber(_ text: String) -> Double? {
  var text = text
  return text.withUTF8 { cellNumber($0) }
}

/// The same of a text's UTF-8.
func cellNumber(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
  var index = 0
  func takes(_ first: UInt8, _ second: UInt8) -> Bool {
    guard index < text.count, text[index] == first || text[index] == second else { return false }
    index += 1
    return true
  }
  let isNegative = text.first == UInt8(ascii: "-")
  _ = takes(UInt8(ascii: "-"), UInt8(ascii: "+"))
  let startsWithZero = index < text.count && text[index] == UInt8(ascii: "0")
  // The digits as an integer, exact while `digits`, those from the first that is not 0, fit it.
  var significand: UInt64 = 0
  var digits = 0
  func takeDigits() -> Int {
    let start = index
    while index < text.count {
      let digit = text[index] &- 0x30
      if digit > 9 { break }
      significand = significand &* 10 &+ UInt64(digit)
      if significand != 0 { digits &+= 1 }
      index &+= 1
    }
    return index &- start
  }
  let whole = takeDigits()
  let hasPoint = takes(UInt8(ascii: "."), UInt8(ascii: "."))
  let decimals = hasPoint ? takeDigits() : 0
  if whole + decimals == 0 { return infinity(text) }
  if startsWithZero && whole > 1 { return nil }
  var exponent = 0
  if takes(UInt8(ascii: "e"), UInt8(ascii: "E")) {
    let isBelowOne = index < text.count && text[index] == UInt8(ascii: "-")
    let hasSign = takes(UInt8(ascii: "-"), UInt8(ascii: "+"))
    let start = index
    while index < text.count, case let digit = text[index] &- 0x30, digit <= 9 {
      exponent = min(exponent * 10 + Int(digit), 1 << 32)
      index += 1
    }
    if index == start || !(hasSign || hasPoint) { return nil }
    if isBelowOne { exponent = -exponent }
  }
  if index < text.count { return nil }
  if digits <= 19, let number = decimalNumber(significand, tenTo: exponent - decimals) {
    return isNegative ? -number : number
  }
  return Double(String(decoding: text, as: UTF8.self))
}

private func infinity(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
  if text.count > 9 { return nil }
  switch String(decoding: text, as: UTF8.self) {
  case "inf", "Inf", "INF", "Infinity", "+inf", "+Inf", "+INF", "+Infinity": return .infinity
  case "-inf", "-Inf", "-INF", "-Infinity": return -.infinity
  default: return nil
  }
}

/// A number as a text of a table: whole numbers without a point; "" for NaN.
func cellText(_ number: Double) -> String {
  if number.isNaN { return "" }
  return Int(exactly: number).map { "\($0)" } ?? "\(number)"
}

extension ModelTable.Values {
  /// All values as texts; missing ones empty.
  package var asTexts: [String] {
    switch self {
    case .numbers(let numbers): numbers.map(cellText)
    case .texts(let texts): texts
    }
  }
}
