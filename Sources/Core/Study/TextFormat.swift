/// A value in a line of JSON.
package enum JSONValue: Hashable, Sendable {
  case text(String)
  case integer(Int)
  case number(Double)
  case flag(Bool)
}

/// One JSON object on one line, keys in the given order. NaN and infinities become null.
package func jsonObject(_ fields: [(String, JSONValue)]) -> String {
  let parts = fields.map { key, value -> String in
    let text: String =
      switch value {
      case .text(let text): jsonText(text)
      case .integer(let integer): "\(integer)"
      case .number(let number): number.isFinite ? "\(number)" : "null"
      case .flag(let flag): "\(flag)"
      }
    return "\(jsonText(key)):\(text)"
  }
  return "{" + parts.joined(separator: ",") + "}"
}

/// A JSON string literal.
package func jsonText(_ text: String) -> String {
  var literal = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": literal += "\\\""
    case "\\": literal += "\\\\"
    case "\n": literal += "\\n"
    case "\r": literal += "\\r"
    case "\t": literal += "\\t"
    case _ where scalar.value < 0x20:
      let hex = String(scalar.value, radix: 16)
      literal += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
    default: literal.unicodeScalars.append(scalar)
    }
  }
  return literal + "\""
}

/// A number with a fixed count of decimals, for people.
package func decimal(_ value: Double, _ places: Int) -> String {
  guard value.isFinite else { return "\(value)" }
  var scale = 1.0
  for _ in 0..<places { scale *= 10 }
  let scaled = (abs(value) * scale).rounded()
  guard scaled < 9e15 else { return "\(value)" }
  let whole = Int(scaled) / Int(scale)
  let fraction = Int(scaled) % Int(scale)
  let sign = value < 0 && scaled > 0 ? "-" : ""
  if places == 0 { return "\(sign)\(whole)" }
  let digits = String(fraction)
  return "\(sign)\(whole)." + String(repeating: "0", count: places - digits.count) + digits
}

/// Seconds as people say them: "42 s", "3 min 20 s", "2 h 05 min", "3 d 4 h".
package func duration(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e12 else { return "unknown" }
  let whole = Int(max(0, seconds).rounded())
  if seconds < 10 { return "\(decimal(seconds, 1)) s" }
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
  if whole < 86_400 {
    let minutes = whole % 3600 / 60
    return "\(whole / 3600) h \(minutes < 10 ? "0" : "")\(minutes) min"
  }
  return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
}

/// Bytes as people say them: "812 B", "3.4 KiB", "1.2 GiB".
package func byteCount(_ bytes: Int) -> String {
  let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
  var value = Double(bytes)
  var index = 0
  while value >= 1024, index < units.count - 1 {
    value /= 1024
    index += 1
  }
  return index == 0 ? "\(bytes) B" : "\(decimal(value, 1)) \(units[index])"
}
