extension SettingValue {
  /// The value on one line, as YAML's flow style (and, but for plain texts, JSON): the same text
  /// for the same value in every version, so it can be hashed.
  package var flowText: String {
    switch self {
    case .null: "null"
    case .flag(let flag): flag ? "true" : "false"
    case .integer(let integer): "\(integer)"
    case .number(let number):
      number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    case .text(let text): quoted(text)
    case .list(let values): "[" + values.map(\.flowText).joined(separator: ", ") + "]"
    case .map(let map):
      "{" + map.entries.map { "\($0.key): \($0.value.flowText)" }.joined(separator: ", ") + "}"
    }
  }

  /// The value as a block of YAML, indented by `indent` blanks, ending in a newline.
  package func blockText(indent: Int = 0) -> String {
    guard case .map(let map) = self else { return flowText + "\n" }
    let margin = String(repeating: " ", count: indent)
    var text = ""
    for entry in map.entries {
      if case .map(let inner) = entry.value, !inner.entries.isEmpty, inner.isNested {
        text += "\(margin)\(entry.key):\n" + entry.value.blockText(indent: indent + 2)
      } else {
        text += "\(margin)\(entry.key): \(entry.value.flowText)\n"
      }
    }
    return text
  }
}

extension SettingMap {
  /// A mapping that holds mappings is written as a block, one of plain values on one line.
  fileprivate var isNested: Bool {
    entries.contains {
      if case .map = $0.value { true } else { false }
    }
  }
}

private func quoted(_ text: String) -> String {
  let isPlain =
    !text.isEmpty
    && text.utf8.allSatisfy { byte in
      (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || (0x30...0x39).contains(byte) || "-_./".utf8.contains(byte)
    }
  let startsAsText = text.utf8.first.map { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A } ?? false
  let isReserved = ["null", "true", "false"].contains(text.lowercased())
  if isPlain, startsAsText, !isReserved { return text }
  var escaped = ""
  for character in text {
    switch character {
    case "\"": escaped += "\\\""
    case "\\": escaped += "\\\\"
    case "\n": escaped += "\\n"
    case "\t": escaped += "\\t"
    default: escaped.append(character)
    }
  }
  return "\"\(escaped)\""
}
