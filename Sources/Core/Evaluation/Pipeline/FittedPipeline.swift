package import Learning

/// What a fitted pipeline does to a table before the model sees it.
package enum FittedStep: Sendable {
  case transform(any FittedTransform)
  /// Keeps some columns, in this order.
  case columns([Int])
}

/// A pipeline after the fit: frozen; scoring never looks at outcomes.
package struct FittedPipeline: Sendable {
  /// Names of the columns that go in.
  package let inputs: [String]
  package let steps: [FittedStep]
  /// Names of the columns that the model sees, in its order.
  package let selected: [String]
  package let predictor: any Predictor

  package init(
    inputs: [String], steps: [FittedStep], selected: [String], predictor: any Predictor
  ) {
    self.inputs = inputs
    self.steps = steps
    self.selected = selected
    self.predictor = predictor
  }

  /// What the model sees, with values of its own.
  ///
  /// Columns that are left out later are not prepared: what they hold does not matter.
  /// - Parameters:
  ///   - features: with the columns `inputs`.
  ///   - sites: one per row, or empty.
  ///   - groups: one per row: rows of one patient have one number; empty: every row is a patient.
  package func prepared(
    _ features: FeatureMatrix, sites: [String], groups: [Int] = []
  ) throws(LearningError) -> FeatureMatrix {
    precondition(features.columnCount == inputs.count)
    if features.rowCount == 0 {
      return FeatureMatrix(rowCount: 0, columnCount: selected.count, values: [])
    }
    let needed = neededColumns
    let rows = features.rowCount
    var values = features.columns(needed[0]).values
    for (step, columns) in zip(steps, needed.dropFirst()) {
      guard case .transform(let transform) = step else { continue }
      if let columnwise = transform as? any ColumnwiseTransform {
        try columnwise.change(&values, to: columns)
      } else {
        let all = FeatureMatrix(
          rowCount: rows, columnCount: rows == 0 ? 0 : values.count / rows, values: values)
        let whole =
          if let stage = transform as? FittedScoreStage {
            try stage.apply(all, sites: sites, groups: groups)
          } else {
            try transform.apply(all, sites: sites)
          }
        values = whole.columns(columns).values
      }
    }
    return FeatureMatrix(rowCount: rows, columnCount: selected.count, values: values)
  }

  /// Of the columns that go in, and of those that come out of each step, the ones that the model
  /// needs, in such an order that what a columnwise step makes of a column stays at its place.
  private var neededColumns: [[Int]] {
    var widths = [inputs.count]
    for step in steps {
      switch step {
      case .transform(let transform): widths.append(transform.names.count)
      case .columns(let columns): widths.append(columns.count)
      }
    }
    var needed = [Array(0..<widths[steps.count])]
    for (index, step) in steps.enumerated().reversed() {
      let after = needed[needed.count - 1]
      switch step {
      case .columns(let columns): needed.append(after.map { columns[$0] })
      case .transform(let transform as any ColumnwiseTransform):
        let sources = transform.sources
        needed.append(after.map { sources[$0] })
      case .transform: needed.append(Array(0..<widths[index]))
      }
    }
    return needed.reversed()
  }

  /// One score per row, on the model's scale.
  package func scores(
    _ features: FeatureMatrix, sites: [String], groups: [Int] = []
  ) throws(LearningError) -> [Double] {
    try predictor.scores(prepared(features, sites: sites, groups: groups))
  }

  /// One probability per row, or nil where the model has none.
  package func probabilities(
    _ features: FeatureMatrix, sites: [String], groups: [Int] = []
  ) throws(LearningError) -> [Double]? {
    try predictor.probabilities(prepared(features, sites: sites, groups: groups))
  }
}

/// Makes fitted things from their states by the name of their kind.
package struct FittedRegistry: Sendable {
  package var transforms: [String: any FittedTransform.Type]
  package var predictors: PredictorRegistry

  package init(transforms: [String: any FittedTransform.Type], predictors: PredictorRegistry) {
    self.transforms = transforms
    self.predictors = predictors
  }

  package func transform(_ state: FittedState) throws(LearningError) -> any FittedTransform {
    if state.kind == FittedScoreStage.kind { return try FittedScoreStage(state, reading: self) }
    guard let kind = transforms[state.kind] else {
      throw LearningError(
        "no transform reads the stored kind \"\(state.kind)\": the file is of a newer version")
    }
    return try kind.init(state)
  }
}

extension FittedPipeline {
  private static let kind = "pipeline"
  private static let columnsKind = "columns"

  package var state: FittedState {
    let parts = steps.map { step in
      switch step {
      case .transform(let transform): transform.state
      case .columns(let columns):
        FittedState(kind: Self.columnsKind, numbers: columns.map(Double.init))
      }
    }
    return FittedState(
      kind: Self.kind, texts: inputs + selected, numbers: [Double(inputs.count)],
      parts: parts + [predictor.state])
  }

  /// - Throws: where the state is not one of a pipeline, or of parts that nobody knows.
  package init(_ state: FittedState, _ registry: FittedRegistry) throws(LearningError) {
    guard state.kind == Self.kind, let last = state.parts.last, let number = state.numbers.first,
      let count = Int(exactly: number), (0...state.texts.count).contains(count)
    else { throw LearningError("what is stored is not a fitted pipeline") }
    var width = count
    var steps: [FittedStep] = []
    for part in state.parts.dropLast() {
      if part.kind == Self.columnsKind {
        let columns = part.numbers.map { Int(exactly: $0) ?? -1 }
        guard columns.allSatisfy({ (0..<width).contains($0) }) else {
          throw LearningError("the stored columns of a fitted pipeline are not its own")
        }
        steps.append(.columns(columns))
        width = columns.count
      } else {
        let transform = try registry.transform(part)
        steps.append(.transform(transform))
        width = transform.names.count
      }
    }
    inputs = Array(state.texts.prefix(count))
    selected = Array(state.texts.dropFirst(count))
    guard selected.count == width else {
      throw LearningError("the stored columns of a fitted pipeline are not its own")
    }
    self.steps = steps
    predictor = try registry.predictors.predictor(from: last)
  }
}
