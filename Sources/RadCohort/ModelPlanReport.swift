internal import Catalog
internal import Components
internal import Evaluation
internal import Glibc
internal import Learning
internal import ModelStudy
internal import Study
internal import Worker

/// What `plan` and `check` say of a model study.
struct ModelPlanReport {
  private let loaded: LoadedModelStudy
  private let plan: ModelPlan

  init(_ path: String) throws(InvalidInput) {
    loaded = try LoadedModelStudy(path)
    plan = loaded.plan
  }

  /// One line for `check`.
  var summary: String {
    let pipelines = plan.study.pipelines.count
    return "\(plan.header.rowCount) rows of \(Set(plan.header.groups).count) patients,"
      + " \(plan.header.columnCount) columns, \(pipelines) pipeline\(pipelines == 1 ? "" : "s")"
  }

  var notes: [String] { loaded.notes }

  func print(probe: Int, cores: Int) throws(InvalidInput) {
    for line in lines { Swift.print(line) }
    for line in Self.shortened(notes) { Swift.print("note        \(line)") }
    for line in try estimate(probe: probe)?.lines(cores: cores) ?? [] { Swift.print(line) }
  }

  /// The first notes, and how many more there are.
  static func shortened(_ notes: [String]) -> [String] {
    let shown = 20
    let more = notes.count - shown
    return notes.prefix(shown) + (more > 0 ? ["and \(more) more, all in the result"] : [])
  }

  private var lines: [String] {
    let header = plan.header
    let space = plan.space
    let stages = plan.stages.map { stage in
      stage.name.rawValue + (stage.units.isEmpty ? "" : " (\(stage.units.count) units)")
    }
    let roles = SplitRole.allCases.compactMap { role -> String? in
      let count = header.roles.count { $0 == role }
      return count == 0 ? nil : "\(role.rawValue) \(count)"
    }
    var lines = [
      "study       \(plan.study.name), \(header.outcome.kind.rawValue) outcome,"
        + " metric \(plan.study.metric.rawValue)",
      "stages      \(stages.joined(separator: " -> "))",
      "rows        \(header.rowCount) (\(Set(header.groups).count) patients): "
        + roles.joined(separator: ", ") + eventText,
      "columns     \(header.columnCount)",
    ]
    for (index, pipeline) in plan.study.pipelines.enumerated() {
      lines.append(
        "pipeline    \(pipeline.name): \(pipeline.pointCount) grid points" + partText(index))
      lines += pipeline.texts.map { "            \($0)" }
    }
    for group in space.groups {
      lines.append(
        "scenario    \(group.scenario.name): \(group.count) x \(group.repeats) repeats x"
          + " \(group.outer) folds")
    }
    lines.append(
      "fits        \(plan.fitCount) of models, in \(plan.unitCount) units"
        + (space.searchUnits.isEmpty ? "" : " (\(space.innerFolds) inner folds)"))
    return lines
  }

  /// What a pipeline sees of the table, where it is not all of it.
  private func partText(_ index: Int) -> String {
    let header = plan.header
    let pipeline = plan.study.pipelines[index]
    let counts = pipeline.columnCounts(names: header.columns, blocks: header.blocks)
    var text = ""
    if counts != header.columnCount...header.columnCount || pipeline.isSecondStage {
      let count =
        counts.count == 1 ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
      text +=
        pipeline.isSecondStage
        ? ", \(count) columns, scores among them" : ", \(count) of \(header.columnCount) columns"
    }
    if !pipeline.rows.isEmpty {
      text += ", \(header.rowCount - header.leftOut[index].count) of \(header.rowCount) rows"
    }
    return text
  }

  private var eventText: String {
    switch plan.header.outcome {
    case .binary(let classes): "; \(classes.count { $0 == 1 }) positive"
    case .continuous: ""
    case .survival(_, let event, _): "; \(event.count { $0 == 1 }) events"
    }
  }

  /// Units by stage and pipeline: pipelines of one study can differ by orders of magnitude.
  private var kinds: [UnitKind] {
    let space = plan.space
    let names = plan.study.pipelines.map(\.name)
    let parts = space.partCount
    let searches = space.searched.enumerated().map { place, pipeline in
      UnitKind("\(names[pipeline]), inner folds", count: parts * space.innerFolds) { index in
        let (part, inner) = index.quotientAndRemainder(dividingBy: space.innerFolds)
        return (part * space.searched.count + place) * space.innerFolds + inner
      }
    }
    let estimates = names.indices.map { pipeline in
      UnitKind("\(names[pipeline]), fits", count: parts) { part in
        space.estimateUnits.lowerBound + part * names.count + pipeline
      }
    }
    return searches + estimates
  }

  /// Fits a few units of every kind; what it needs on disk is gone when it returns.
  private func estimate(probe: Int) throws(InvalidInput) -> Estimate? {
    guard probe > 0 else { return nil }
    let path = (environmentText("TMPDIR") ?? "/tmp") + "/radcohort-plan-\(getpid()).bin"
    defer { unlink(path) }
    do {
      try TableFile.write(
        ModelData.head(loaded.header), loaded.built.data.features, to: path)
      let computer = ModelUnitComputer(plan: plan, data: try ModelData(path: path), choices: [])
      return try Estimate(computer, kinds: kinds, probe: probe)
    } catch let failure as UnitFailure {
      throw InvalidInput("every unit that was tried failed", failure.description)
    } catch {
      throw InvalidInput(path, "\(error)")
    }
  }
}
