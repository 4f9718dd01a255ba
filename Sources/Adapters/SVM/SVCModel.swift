package import Components
package import Learning
package import Numerics

/// How the classes of `svc` are weighted.
package enum SVMClassWeight: String, CaseIterable, Hashable, Sendable {
  case none
  /// C of a class times rows / (2 * rows of the class), as scikit-learn's.
  case balanced
}

/// Whether `svc` has probabilities.
package enum SVMProbability: String, CaseIterable, Hashable, Sendable {
  case none
  /// A sigmoid of the decision value, fitted by 5-fold cross-validation, see `PlattSigmoid`.
  case platt
}

/// `svc:` of a study file: the settings of `SVMSettings` and
///
/// | Setting | Default | Range | Meaning (scikit-learn; e1071; option of svm-train) |
/// |---|---|---|---|
/// | `classWeight` | none | none, balanced | (class_weight; class.weights; -w) |
/// | `probability` | none | none, platt | (probability; probability; -b) |
package struct SVCParameters: ParameterSet {
  package var machine = SVMSettings()
  package var classWeight = SVMClassWeight.none
  package var probability = SVMProbability.none

  package init() {}

  package static let fields: [Field<SVCParameters>] =
    SVMSettings.fields.map { $0.lifted(to: \.machine) } + [
      .choice(
        "classWeight", \.classWeight, "balanced: C of a class times rows / (2 * rows of the class)"
      ),
      .choice(
        "probability", \.probability, "platt: probabilities by a sigmoid of the decision value"),
    ]
}

/// Support vector classification (C-SVC) by libsvm. Scores are decision values, positive for class
/// 1 whichever class comes first in the table.
///
/// libsvm weighs classes, not rows: row weights that are equal within each class (as those of
/// `class-weights`) are used, only their ratio counts; others are refused. Constant columns change
/// nothing without scaling, see `SVMScaling` for `scaling: e1071`.
package struct SVCModel: Model {
  package static let id: ComponentID = "svc"
  package static let outcomes: Set<OutcomeKind> = [.binary]
  package static let summary =
    "Support vector classification (C-SVC); scores are decision values."

  package let parameters: SVCParameters

  package init(_ parameters: SVCParameters) throws(InvalidInput) {
    try parameters.machine.checked()
    self.parameters = parameters
  }

  /// The stream is drawn from with `probability: platt` only.
  package func fit(
    _ data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> FittedSVM {
    let classes = try data.requireClasses(for: Self.id)
    guard parameters.probability == .platt else { return try fit(data, plattUnits: []) }
    let units = PlattFolds.shuffledUnits(data, classes, using: &stream)
    guard units.count > 1 else {
      throw LearningError("\(Self.id): probability platt needs rows of 2 patients or more")
    }
    return try fit(data, plattUnits: units)
  }

  /// Fits with a given order of the rows for Platt's sigmoid; none where it is empty.
  /// - Parameter plattUnits: all rows once; rows that stay together are one element. Of U elements
  ///   number u is left out in part f where f * U / 5 <= u < (f + 1) * U / 5.
  package func fit(_ data: Dataset, plattUnits: [[Int]]) throws(LearningError) -> FittedSVM {
    let classes = try data.requireClasses(for: Self.id)
    let training = try SVMTraining(data, parameters.machine, outcome: nil, for: Self.id)
    let (positive, negative) = try classWeights(data, classes)
    let machine = SVMMachine(
      task: .classification(positiveWeight: positive, negativeWeight: negative),
      settings: parameters.machine, function: training.function)
    let (solution, vectors) = try LibSVM.solve(
      machine, training.rows, Array(0..<data.rowCount), targets: classes.map { $0 == 1 ? 1 : -1 })
    let sigmoid =
      plattUnits.isEmpty
      ? nil : try PlattFolds.sigmoid(machine, training.rows, classes, units: plattUnits)
    return FittedSVM(.svc, training, solution, vectors: vectors, sigmoid: sigmoid)
  }

  private func classWeights(
    _ data: Dataset, _ classes: [UInt8]
  ) throws(LearningError) -> (positive: Double, negative: Double) {
    let count = Double(classes.count)
    if data.weights.isEmpty || data.weights.allSatisfy({ $0 == data.weights[0] }) {
      guard parameters.classWeight == .balanced else { return (1, 1) }
      let positives = Double(classes.reduce(0) { $0 + ($1 == 1 ? 1 : 0) })
      return (count / (2 * positives), count / (2 * (count - positives)))
    }
    guard parameters.classWeight == .none else {
      throw LearningError("\(Self.id): the rows are weighted already; choose classWeight none")
    }
    let positive = data.weights[classes.firstIndex { $0 == 1 } ?? 0]
    let negative = data.weights[classes.firstIndex { $0 != 1 } ?? 0]
    guard zip(data.weights, classes).allSatisfy({ $0 == ($1 == 1 ? positive : negative) }) else {
      throw LearningError(
        "\(Self.id): libsvm weighs classes, not rows; the rows of one class have different weights")
    }
    let mean = data.weights.reduce(0, +) / count
    return (positive / mean, negative / mean)
  }
}
