package import Components

/// Reads the keys of one mapping of the study file and collects everything that is wrong.
package struct SectionReader {
  package let map: SettingMap
  let location: String
  package var problems: [Problem] = []

  package init(_ map: SettingMap, at location: String, valid: [String]) {
    self.map = map
    self.location = location
    var seen: Set<String> = []
    for entry in map.entries {
      if !valid.contains(entry.key) {
        note(entry.key, unknownKeyMessage(entry.key, valid: valid))
      } else if !seen.insert(entry.key).inserted {
        note(entry.key, "this key is given twice")
      }
    }
  }

  func place(of key: String) -> String {
    let path = location.isEmpty ? key : "\(location).\(key)"
    let line = map.line(of: key)
    return line > 0 ? "\(path) (line \(line))" : path
  }

  package mutating func note(_ key: String, _ message: String) {
    problems.append(Problem(place(of: key), message))
  }

  package mutating func text(_ key: String, required: Bool = false) -> String? {
    switch map[key] {
    case .text(let text)? where !text.isEmpty: return text
    case .integer(let integer)?: return "\(integer)"
    case nil, .null?:
      if required { note(key, "this key is needed") }
      return nil
    case .some(let other):
      note(key, "expected a text, found \(other.kindDescription)")
      return nil
    }
  }

  package mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
    switch map[key] {
    case nil, .null?: return nil
    case .integer(let integer)? where range.contains(integer): return integer
    case .some(let other):
      note(
        key,
        "expected a whole number in \(range.lowerBound)...\(range.upperBound), found "
          + other.kindDescription)
      return nil
    }
  }

  /// Sets `value` to the choice under `key`, if there is one.
  package mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, into value: inout Choice
  ) where Choice.RawValue == String {
    guard let text = text(key) else { return }
    if let known = Choice(rawValue: text) {
      value = known
    } else {
      let valid = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      note(key, "\"\(text)\" is none of the valid values: \(valid)")
    }
  }

  /// Sets `value` to the flag under `key`, if there is one.
  package mutating func flag(_ key: String, into value: inout Bool) {
    switch map[key] {
    case nil, .null?: return
    case .flag(let flag)?: value = flag
    case .some(let other): note(key, "expected true or false, found \(other.kindDescription)")
    }
  }

  /// The parameters under `key`, with their defaults where the mapping leaves them out; nil where
  /// the key is absent.
  package mutating func parameters<Parameters: ParameterSet>(_ key: String, _: Parameters.Type)
    -> Parameters?
  {
    guard let value = map[key] else { return nil }
    do throws(InvalidInput) {
      return try Parameters.decode(value, at: location.isEmpty ? key : "\(location).\(key)")
    } catch {
      problems += error.problems
      return nil
    }
  }
}

extension SettingValue {
  /// `key:` with nothing behind it is an empty mapping.
  var nullAsEmptyMap: SettingValue { self == .null ? .map(SettingMap()) : self }
}
