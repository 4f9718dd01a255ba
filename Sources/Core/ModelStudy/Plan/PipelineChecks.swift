package import Components
internal import Evaluation
package import Learning

extension ModelPlan {
  /// What is certain to fail in a fit, whatever the columns hold, and what should be known.
  /// - Parameters:
  ///   - missing: rows without a value, one per column.
  ///   - features: of all rows, where a pipeline has rows of its own.
  /// - Throws: all problems, at the pipeline, step and setting.
  package func checkPipelines(
    missing: [Int], features: FeatureMatrix? = nil
  ) throws(InvalidInput) -> [String] {
    var problems: [Problem] = []
    var notes: [String] = []
    for (index, pipeline) in study.pipelines.enumerated() {
      var check = PipelineCheck(
        pipeline, try facts(pipeline: index), hasBlocks: header.hasBlocks)
      check.run()
      let own = isOwn(pipeline: index)
      let problem = unimputed(pipeline) { column in
        guard missing.indices.contains(column), missing[column] > 0 else { return 0 }
        guard let own, let features else { return missing[column] }
        return features.withColumn(column) { x in x.indices.count { own[$0] && x[$0].isNaN } }
      }
      if let problem { check.problems.append(problem) }
      problems += check.problems
      notes += check.notes
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    return notes
  }

  /// Missing values that nothing imputes.
  /// - Parameter missing: of a column, the pipeline's rows without a value.
  private func unimputed(_ pipeline: PipelineGrid, _ missing: (Int) -> Int) -> Problem? {
    let inputs = pipeline.inputs(names: header.columns, blocks: header.blocks)
    let gaps = inputs.filter { missing($0) > 0 }
    guard let column = gaps.first else { return nil }
    let components =
      pipeline.steps.joined().map(\.component) + pipeline.models.map { $0 as any Component }
    // Parts of a stack and of a first stage see other columns.
    let isOpen = components.contains {
      $0 is Imputation || $0 is ScoreStage || !$0.nested.isEmpty
    }
    let tolerant = components.allSatisfy { $0 is any MissingTolerant || $0 is any SelectionByName }
    let laterByName = pipeline.steps.dropFirst().joined().contains {
      $0.component is any SelectionByName
    }
    if isOpen || tolerant || laterByName { return nil }
    let count = gaps.count
    return Problem(
      "pipelines.\(pipeline.name).steps",
      "\(count) column\(count == 1 ? " has" : "s have") missing values (\"\(header.columns[column])\""
        + " in \(missing(column)) rows) and nothing imputes them: `impute` goes first")
  }
}

extension ModelDataHeader {
  /// Whether any feature says which image and VOI it is of.
  fileprivate var hasBlocks: Bool {
    blocks.contains { !$0.isEmpty && $0 != FeatureLayout.clinicalBlock }
  }
}

/// Goes through the steps and models of one pipeline. Rows behind a first stage are no more than
/// those in front of it, so what is said of too few of them holds.
private struct PipelineCheck {
  let pipeline: PipelineGrid
  var facts: TrainingFacts
  let hasBlocks: Bool
  var problems: [Problem] = []
  var notes: [String] = []

  init(_ pipeline: PipelineGrid, _ facts: TrainingFacts, hasBlocks: Bool) {
    self.pipeline = pipeline
    self.facts = facts
    self.hasBlocks = hasBlocks
  }

  mutating func run() {
    let place = "pipelines.\(pipeline.name).steps"
    for step in pipeline.steps {
      for alternative in step {
        check(alternative.component, at: place)
        if case .selection(let selector, by: .block) = alternative, !hasBlocks {
          note(
            "\(place).\(type(of: selector).id): by: voi has no effect: no column says of which image"
              + " and VOI it is")
        }
      }
      if step.allSatisfy({ $0.component is ClassWeights }) { facts.hasWeights = true }
      // The larger class decides how many rows are made.
      if step.contains(where: { $0.component is RandomOversampling || $0.component is SMOTE }) {
        facts.rowCount *= 2
      }
    }
    for model in pipeline.models { check(model, at: "pipelines.\(pipeline.name).model") }
  }

  private mutating func check(_ component: any Component, at place: String) {
    let location = "\(place).\(type(of: component).id)"
    for problem in facts.problems(of: component) {
      let found = Problem(
        problem.location.isEmpty ? location : "\(location).\(problem.location)", problem.message)
      if !problems.contains(found) { problems.append(found) }
    }
    for text in facts.notes(of: component) { note("\(location): \(text)") }
  }

  private mutating func note(_ text: String) {
    if !notes.contains(text) { notes.append(text) }
  }
}
