internal import Components
internal import Evaluation
internal import Learning

/// Decodes `steps:` and `model:` of a pipeline with all their alternatives.
struct PipelineDecoder {
  let catalog: LearningCatalog
  /// Columns that the selectors of the pipeline at hand leave in.
  var kept = ColumnPatterns([])
  var problems: [Problem] = []

  init(_ catalog: LearningCatalog) { self.catalog = catalog }

  /// `steps:`, a list of names or of one-key mappings.
  mutating func steps(_ value: SettingValue?, at place: String) -> [[PipelineStep]] {
    switch value {
    case nil, .null?: return []
    case .list(let entries)?:
      return entries.enumerated().compactMap { index, entry in
        step(entry, at: "\(place)[\(index)]")
      }
    case .some(let other):
      problems.append(
        Problem(place, "expected a list of steps in their order, found \(other.kindDescription)"))
      return []
    }
  }

  mutating func step(_ value: SettingValue, at place: String) -> [PipelineStep]? {
    guard let (name, settings) = named(value, "a step", at: place) else { return nil }
    let location = "\(place).\(name)"
    if let type = catalog.preparations.first(where: { $0.id.name == name }) {
      return preparations(type, settings, location)
    }
    if let type = catalog.balancings.first(where: { $0.id.name == name }) {
      return balancings(type, settings, location)
    }
    var own = settings
    let by = takeScope(&own, location)
    if let type = catalog.selectors.first(where: { $0.id.name == name }) {
      return selectors(type, own, location).map { .selection(keeping($0), by: by) }
    }
    if name == "rfe" {
      return eliminations(&own, location).map { .selection(keeping($0), by: by) }
    }
    if name == "stability" {
      return stabilities(&own, location).map { .selection(keeping($0), by: by) }
    }
    problems.append(
      Problem(place, "\"\(name)\": " + unknownKeyMessage(name, valid: catalog.stepNames)))
    return nil
  }

  /// `model:`, a name or a mapping of names; several names are tried one after the other.
  mutating func models(_ value: SettingValue?, at place: String) -> [any Model] {
    var entries: [SettingMap.Entry] = []
    switch value {
    case .text(let name)?: entries = [.init(key: name, value: .null)]
    case .map(let map)?: entries = map.entries
    case .list(let names)?:
      for name in names {
        if let (name, settings) = named(name, "a model", at: place) {
          entries.append(.init(key: name, value: settings))
        }
      }
    default: break
    }
    if entries.isEmpty {
      problems.append(
        Problem(
          place,
          "a model is needed, such as `logistic`; there are "
            + catalog.modelNames.joined(separator: ", ")))
    }
    return entries.flatMap { entry -> [any Model] in
      let location = entry.line > 0 ? "\(place).\(entry.key) (line \(entry.line))" : place
      if entry.key == Stacking.id.name {
        var stacking = StackingDecoder(catalog)
        defer { problems += stacking.problems }
        return stacking.models(entry.value, at: "\(place).\(entry.key)")
      }
      guard let type = catalog.models.first(where: { $0.id.name == entry.key }) else {
        problems.append(
          Problem(
            location,
            "\"\(entry.key)\": " + unknownKeyMessage(entry.key, valid: catalog.modelNames)))
        return []
      }
      return models(type, entry.value, "\(place).\(entry.key)")
    }
  }

  // MARK: One component

  /// A name, or a mapping of one name to its settings.
  private mutating func named(
    _ value: SettingValue, _ what: String, at place: String
  ) -> (String, SettingValue)? {
    if case .text(let name) = value { return (name, .null) }
    if case .map(let map) = value, map.entries.count == 1 {
      return (map.entries[0].key, map.entries[0].value)
    }
    problems.append(
      Problem(
        place, "expected \(what): a name or `name: {...}`, found \(value.kindDescription)"))
    return nil
  }

  private mutating func alternatives<Kind: Component>(
    _ type: Kind.Type, _ value: SettingValue, _ location: String
  ) -> [Kind] {
    var axes = GridAxes(Kind.Parameters.descriptions)
    let settings = axes.settings(value, at: location)
    problems += axes.problems
    var made: [Kind] = []
    for settings in settings {
      do throws(InvalidInput) {
        made.append(try Kind.decode(settings, at: location))
      } catch {
        for problem in error.problems where !problems.contains(problem) {
          let place = problem.location.hasPrefix(location) ? "" : "\(location)."
          problems.append(Problem(place + problem.location, problem.message))
        }
      }
    }
    return made
  }

  private mutating func preparations<Kind: Preparation>(
    _ type: Kind.Type, _ value: SettingValue, _ location: String
  ) -> [PipelineStep] {
    alternatives(type, value, location).map { .preparation($0) }
  }

  private mutating func balancings<Kind: Balancing>(
    _ type: Kind.Type, _ value: SettingValue, _ location: String
  ) -> [PipelineStep] {
    alternatives(type, value, location).map { .balancing($0) }
  }

  private mutating func models<Kind: Model>(
    _ type: Kind.Type, _ value: SettingValue, _ location: String
  ) -> [any Model] {
    alternatives(type, value, location)
  }

  private mutating func selectors<Kind: Selector>(
    _ type: Kind.Type, _ value: SettingValue, _ location: String
  ) -> [any Selector] {
    alternatives(type, value, location)
  }

  private func keeping<Kind: Selector>(_ selector: Kind) -> any Selector {
    kept.isEmpty ? selector : Keeping(selector, kept: kept)
  }

  /// Takes `by:` out of a selector's settings.
  private mutating func takeScope(
    _ settings: inout SettingValue, _ location: String
  ) -> SelectionScope {
    guard let value = take("by", &settings) else { return .all }
    if case .text(let text) = value, let scope = SelectionScope(rawValue: text) { return scope }
    let valid = SelectionScope.allCases.map(\.rawValue).joined(separator: ", ")
    problems.append(
      Problem("\(location).by", "expected one of \(valid), found \(value.kindDescription)"))
    return .all
  }

  func take(_ key: String, _ settings: inout SettingValue) -> SettingValue? {
    guard case .map(var map) = settings, let value = map[key] else { return nil }
    map.entries.removeAll { $0.key == key }
    settings = .map(map)
    return value
  }

  // MARK: Selectors around another component

  private mutating func eliminations(
    _ settings: inout SettingValue, _ location: String
  ) -> [any Selector] {
    guard let inner = take("model", &settings) else {
      problems.append(
        Problem(location, "`model:` is needed: the model whose importances decide what goes"))
      return []
    }
    let outer = settings
    return models(inner, at: "\(location).model").flatMap { elimination($0, outer, location) }
  }

  private mutating func elimination<Inner: Model>(
    _ model: Inner, _ settings: SettingValue, _ location: String
  ) -> [any Selector] {
    parameters(RecursiveEliminationParameters.self, settings, location).compactMap { parameters in
      made { () throws(InvalidInput) in try RecursiveElimination(parameters, model: model) }
    }
  }

  private mutating func stabilities(
    _ settings: inout SettingValue, _ location: String
  ) -> [any Selector] {
    guard let inner = take("selector", &settings) else {
      problems.append(Problem(location, "`selector:` is needed: what is repeated on subsamples"))
      return []
    }
    let place = "\(location).selector"
    guard let (name, value) = named(inner, "a selector", at: place) else { return [] }
    guard let type = catalog.selectors.first(where: { $0.id.name == name }) else {
      let valid = catalog.selectors.map { $0.id.name }
      problems.append(Problem(place, "\"\(name)\": " + unknownKeyMessage(name, valid: valid)))
      return []
    }
    let outer = settings
    return selectors(type, value, "\(place).\(name)").flatMap { stability($0, outer, location) }
  }

  private mutating func stability<Inner: Selector>(
    _ inner: Inner, _ settings: SettingValue, _ location: String
  ) -> [any Selector] {
    parameters(StabilityParameters.self, settings, location).compactMap { parameters in
      made { () throws(InvalidInput) in try StabilitySelection(parameters, inner: inner) }
    }
  }

  mutating func parameters<Parameters: ParameterSet>(
    _ type: Parameters.Type, _ value: SettingValue, _ location: String
  ) -> [Parameters] {
    var axes = GridAxes(Parameters.descriptions)
    let settings = axes.settings(value, at: location)
    problems += axes.problems
    return settings.compactMap { settings in
      made { () throws(InvalidInput) in try Parameters.decode(settings, at: location) }
    }
  }

  private mutating func made<Value>(_ make: () throws(InvalidInput) -> Value) -> Value? {
    do throws(InvalidInput) { return try make() } catch {
      for problem in error.problems where !problems.contains(problem) { problems.append(problem) }
      return nil
    }
  }
}
