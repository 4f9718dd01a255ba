internal import Components
package import Learning

/// A fitted support vector machine.
///
/// Scores of `svc` are decision values, positive for class 1; those of the regressions are in the
/// unit of the outcome. libsvm sums them, so they equal libsvm's bit for bit.
///
/// State: texts: the kernel, the names of the columns; numbers: how many columns p, support vectors
/// n and constant columns c; 1 where columns are scaled, where the outcome is, where there is a
/// sigmoid, else 0; support vectors of class 1; gamma, coef0, degree, rho; centre and width of the
/// outcome; slope and offset of the sigmoid; the c constant columns; p centres and p widths where
/// columns are scaled; n coefficients; n times p values of the support vectors, row by row.
package struct FittedSVM: Predictor, Hashable {
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    case svc
    case epsSVR = "eps-svr"
    case nuSVR = "nu-svr"
  }

  package let kind: Kind
  /// Columns of the fit.
  package let names: [String]
  package let function: KernelFunction
  package let scaling: SVMScaling
  /// Of `svc` with `probability: platt`.
  package let sigmoid: PlattSigmoid?
  let solution: SVMSolution
  /// Support vectors row by row, scaled.
  private let vectors: [Double]

  init(
    _ kind: Kind, _ training: SVMTraining, _ solution: SVMSolution, vectors: [Int],
    sigmoid: PlattSigmoid? = nil
  ) {
    self.kind = kind
    names = training.names
    function = training.function
    scaling = training.scaling
    self.sigmoid = sigmoid
    self.solution = solution
    self.vectors = training.values(ofRows: vectors)
  }

  package var supportVectorCount: Int { solution.coefficients.count }
  /// One per support vector: class (1 or -1) times the dual variable, or the difference of the two
  /// dual variables of a regression; in libsvm's order.
  package var dualCoefficients: [Double] { solution.coefficients }
  package var rho: Double { solution.rho }

  /// Linear kernel: the size of each column's weight, on the scale that the machine saw.
  package var importances: [Double]? { weights?.map(\.magnitude) }

  /// Linear kernel: each column's weight, on the scale that the machine saw.
  var weights: [Double]? {
    guard function.kernel == .linear else { return nil }
    var weights = [Double](repeating: 0, count: names.count)
    for (vector, coefficient) in solution.coefficients.enumerated() {
      for column in names.indices {
        weights[column] += coefficient * vectors[vector * names.count + column]
      }
    }
    return weights
  }

  package func scores(_ features: FeatureMatrix) throws(LearningError) -> [Double] {
    let step = ComponentID(kind.rawValue)
    try features.requireColumns(names.count, for: step)
    try features.requireFinite(names, for: step)
    let count = solution.coefficients.count
    let vectorRows = NodeRows(vectors, rowCount: count, columnCount: names.count)
    let rows = NodeRows(
      scaling.rows(of: features), rowCount: features.rowCount, columnCount: names.count)
    var values = LibSVM.decisionValues(
      solution, function, vectorRows, vectors: Array(0..<count), rows,
      places: Array(0..<features.rowCount))
    if let outcome = scaling.outcome { values = values.map { outcome.restored($0) } }
    if let row = values.firstIndex(where: { !$0.isFinite }) {
      throw LearningError("\(step): the values of row \(row + 1) are too large for the kernel")
    }
    return values
  }

  /// By Platt's sigmoid; nil for regressions and without `probability: platt`.
  package func probabilities(_ features: FeatureMatrix) throws(LearningError) -> [Double]? {
    guard let sigmoid else { return nil }
    return try scores(features).map { sigmoid.probability($0) }
  }

  package var state: FittedState {
    let centres = scaling.columns.map(\.centre)
    let widths = scaling.columns.map(\.width)
    let counts = [names.count, supportVectorCount, scaling.constantColumns.count]
    let flags = [!scaling.columns.isEmpty, scaling.outcome != nil, sigmoid != nil]
    let kernel = [function.gamma, function.coef0, Double(function.degree)]
    let outcome = [scaling.outcome?.centre ?? 0, scaling.outcome?.width ?? 1]
    let platt = [sigmoid?.slope ?? 0, sigmoid?.offset ?? 0]
    let constants = scaling.constantColumns.map { Double($0) }
    var numbers = counts.map { Double($0) } + flags.map { $0 ? 1 : 0 }
    numbers += [Double(solution.positiveCount ?? 0)] + kernel + [rho] + outcome + platt
    numbers += constants + centres + widths + solution.coefficients + vectors
    return FittedState(
      kind: kind.rawValue, texts: [function.kernel.rawValue] + names, numbers: numbers)
  }

  package init(_ state: FittedState) throws(LearningError) {
    guard let kind = Kind(rawValue: state.kind) else {
      throw LearningError("\(state.kind) is not a state of a support vector machine")
    }
    var reader = try FittedStateReader(state, kind: kind.rawValue)
    let kernel = try reader.choice(SVMKernel.self)
    let columnCount = try reader.integer()
    names = try reader.texts(columnCount)
    let count = try reader.integer()
    let constantCount = try reader.integer()
    let flags = try reader.integers(3, in: 0..<2).map { $0 == 1 }
    let positives = try reader.integers(1, in: 0..<count + 1)[0]
    let shape = try reader.numbers(2)
    let degree = try reader.integer()
    let rho = try reader.numbers(1)[0]
    let outcome = try reader.numbers(2)
    let platt = try reader.numbers(2)
    let constants = try reader.integers(constantCount, in: 0..<columnCount)
    let centres = try reader.numbers(flags[0] ? columnCount : 0)
    let widths = try reader.numbers(flags[0] ? columnCount : 0)
    let coefficients = try reader.numbers(count)
    vectors = try reader.numbers(count * columnCount)
    try reader.finish()
    self.kind = kind
    function = KernelFunction(kernel: kernel, gamma: shape[0], coef0: shape[1], degree: degree)
    scaling = SVMScaling(
      columns: zip(centres, widths).map { SVMScaling.Scale(centre: $0, width: $1) },
      outcome: flags[1] ? SVMScaling.Scale(centre: outcome[0], width: outcome[1]) : nil,
      constantColumns: constants)
    sigmoid = flags[2] ? PlattSigmoid(slope: platt[0], offset: platt[1]) : nil
    solution = SVMSolution(
      coefficients: coefficients, rho: rho, positiveCount: kind == .svc ? positives : nil)
  }
}
