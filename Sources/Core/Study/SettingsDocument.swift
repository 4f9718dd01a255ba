package import Components
internal import Yams

/// Reads YAML (and JSON, its subset) into `SettingValue`s.
///
/// Strict on purpose: only `true`/`false` are flags (YAML 1.1's yes, no, on, off stay texts), a key
/// given twice is an error, anchors and aliases are refused, and size and depth are bounded, so
/// that a hostile file cannot blow up memory.
package enum SettingsDocument {
  package static let maximumBytes = 4 << 20
  package static let maximumNodes = 200_000
  package static let maximumDepth = 32

  /// - Parameter name: the file's name, for messages.
  package static func parse(_ text: String, name: String) throws(InvalidInput) -> SettingValue {
    if text.utf8.count > maximumBytes {
      throw InvalidInput(
        name, "\(text.utf8.count) bytes; a settings file has at most \(maximumBytes)")
    }
    if let line = lineOfFirstReference(in: text) {
      throw InvalidInput(
        "\(name), line \(line)",
        "YAML anchors (&name) and aliases (*name) are not supported; write the value out"
          + " (a text that starts with & or * needs quotes)")
    }
    if let line = lineNestedTooDeep(in: text) {
      throw InvalidInput("\(name), line \(line)", "nested deeper than \(maximumDepth) levels")
    }
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch {
      throw InvalidInput(name, "not valid YAML: \(shortened("\(error)"))")
    }
    guard let node else { return .null }
    var budget = maximumNodes
    return try convert(node, name: name, depth: 0, budget: &budget)
  }

  /// The parser's message quotes the line, however long that is: its first lines, each cut.
  private static func shortened(_ message: String) -> String {
    message.split(separator: "\n").prefix(4).map { line in
      line.utf8.count > 160 ? line.prefix(160) + "..." : line
    }.joined(separator: "\n")
  }

  private static func convert(
    _ node: Node, name: String, depth: Int, budget: inout Int
  ) throws(InvalidInput) -> SettingValue {
    budget -= 1
    let line = node.mark?.line ?? 0
    guard budget > 0 else {
      throw InvalidInput(name, "more than \(maximumNodes) values; a settings file has fewer")
    }
    guard depth <= maximumDepth else {
      throw InvalidInput("\(name), line \(line)", "nested deeper than \(maximumDepth) levels")
    }
    switch node {
    case .scalar(let scalar): return value(of: scalar)
    case .sequence(let sequence):
      var values: [SettingValue] = []
      for element in sequence {
        values.append(try convert(element, name: name, depth: depth + 1, budget: &budget))
      }
      return .list(values)
    case .mapping(let mapping):
      var map = SettingMap()
      for (keyNode, valueNode) in mapping {
        guard case .scalar(let key) = keyNode else {
          throw InvalidInput("\(name), line \(line)", "a key must be a plain text")
        }
        map.entries.append(
          .init(
            key: key.string,
            value: try convert(valueNode, name: name, depth: depth + 1, budget: &budget),
            line: keyNode.mark?.line ?? 0))
      }
      return .map(map)
    case .alias: throw InvalidInput("\(name), line \(line)", "YAML aliases are not supported")
    }
  }

  private static func value(of scalar: Node.Scalar) -> SettingValue {
    let text = scalar.string
    guard scalar.style == .plain || scalar.style == .any else { return .text(text) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .flag(true)
    case "false", "False", "FALSE": return .flag(false)
    default: break
    }
    if let integer = Int(text) { return .integer(integer) }
    let isNumeric = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte)
    }
    if isNumeric, text.utf8.contains(where: { (0x30...0x39).contains($0) }),
      let number = Double(text)
    {
      return .number(number)
    }
    return .text(text)
  }

  /// The line of the first `&anchor` or `*alias` where YAML would read one: at the start of a value.
  private static func lineOfFirstReference(in text: String) -> Int? {
    var line = 1
    var quote: UInt8? = nil
    var startsValue = true
    var isComment = false
    var previous = UInt8(ascii: "\n")
    for byte in text.utf8 {
      defer { previous = byte }
      switch byte {
      case UInt8(ascii: "\n"):
        line += 1
        startsValue = true
        isComment = false
      case _ where isComment: continue
      case _ where quote != nil:
        if byte == quote { quote = nil }
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        if startsValue { quote = byte }
        startsValue = false
      case UInt8(ascii: "&"), UInt8(ascii: "*"):
        if startsValue { return line }
      case UInt8(ascii: "#"):
        isComment = [" ", "\t", "\n"].contains(UnicodeScalar(previous))
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "-"), UInt8(ascii: "\r"): continue
      case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: ":"),
        UInt8(ascii: "?"):
        startsValue = true
      default: startsValue = false
      }
    }
    return nil
  }

  /// The parser below recurses, so flow nesting is bounded before it runs.
  private static func lineNestedTooDeep(in text: String) -> Int? {
    var line = 1
    var depth = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        if depth > 4 * maximumDepth { return line }
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      default: break
      }
    }
    return nil
  }
}
