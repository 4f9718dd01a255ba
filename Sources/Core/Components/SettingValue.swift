/// A node of a settings document (YAML or JSON), with the place where it stands.
///
/// The study file is parsed once into this tree; everything that reads settings reads this, so
/// that every message can name the line.
package indirect enum SettingValue: Hashable, Sendable {
  case null
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([SettingValue])
  case map(SettingMap)

  /// What the value is, in the words of an error message.
  package var kindDescription: String {
    switch self {
    case .null: "null"
    case .flag(let value): "\(value) (true/false)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): "\"\(value.prefix(60))\""
    case .list(let values): "a list of \(values.count)"
    case .map(let map): "a mapping of \(map.entries.count) keys"
    }
  }
}

/// An ordered mapping: keys keep the order of the file.
package struct SettingMap: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package var key: String
    package var value: SettingValue
    /// Line of the key in its file, 1-based; 0 where it did not come from a file.
    package var line: Int

    package init(key: String, value: SettingValue, line: Int = 0) {
      self.key = key
      self.value = value
      self.line = line
    }
  }

  package var entries: [Entry]

  package init(_ entries: [Entry] = []) { self.entries = entries }

  package subscript(key: String) -> SettingValue? {
    entries.first { $0.key == key }?.value
  }

  package func line(of key: String) -> Int { entries.first { $0.key == key }?.line ?? 0 }
}
