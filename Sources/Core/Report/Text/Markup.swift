/// Text as it may stand in HTML and XML.
package enum Markup {
  /// Safe between tags and inside quoted attributes. Characters that XML forbids become U+FFFD.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      case _
      where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        || scalar.value & 0xFFFE == 0xFFFE:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// An identifier of ASCII letters, digits and hyphens that begins with a letter.
  package static func identifier(_ text: String) -> String {
    var result = ""
    for byte in text.lowercased().utf8 {
      let isKept = (97...122).contains(byte) || (48...57).contains(byte)
      if isKept {
        result.append(Character(UnicodeScalar(byte)))
      } else if !result.isEmpty && !result.hasSuffix("-") {
        result += "-"
      }
    }
    while result.hasSuffix("-") { result.removeLast() }
    if let first = result.utf8.first, (97...122).contains(first) { return result }
    return result.isEmpty ? "part" : "part-" + result
  }
}
