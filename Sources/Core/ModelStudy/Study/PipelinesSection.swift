internal import Components
internal import Evaluation
internal import Learning
internal import Study

extension ModelStudyFile {
  private static let pipelineKeys = [
    "like", "rows", "scores", "columns", "keep", "steps", "model",
  ]

  /// `pipelines:`, a mapping of names to `steps`, `model` and what else a pipeline has of its own.
  /// - Parameter aggregation: how rows become patients, for second stages.
  static func decodePipelines(
    _ value: SettingValue?, _ aggregation: LesionAggregation?, _ decoder: inout PipelineDecoder
  ) -> [PipelineGrid] {
    guard case .map(let map)? = value, !map.entries.isEmpty else {
      decoder.problems.append(
        Problem(
          "pipelines",
          "at least one pipeline is needed, such as `pipelines: {lasso: {model: logistic}}`"))
      return []
    }
    var stages = ScoreStageDecoder(aggregation: aggregation)
    var known: [(name: String, settings: SettingMap)] = []
    return map.entries.compactMap { entry in
      let place = "pipelines.\(entry.key)"
      if !isPlainName(entry.key) {
        decoder.problems.append(
          Problem(place, "a pipeline's name has letters, digits and - only"))
      }
      if stages.names.contains(entry.key) {
        decoder.problems.append(Problem(place, "this pipeline is given twice"))
      }
      defer { stages.names.append(entry.key) }
      guard case .map(let settings) = entry.value else {
        decoder.problems.append(
          Problem(place, "expected steps and a model, found \(entry.value.kindDescription)"))
        return nil
      }
      let whole = completed(settings, from: known, at: place, &decoder.problems)
      known.append((entry.key, whole))
      guard let pipeline = decodePipeline(entry.key, whole, at: place, &decoder, &stages)
      else { return nil }
      stages.earlier.append(pipeline)
      return pipeline
    }
  }

  /// With `like: NAME`, what is not given is taken from a pipeline before.
  private static func completed(
    _ settings: SettingMap, from known: [(name: String, settings: SettingMap)], at place: String,
    _ problems: inout [Problem]
  ) -> SettingMap {
    guard let like = settings["like"] else { return settings }
    var whole = settings
    guard case .text(let name) = like, let model = known.first(where: { $0.name == name }) else {
      let text = if case .text(let name) = like { name } else { like.flowText }
      let message = ScoreStageDecoder.noPipelineMessage(text, before: known.map { $0.name })
      problems.append(Problem("\(place).like", message))
      return whole
    }
    whole.entries += model.settings.entries.filter { $0.key != "like" && settings[$0.key] == nil }
    return whole
  }

  private static func decodePipeline(
    _ name: String, _ settings: SettingMap, at place: String, _ decoder: inout PipelineDecoder,
    _ stages: inout ScoreStageDecoder
  ) -> PipelineGrid? {
    var reader = SectionReader(settings, at: place, valid: pipelineKeys)
    let keep = texts("keep", &reader)
    let rows = reader.text("rows") ?? ""
    decoder.problems += reader.problems
    decoder.kept = ColumnPatterns(keep)
    defer { decoder.kept = ColumnPatterns([]) }
    var steps = decoder.steps(settings["steps"], at: "\(place).steps")
    if let value = settings["columns"], value != .null {
      let entry = SettingMap.Entry(key: ColumnSelector.id.name, value: value, line: 0)
      steps.insert(decoder.step(.map(SettingMap([entry])), at: place) ?? [], at: 0)
    }
    let models = decoder.models(settings["model"], at: "\(place).model")
    if let value = settings["scores"], value != .null {
      steps.insert(stages.steps(value, at: "\(place).scores"), at: 0)
      decoder.problems += stages.takeProblems()
    }
    if models.isEmpty || steps.contains(where: { $0.isEmpty }) { return nil }
    var pipeline = PipelineGrid(name: name, steps: steps, models: models)
    pipeline.keep = keep
    pipeline.rows = rows
    return pipeline
  }

  /// A list of texts, or one.
  private static func texts(_ key: String, _ reader: inout SectionReader) -> [String] {
    switch reader.map[key] {
    case nil, .null?: return []
    case .text(let text)? where !text.isEmpty: return [text]
    case .list(let list)?:
      let texts: [String] = list.compactMap {
        if case .text(let text) = $0, !text.isEmpty { text } else { nil }
      }
      if texts.count == list.count { return texts }
    default: break
    }
    reader.note(key, "expected a list of patterns for columns, such as [age, site*]")
    return []
  }

  /// The conditions of `rows:`, one for each pipeline.
  static func rowFilters(
    of pipelines: [PipelineGrid], _ problems: inout [Problem]
  ) -> [OutcomeExpression?] {
    pipelines.map { pipeline in
      if pipeline.rows.isEmpty { return nil }
      do throws(InvalidInput) {
        return try OutcomeExpression(pipeline.rows, at: "pipelines.\(pipeline.name).rows")
      } catch {
        problems += error.problems
        return nil
      }
    }
  }
}
