package import Components

extension JSONTree {
  /// A mapping of settings with their ranges and defaults; nothing else may be in it.
  package static func settings(_ summary: String, _ fields: [FieldDescription]) -> JSONTree {
    .object([
      ("type", .list([.text("object"), .text("null")])),
      ("description", .text(summary)),
      ("additionalProperties", .flag(false)),
      (
        "properties",
        .object(
          fields.map { field in
            var members = field.shape.schema
            members.append(("description", .text(field.summary)))
            members.append(("default", JSONTree(field.defaultValue)))
            return (field.name, .object(members))
          })
      ),
    ])
  }
}

extension FieldShape {
  /// Members of a JSON Schema that says what a setting can be.
  package var schema: [(String, JSONTree)] {
    switch self {
    case .flag: [("type", .text("boolean"))]
    case .integer(let range):
      [("type", .text("integer")), ("minimum", .integer(range.lowerBound))]
        + (range.upperBound == .max ? [] : [("maximum", .integer(range.upperBound))])
    case .number(let range, let exclusive): [("type", .text("number"))] + bounds(range, exclusive)
    case .choice(let choices): [("enum", .list(choices.map { .text($0) }))]
    case .text: [("type", .text("string"))]
    case .integers(let range, let count):
      list(.object([("type", .text("integer")), ("minimum", .integer(range.lowerBound))]), count)
    case .numbers(let range, let count):
      list(.object([("type", .text("number"))] + bounds(range, false)), count)
    case .texts: [("type", .text("array")), ("items", .object([("type", .text("string"))]))]
    }
  }

  private func bounds(_ range: ClosedRange<Double>, _ exclusive: Bool) -> [(String, JSONTree)] {
    let unbounded = Double.greatestFiniteMagnitude
    var members: [(String, JSONTree)] = []
    if range.lowerBound != -unbounded {
      members.append((exclusive ? "exclusiveMinimum" : "minimum", .number(range.lowerBound)))
    }
    if range.upperBound != unbounded { members.append(("maximum", .number(range.upperBound))) }
    return members
  }

  private func list(_ items: JSONTree, _ count: ClosedRange<Int>) -> [(String, JSONTree)] {
    [("type", .text("array")), ("items", items), ("minItems", .integer(count.lowerBound))]
      + (count.upperBound == .max ? [] : [("maxItems", .integer(count.upperBound))])
  }
}

/// A JSON document with ordered members.
package indirect enum JSONTree: Sendable {
  case text(String)
  case integer(Int)
  case number(Double)
  case flag(Bool)
  case null
  case list([JSONTree])
  case object([(String, JSONTree)])

  package init(_ value: SettingValue) {
    switch value {
    case .null: self = .null
    case .flag(let flag): self = .flag(flag)
    case .integer(let integer): self = .integer(integer)
    case .number(let number): self = .number(number)
    case .text(let text): self = .text(text)
    case .list(let values): self = .list(values.map(JSONTree.init))
    case .map(let map): self = .object(map.entries.map { ($0.key, JSONTree($0.value)) })
    }
  }

  package func text(indent: Int) -> String {
    let inner = String(repeating: " ", count: indent + 2)
    let outer = String(repeating: " ", count: indent)
    switch self {
    case .text(let text): return jsonText(text)
    case .integer(let integer): return "\(integer)"
    case .number(let number): return SettingValue.number(number).flowText
    case .flag(let flag): return "\(flag)"
    case .null: return "null"
    case .list(let values):
      return "[" + values.map { $0.text(indent: indent + 2) }.joined(separator: ", ") + "]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.map { "\(inner)\(jsonText($0.0)): \($0.1.text(indent: indent + 2))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
    }
  }
}
