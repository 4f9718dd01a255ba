internal import Components

internal import Glibc

/// Reads settings in which a value may be a list of values to try.
///
/// - `C: [1, 10]` tries both; a field that is itself a list takes `{grid: [[5], [10, 5]]}`.
/// - `{log: [0.001, 10], count: 5}` tries five values, each the same multiple of the one before;
///   `{linear: [0, 1], count: 3}` three at equal distances.
/// - A list of mappings in place of a component's mapping tries each of them: settings that depend
///   on one another (a linear kernel has no gamma) stand together.
struct GridAxes {
  let fields: [FieldDescription]
  private(set) var problems: [Problem] = []

  /// More grid points of one component than this are taken for a slip.
  static let largest = 100_000

  init(_ fields: [FieldDescription]) { self.fields = fields }

  /// All combinations in the order of the file, the last key changing fastest.
  mutating func settings(_ value: SettingValue, at location: String) -> [SettingValue] {
    switch value {
    case .list(let choices):
      if choices.isEmpty {
        problems.append(Problem(location, "an empty list tries nothing"))
      }
      return choices.enumerated().flatMap { settings($1, at: "\(location)[\($0)]") }
    case .map(let map):
      var combinations = [SettingMap()]
      for entry in map.entries {
        let place = entry.line > 0 ? "\(location).\(entry.key) (line \(entry.line))" : location
        let values = axis(entry.value, of: entry.key, at: place)
        guard combinations.count * values.count <= Self.largest else {
          problems.append(Problem(place, "more than \(Self.largest) combinations"))
          return []
        }
        combinations = combinations.flatMap { combination in
          values.map { value in
            var next = combination
            next.entries.append(.init(key: entry.key, value: value, line: entry.line))
            return next
          }
        }
      }
      return combinations.map { .map($0) }
    default: return [value]
    }
  }

  private mutating func axis(
    _ value: SettingValue, of key: String, at place: String
  ) -> [SettingValue] {
    let isList =
      switch fields.first(where: { $0.name == key })?.shape {
      case .integers, .numbers, .texts: true
      default: false
      }
    switch value {
    case .list(let values) where !isList:
      if values.isEmpty { problems.append(Problem(place, "an empty list tries nothing")) }
      return values
    case .map(let map):
      if case .list(let values)? = map["grid"], map.entries.count == 1 { return values }
      return range(map, of: key, at: place)
    default: return [value]
    }
  }

  private mutating func range(
    _ map: SettingMap, of key: String, at place: String
  ) -> [SettingValue] {
    let kind = map.entries.first { $0.key == "log" || $0.key == "linear" }
    guard let kind, case .list(let ends) = kind.value, ends.count == 2,
      let low = ends[0].asNumber, let high = ends[1].asNumber,
      case .integer(let count)? = map["count"], (2...10_000).contains(count),
      map.entries.count == 2, kind.key == "linear" || (low > 0 && high > 0)
    else {
      problems.append(
        Problem(
          place,
          "values to try are a list, {log: [low, high], count: n} with low > 0,"
            + " {linear: [low, high], count: n} with n in 2...10000, or {grid: [...]}"))
      return []
    }
    let isWhole =
      if case .integer = fields.first(where: { $0.name == key })?.shape { true } else { false }
    return (0..<count).map { index in
      let share = Double(index) / Double(count - 1)
      let exact =
        kind.key == "linear" ? low + share * (high - low) : low * pow(high / low, share)
      // The ends are met exactly, and no value carries the noise of the power.
      let value = index == 0 ? low : index == count - 1 ? high : rounded(exact, digits: 12)
      return isWhole ? .integer(Int(value.rounded())) : .number(value)
    }
  }

  private func rounded(_ value: Double, digits: Int) -> Double {
    guard value != 0, value.isFinite else { return value }
    let scale = pow(10, Double(digits - 1) - log10(value.magnitude).rounded(.down))
    return (value * scale).rounded() / scale
  }
}
