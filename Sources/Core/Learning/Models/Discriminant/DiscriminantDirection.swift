internal import Numerics

/// The direction w = S^-1 (mean of class 1 - mean of class 0) of a linear discriminant, S the
/// covariance within the classes, by a singular value decomposition of the rows: S itself is never
/// formed, so that many columns and few rows cost rows^2 * columns.
enum DiscriminantDirection {
  /// S as it is, in the space in which the rows vary (scikit-learn's solver `svd`): columns are
  /// divided by their SD within the classes, singular values of the scaled rows up to `tolerance`
  /// are dropped. A column that is constant within both classes has coefficient 0.
  /// - Throws: where nothing is left.
  static func pooled(_ scatter: ClassScatter, tolerance: Double) throws(LearningError) -> [Double] {
    let n = Double(scatter.rowCount)
    let deviations = zip(scatter.sumsOfSquares(0), scatter.sumsOfSquares(1)).map { a, b in
      let deviation = ((a + b) / n).squareRoot()
      return deviation == 0 ? 1 : deviation
    }
    let factors = deviations.map { 1 / ($0 * n.squareRoot()) }
    let decomposition = try decompose(scatter.scaled(by: [factors, factors]), scatter)
    let target = zip(scatter.difference, deviations).map { $0 / $1 }
    var components = decomposition.projection(target)
    var rank = 0
    for (k, value) in decomposition.values.enumerated() {
      if value > tolerance { rank += 1 }
      components[k] = value > tolerance ? components[k] / value / value : 0
    }
    if rank == 0 {
      throw LearningError("\(DiscriminantModel.id): no column varies within the classes")
    }
    return zip(decomposition.combination(components), deviations).map { $0 / $1 }
  }

  /// The mean over the classes (by their rows) of (1 - amount) * covariance + amount * mean
  /// variance * identity.
  /// - Parameter amount: in (0, 1].
  static func shrunk(_ scatter: ClassScatter, amount: Double) throws(LearningError) -> [Double] {
    let n = Double(scatter.rowCount)
    let trace =
      PairwiseSum.sum(scatter.sumsOfSquares(0)) + PairwiseSum.sum(scatter.sumsOfSquares(1))
    let ridge = amount * (trace / n / Double(scatter.columnCount))
    let columns = scatter.columnCount
    let factor = [Double](repeating: ((1 - amount) / n).squareRoot(), count: columns)
    return try solve(
      scatter, factors: [factor, factor], ridge: [Double](repeating: ridge, count: columns))
  }

  /// As `shrunk`, each class with the amount of Ledoit and Wolf for its standardised columns
  /// (scikit-learn's `auto`).
  static func ledoitWolf(_ scatter: ClassScatter) throws(LearningError) -> [Double] {
    let n = Double(scatter.rowCount)
    let columns = scatter.columnCount
    var ridge = [Double](repeating: 0, count: columns)
    var factors: [[Double]] = []
    for kind in 0..<2 {
      let rows = Double(scatter.counts[kind])
      let variances = scatter.sumsOfSquares(kind).map { $0 / rows }
      let scales = variances.indices.map { j in
        isConstant(variances[j], mean: scatter.means[kind][j], rows: rows)
          ? 1 : variances[j].squareRoot()
      }
      var standardised = scatter.centred[kind]
      for i in standardised.indices { standardised[i] /= scales[i / scatter.counts[kind]] }
      let amount = LedoitWolf.shrinkage(standardised, rowCount: scatter.counts[kind])
      let traces = zip(variances, scales).map { $0 / ($1 * $1) }
      let mean = PairwiseSum.sum(traces) / Double(columns)
      for j in 0..<columns { ridge[j] += rows / n * amount * mean * scales[j] * scales[j] }
      factors.append([Double](repeating: ((1 - amount) / n).squareRoot(), count: columns))
    }
    return try solve(scatter, factors: factors, ridge: ridge)
  }

  /// Whether a variance is no more than the rounding of a constant column, by scikit-learn's bound
  /// (Chan, Golub & LeVeque 1983).
  private static func isConstant(_ variance: Double, mean: Double, rows: Double) -> Bool {
    let rounding = rows * mean * Double.ulpOfOne
    return variance <= rows * Double.ulpOfOne * variance + rounding * rounding
  }

  /// Solves (diagonal `ridge` + B'B) w = difference of means, B the rows times `factors`.
  ///
  /// With A = B ridge^-1/2 = U s V', (1 + A'A)^-1 u = V (V'u / (1 + s^2)) + (u - V V'u). Where
  /// `ridge` is 0, B'B is inverted in the space of its eigenvalues above 2^-52 times the largest.
  private static func solve(
    _ scatter: ClassScatter, factors: [[Double]], ridge: [Double]
  ) throws(LearningError) -> [Double] {
    let hasRidge = ridge.allSatisfy { $0 > 0 }
    let roots = ridge.map { hasRidge ? $0.squareRoot() : 1 }
    let scaled = factors.map { factors in zip(factors, roots).map { $0 / $1 } }
    let decomposition = try decompose(scatter.scaled(by: scaled), scatter)
    let target = zip(scatter.difference, roots).map { $0 / $1 }
    let components = decomposition.projection(target)
    let largest = decomposition.values[0] * decomposition.values[0]
    if !hasRidge && largest == 0 {
      throw LearningError("\(DiscriminantModel.id): no column varies within the classes")
    }
    let inverted = zip(components, decomposition.values).map { component, value in
      if hasRidge { return component / (1 + value * value) }
      return value * value > Double.ulpOfOne * largest ? component / value / value : 0
    }
    var solution = decomposition.combination(inverted)
    if hasRidge && decomposition.values.count < scatter.columnCount {
      var rest = target
      for _ in 0..<2 {
        let inside = decomposition.combination(decomposition.projection(rest))
        for j in rest.indices { rest[j] -= inside[j] }
      }
      for j in solution.indices { solution[j] += rest[j] }
    }
    return zip(solution, roots).map { $0 / $1 }
  }

  private static func decompose(
    _ matrix: [Double], _ scatter: ClassScatter
  ) throws(LearningError) -> SingularValueDecomposition {
    guard matrix.allSatisfy(\.isFinite),
      let decomposition = SingularValueDecomposition(
        matrix, rowCount: scatter.rowCount, columnCount: scatter.columnCount)
    else {
      throw LearningError(
        "\(DiscriminantModel.id): the singular values of the rows were not found; scale the columns"
      )
    }
    return decomposition
  }
}
