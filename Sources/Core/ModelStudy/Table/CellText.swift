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
  var bytes = Substring(text).utf8
  if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
    bytes.removeFirst()
  }
  if ["inf", "Inf", "INF", "Infinity"].contains(Substring(bytes)) {
    return text.first == "-" ? -.infinity : .infinity
  }
  func takeDigits() -> Int {
    let digits = bytes.prefix { (0x30...0x39).contains($0) }.count
    bytes.removeFirst(digits)
    return digits
  }
  let startsWithZero = bytes.first == UInt8(ascii: "0")
  let whole = takeDigits()
  var decimals = 0
  let hasPoint = bytes.first == UInt8(ascii: ".")
  if hasPoint {
    bytes.removeFirst()
    decimals = takeDigits()
  }
  if whole + decimals == 0 || (startsWithZero && whole > 1) { return nil }
  if let mark = bytes.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
    bytes.removeFirst()
    let hasSign = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+")
    if hasSign { bytes.removeFirst() }
    if takeDigits() == 0 || !(hasSign || hasPoint) { return nil }
  }
  return bytes.isEmpty ? Double(text) : nil
}

/// A number as a text of a table: whole numbers without a point; "" for NaN.
func cellText(_ number: Double) -> String {
  if number.isNaN { return "" }
  return Int(exactly: number).map { "\($0)" } ?? "\(number)"
}

extension ModelTable.Values {
  /// Numbers where every text is one or is missing, else texts, missing ones empty.
  package init(texts: [String]) {
    var numbers: [Double] = []
    numbers.reserveCapacity(texts.count)
    for text in texts {
      if isMissingText(text) {
        numbers.append(.nan)
      } else if let number = cellNumber(text) {
        numbers.append(number)
      } else {
        self = .texts(texts.map { isMissingText($0) ? "" : $0 })
        return
      }
    }
    self = .numbers(numbers)
  }

  /// All values as texts; missing ones empty.
  package var asTexts: [String] {
    switch self {
    case .numbers(let numbers): numbers.map(cellText)
    case .texts(let texts): texts
    }
  }
}
