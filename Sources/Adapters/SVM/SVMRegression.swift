internal import Components
internal import Learning

/// What both regressions have in common.
enum SVMRegression {
  static let outcomes: Set<OutcomeKind> = [.binary, .continuous]

  /// A binary outcome is taken as the numbers 0 and 1.
  static func fit(
    _ kind: FittedSVM.Kind, _ task: SVMMachine.Task, _ settings: SVMSettings, _ data: Dataset
  ) throws(LearningError) -> FittedSVM {
    let step = ComponentID(kind.rawValue)
    let values = try targets(data, step)
    guard data.weights.allSatisfy({ $0 == data.weights[0] }) else {
      throw LearningError("\(step): libsvm knows no row weights in a regression; give none")
    }
    let training = try SVMTraining(data, settings, outcome: values, for: step)
    let machine = SVMMachine(task: task, settings: settings, function: training.function)
    let scaled = training.scaling.outcome.map { scale in values.map { scale.scaled($0) } }
    let (solution, vectors) = try LibSVM.solve(
      machine, training.rows, Array(0..<data.rowCount), targets: scaled ?? values)
    return FittedSVM(kind, training, solution, vectors: vectors)
  }

  private static func targets(
    _ data: Dataset, _ step: ComponentID
  ) throws(LearningError) -> [Double] {
    switch data.outcome {
    case .binary: return try data.requireClasses(for: step).map { Double($0) }
    case .continuous(let values):
      guard values.allSatisfy(\.isFinite) else {
        throw LearningError("\(step): the outcome has a missing or infinite value")
      }
      return values
    case .survival: throw LearningError("\(step) needs a continuous or binary outcome")
    }
  }
}
