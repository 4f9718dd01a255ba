internal import Evaluation
internal import Learning

extension FittedPipeline {
  /// For each column that the model sees, the column of the table from which it was made.
  /// - Throws: a step makes a column of a name that it was not given.
  func columnOrigins() throws(LearningError) -> [Int] {
    var names = inputs
    var origins = Array(inputs.indices)
    for step in steps {
      switch step {
      case .columns(let columns):
        names = columns.map { names[$0] }
        origins = columns.map { origins[$0] }
      case .transform(let transform):
        // Number of the models whose scores it hands on; without any, its columns are the table's.
        if transform is FittedScoreStage, transform.state.numbers[1] > 0 {
          throw LearningError("the model sees scores of other models, not columns of the table")
        }
        if transform.names == names { continue }
        var places: [String: Int] = [:]
        for (place, name) in names.enumerated() { places[name] = place }
        var kept: [Int] = []
        for name in transform.names {
          guard let place = places[name] else {
            throw LearningError(
              "the step \"\(transform.state.kind)\" makes the column \"\(name)\" of no single column "
                + "of the table")
          }
          kept.append(place)
        }
        names = transform.names
        origins = kept.map { origins[$0] }
      }
    }
    return origins
  }

  /// Columns of the table that scores can depend on, ascending: those of the model, but for
  /// coefficients of 0, and the covariates of a harmonisation.
  func columnsThatMatter() throws(LearningError) -> [Int] {
    let origins = try columnOrigins()
    let slopes = (predictor as? any LinearPredictor)?.slopes
    let isLinear = slopes?.count == origins.count
    var matter = Set(
      origins.indices.filter { !isLinear || slopes?[$0] != 0 }.map { origins[$0] })
    for step in harmonisations where !step.adjusted.isEmpty {
      let names = step.covariates.map { step.names[$0] }
      matter.formUnion(inputs.indices.filter { names.contains(inputs[$0]) })
    }
    return matter.sorted()
  }

  var harmonisationNotes: [String] {
    harmonisations.filter { !$0.covariates.isEmpty && !$0.adjusted.isEmpty }.map { step in
      let covariates = step.covariates.map { step.names[$0] }.joined(separator: ", ")
      return "What a harmonised column gives counts under its own name, although its value was "
        + "adjusted with \(covariates)."
    }
  }

  private var harmonisations: [FittedComBat] {
    steps.compactMap { step in
      if case .transform(let transform) = step { transform as? FittedComBat } else { nil }
    }
  }
}
