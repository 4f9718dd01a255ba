internal import Components
internal import Learning
internal import Study

/// Decodes `stacking:`, a model of models:
///
///     stacking:
///       members:
///         PET: {model: xgboost, blocks: [PET/tumour]}
///         CT: {model: {xgboost: {maxDepth: 2}}, blocks: [CT/tumour]}
///       final: logistic
///       further: {columns: [age]}
///       folds: 5
///
/// Every combination of the alternatives of its parts is one alternative of the stack.
struct StackingDecoder {
  private let catalog: LearningCatalog
  var problems: [Problem] = []

  init(_ catalog: LearningCatalog) { self.catalog = catalog }

  mutating func models(_ value: SettingValue, at place: String) -> [any Model] {
    var decoder = PipelineDecoder(catalog)
    defer { problems += decoder.problems }
    var settings = value
    guard case .map(let parts)? = decoder.take("members", &settings), !parts.entries.isEmpty else {
      decoder.problems.append(
        Problem(place, "`members:` are needed: {PET: {model: xgboost, blocks: [PET/tumour]}, ...}"))
      return []
    }
    let finals = decoder.models(decoder.take("final", &settings), at: "\(place).final")
    let further = decoder.take("further", &settings).map {
      columns($0, at: "\(place).further", &decoder.problems)
    }
    var stacks: [[Stacking.Member]] = [[]]
    for entry in parts.entries {
      let location = "\(place).members.\(entry.key)"
      guard case .map(let map) = entry.value else {
        decoder.problems.append(
          Problem(location, "expected {model: ..., blocks: [...]}, found a plain value"))
        continue
      }
      let reader = SectionReader(map, at: location, valid: ["model", "blocks", "columns"])
      decoder.problems += reader.problems
      let bases = decoder.models(map["model"], at: "\(location).model")
      let chosen = columns(entry.value, at: location, &decoder.problems)
      stacks = stacks.flatMap { stack in
        bases.map { stack + [.init(entry.key, $0, columns: chosen)] }
      }
    }
    let own = decoder.parameters(StackingParameters.self, settings, place)
    return own.flatMap { parameters in
      stacks.flatMap { members in
        finals.compactMap { final in
          stack(parameters, members, final, further, at: place, &decoder.problems)
        }
      }
    }
  }

  private func stack(
    _ parameters: StackingParameters, _ members: [Stacking.Member], _ final: any Model,
    _ further: StackingColumns?, at place: String, _ problems: inout [Problem]
  ) -> (any Model)? {
    do throws(InvalidInput) {
      return try Stacking(parameters, members: members, final: final, further: further)
    } catch {
      problems += error.problems.map { Problem("\(place).\($0.location)", $0.message) }
      return nil
    }
  }

  /// `blocks:` or `columns:`; all columns where neither is given.
  private func columns(
    _ value: SettingValue, at place: String, _ problems: inout [Problem]
  ) -> StackingColumns {
    guard case .map(let map) = value else {
      problems.append(Problem(place, "expected {blocks: [...]} or {columns: [...]}"))
      return .all
    }
    func texts(_ key: String) -> [String]? {
      guard let value = map[key] else { return nil }
      guard case .list(let list) = value, !list.isEmpty else {
        problems.append(Problem("\(place).\(key)", "expected a list of names"))
        return nil
      }
      return list.map { if case .text(let text) = $0 { text } else { $0.flowText } }
    }
    switch (texts("blocks"), texts("columns")) {
    case (let blocks?, nil): return .blocks(blocks)
    case (nil, let names?): return .named(names)
    case (nil, nil): return .all
    default:
      problems.append(Problem(place, "either blocks or columns, not both"))
      return .all
    }
  }
}
