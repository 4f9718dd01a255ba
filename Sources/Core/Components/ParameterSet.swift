/// The typed settings of a component: defaults in `init()`, one `Field` per setting.
///
/// `fields` is the one source of decoding, of all errors at once, of `describe` and of the JSON
/// Schema of the study file.
package protocol ParameterSet: Hashable, Sendable {
  init()
  static var fields: [Field<Self>] { get }
}

/// What a field accepts; used for messages, help and the JSON Schema.
package enum FieldShape: Hashable, Sendable {
  case flag
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>, exclusiveLower: Bool)
  case choice([String])
  case text
  case integers(ClosedRange<Int>, count: ClosedRange<Int>)
  case numbers(ClosedRange<Double>, count: ClosedRange<Int>)
  case texts
}

/// One setting: name, where it is stored, what it accepts and what it means.
package struct Field<Parameters>: Sendable {
  package let name: String
  package let shape: FieldShape
  package let summary: String
  let read: @Sendable (inout Parameters, SettingValue) -> String?
  let write: @Sendable (Parameters) -> SettingValue
}

extension Field {
  /// The same setting in a set of parameters that holds `Parameters` at a path.
  package func lifted<Outer>(
    to path: WritableKeyPath<Outer, Parameters> & Sendable
  ) -> Field<Outer> {
    let (read, write) = (self.read, self.write)
    return Field<Outer>(name: name, shape: shape, summary: summary) { outer, value in
      read(&outer[keyPath: path], value)
    } write: {
      write($0[keyPath: path])
    }
  }
}

extension ParameterSet {
  /// Decodes a mapping; `null` and an empty mapping give the defaults.
  /// - Throws: all unknown keys (with the valid ones) and all bad values.
  package static func decode(_ value: SettingValue, at location: String) throws(InvalidInput)
    -> Self
  {
    var parameters = Self()
    var problems: [Problem] = []
    switch value {
    case .null: return parameters
    case .map(let map):
      var seen: Set<String> = []
      for entry in map.entries {
        let place = location.isEmpty ? entry.key : "\(location).\(entry.key)"
        let located = entry.line > 0 ? "\(place) (line \(entry.line))" : place
        guard let field = fields.first(where: { $0.name == entry.key }) else {
          let valid = fields.map(\.name)
          problems.append(Problem(located, unknownKeyMessage(entry.key, valid: valid)))
          continue
        }
        if !seen.insert(entry.key).inserted {
          problems.append(Problem(located, "this key is given twice"))
        } else if let message = field.read(&parameters, entry.value) {
          problems.append(Problem(located, message))
        }
      }
    default:
      problems.append(Problem(location, "expected a mapping, found \(value.kindDescription)"))
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    return parameters
  }

  /// The settings as a mapping with every field in order; `decode` gives the same value back.
  package func encoded() -> SettingValue {
    .map(SettingMap(Self.fields.map { .init(key: $0.name, value: $0.write(self)) }))
  }
}

/// A field without its type: what `describe` and the JSON Schema need.
package struct FieldDescription: Sendable {
  package let name: String
  package let shape: FieldShape
  package let summary: String
  package let defaultValue: SettingValue
}

extension ParameterSet {
  package static var descriptions: [FieldDescription] {
    let defaults = Self()
    return fields.map {
      FieldDescription(
        name: $0.name, shape: $0.shape, summary: $0.summary, defaultValue: $0.write(defaults))
    }
  }
}

/// "unknown key ..." with the valid keys and the nearest one.
package func unknownKeyMessage(_ key: String, valid: [String]) -> String {
  if valid.isEmpty { return "unknown key; nothing can be set here" }
  var message = "unknown key"
  if let near = nearest(to: key, in: valid) { message += "; did you mean \"\(near)\"?" }
  return message + " (valid: \(valid.joined(separator: ", ")))"
}

/// The candidate at the smallest edit distance, if that is small for the length of the word.
package func nearest(to word: String, in candidates: [String]) -> String? {
  func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[b.count]
  }
  let letters = Array(word.lowercased())
  let scored = candidates.map { ($0, distance(letters, Array($0.lowercased()))) }
  guard let best = scored.min(by: { $0.1 < $1.1 }) else { return nil }
  return best.1 <= (letters.count < 4 ? 1 : max(2, letters.count / 3)) ? best.0 : nil
}
