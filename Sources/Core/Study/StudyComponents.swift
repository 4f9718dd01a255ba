package import Components
package import Features
package import Filters
internal import Imaging

/// A feature family with its parameters and the columns that the study wants of it.
package struct ConfiguredFamily: Sendable {
  package var family: any FeatureFamily
  /// Indices into the family's `columns`, ascending.
  package var selected: [Int]

  package init(family: any FeatureFamily, selected: [Int]) {
    self.family = family
    self.selected = selected
  }

  package var id: ComponentID { type(of: family).id }
  package var scope: FeatureScope { type(of: family).scope }

  package var descriptors: [FeatureDescriptor] {
    let columns = family.columns
    return selected.map { columns[$0] }
  }
}

/// A filter with its parameters.
package struct ConfiguredFilter: Sendable {
  package var filter: any ImageFilter

  package init(filter: any ImageFilter) { self.filter = filter }

  package var id: ComponentID { type(of: filter).id }
}

extension StudyFile {
  /// A list of names, or a mapping of name to parameters; `names` where the key is absent.
  private static func entries(
    of value: SettingValue?, default names: [String], at place: String, _ what: String,
    _ problems: inout [Problem]
  ) -> [SettingMap.Entry] {
    switch value {
    case nil, .null?: return names.map { .init(key: $0, value: .null) }
    case .map(let map)?: return map.entries
    case .list(let list)?:
      return list.compactMap { name in
        guard case .text(let text) = name else {
          problems.append(
            Problem(place, "expected names of \(what), found \(name.kindDescription)"))
          return nil
        }
        return .init(key: text, value: .null)
      }
    case .some(let other):
      problems.append(Problem(place, "expected \(what), found \(other.kindDescription)"))
      return []
    }
  }

  /// Makes what `value` names, each name once; the result is in the order of `names`, the
  /// catalog's, whatever the order of the file.
  /// - Parameter make: of the name at an index, its settings and their place.
  private static func choose<Configured>(
    _ value: SettingValue?, default absent: [String], at place: String, _ what: String,
    from names: [String], _ problems: inout [Problem],
    _ make: (Int, SettingValue, String, inout [Problem]) -> Configured?
  ) -> [Configured] {
    var chosen: [Int: Configured] = [:]
    var seen: Set<Int> = []
    for entry in entries(of: value, default: absent, at: place, what, &problems) {
      let location = entry.line > 0 ? "\(place).\(entry.key) (line \(entry.line))" : place
      guard let index = names.firstIndex(of: entry.key) else {
        problems.append(
          Problem(location, "\"\(entry.key)\": " + unknownKeyMessage(entry.key, valid: names)))
        continue
      }
      if seen.insert(index).inserted {
        chosen[index] = make(index, entry.value, location, &problems)
      } else {
        problems.append(Problem(location, "\"\(entry.key)\" is given twice"))
      }
    }
    if seen.isEmpty, problems.isEmpty {
      problems.append(Problem(place, "none of the \(what) is named"))
    }
    return names.indices.compactMap { chosen[$0] }
  }

  /// `filters:`; the original image alone where it is absent.
  static func decodeFilters(
    _ value: SettingValue?, at place: String, _ filters: [any ImageFilter.Type],
    _ problems: inout [Problem]
  ) -> [ConfiguredFilter] {
    choose(
      value, default: ["original"], at: place, "filters", from: filters.map { $0.id.name },
      &problems
    ) { index, settings, location, problems in
      configure(filters[index], settings, at: location, &problems)
    }
  }

  private static func configure<Filter: ImageFilter>(
    _ filter: Filter.Type, _ value: SettingValue, at location: String,
    _ problems: inout [Problem]
  ) -> ConfiguredFilter? {
    do throws(InvalidInput) {
      return ConfiguredFilter(filter: try Filter.decode(value, at: location))
    } catch {
      problems += error.problems
      return nil
    }
  }

  /// `features:` as a list of names, or a mapping of name to parameters (plus `only`); all
  /// families of the profile with their defaults where it is absent.
  static func decodeFamilies(
    _ value: SettingValue?, at place: String, _ families: [any FeatureFamily.Type],
    _ profile: Profile, _ problems: inout [Problem]
  ) -> [ConfiguredFamily] {
    let names = families.map { $0.id.name }
    let usual = families.filter { $0.profiles.contains(profile) }.map { $0.id.name }
    return choose(value, default: usual, at: place, "families", from: names, &problems) {
      index, settings, location, problems in
      configure(families[index], settings, at: location, &problems)
    }
  }

  private static func configure<Family: FeatureFamily>(
    _ family: Family.Type, _ value: SettingValue, at location: String,
    _ problems: inout [Problem]
  ) -> ConfiguredFamily? {
    var settings = value
    let only = takeOnly(from: &settings, at: location, &problems)
    do throws(InvalidInput) {
      let instance = try Family.decode(settings, at: location)
      let columns = instance.columns
      let selected =
        only.map { select($0, of: columns, at: location, &problems) }
        ?? columns.indices.filter { columns[$0].isDefault }
      return ConfiguredFamily(family: instance, selected: selected)
    } catch {
      problems += error.problems
      if let only { _ = select(only, of: family.columns, at: location, &problems) }
      return nil
    }
  }

  /// Takes `only: [names]` out of a family's settings; nil where it is absent or empty.
  private static func takeOnly(
    from settings: inout SettingValue, at location: String, _ problems: inout [Problem]
  ) -> [SettingValue]? {
    // PyRadiomics writes `glcm: [Contrast, Idm]`.
    if case .list = settings {
      settings = .map(SettingMap([.init(key: "only", value: settings)]))
    }
    guard case .map(var map) = settings, let only = map["only"] else { return nil }
    map.entries.removeAll { $0.key == "only" }
    settings = .map(map)
    guard case .list(let names) = only else {
      problems.append(
        Problem("\(location).only", "expected a list of features, found \(only.kindDescription)"))
      return nil
    }
    return names.isEmpty ? nil : names
  }

  /// Indices of the named columns, ascending.
  private static func select(
    _ names: [SettingValue], of columns: [FeatureDescriptor], at location: String,
    _ problems: inout [Problem]
  ) -> [Int] {
    var selected: Set<Int> = []
    for name in names {
      guard case .text(let text) = name,
        let index = columns.firstIndex(where: { $0.name == text })
      else {
        let given: String = if case .text(let text) = name { text } else { name.kindDescription }
        problems.append(
          Problem(
            "\(location).only",
            "\"\(given)\": " + unknownKeyMessage(given, valid: columns.map(\.name))))
        continue
      }
      selected.insert(index)
    }
    return selected.sorted()
  }
}
