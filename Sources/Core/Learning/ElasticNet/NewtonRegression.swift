internal import Numerics

/// Maximum likelihood without penalty by Newton's method with step halving, on standardised
/// columns. For a logistic regression these are the steps of iteratively reweighted least squares.
struct NewtonRegression {
  /// Coefficients on the scale of the given columns; 0 for a constant column.
  let coefficients: [Double]
  let intercept: Double
  let deviations: [Double]

  /// Why there is no finite maximum.
  enum Failure: Error, Hashable {
    /// More unknowns than rows, or columns that are sums of others.
    case collinear
    /// No step was small; the last direction of the linear predictor, one per row.
    case unbounded(direction: [Double])
  }

  private static let maximumSteps = 100

  init<Loss: ElasticNetLoss>(
    _ start: Loss, _ features: FeatureMatrix, weights: [Double]
  ) throws(Failure) {
    let columns = StandardisedColumns(features, weights: weights, scaling: true)
    let order = (0..<columns.columnCount).filter { !columns.isConstant[$0] }
    let first = start.hasIntercept ? 1 : 0
    guard order.count + 1 <= features.rowCount else { throw .collinear }
    var loss = start
    var beta = [Double](repeating: 0, count: order.count + first)
    if first == 1 { beta[0] = loss.nullIntercept }
    var predictor = [Double](repeating: loss.nullIntercept, count: features.rowCount)
    var value = loss.move(to: predictor)
    var direction = predictor
    var isDone = false
    for iteration in 0..<Self.maximumSteps where !isDone {
      guard let step = Self.step(loss, columns, order) else {
        if iteration == 0 { throw .collinear }
        throw .unbounded(direction: direction)
      }
      direction = [Double](repeating: first == 1 ? step[0] : 0, count: predictor.count)
      for (index, j) in order.enumerated() { columns.add(step[index + first], j, to: &direction) }
      isDone = Self.size(direction) <= 1e-9 * (1 + Self.size(predictor))
      var share = 1.0
      let old = predictor
      var new = value
      repeat {
        for i in predictor.indices { predictor[i] = old[i] + share * direction[i] }
        new = loss.move(to: predictor)
        if new <= value + 1e-13 * (1 + value.magnitude) { break }
        share /= 2
      } while share > 1e-8
      value = new
      for index in beta.indices { beta[index] += share * step[index] }
    }
    guard isDone else { throw .unbounded(direction: direction) }
    var coefficients = [Double](repeating: 0, count: columns.columnCount)
    var intercept = first == 1 ? beta[0] : 0
    for (index, j) in order.enumerated() {
      coefficients[j] = beta[index + first] / columns.scales[j]
      if first == 1 { intercept -= coefficients[j] * columns.means[j] }
    }
    self.coefficients = coefficients
    self.intercept = intercept
    deviations = columns.deviations
  }

  private static func step<Loss: ElasticNetLoss>(
    _ loss: Loss, _ columns: StandardisedColumns, _ order: [Int]
  ) -> [Double]? {
    var gram = GramMatrix()
    gram.extend(to: order, columns, loss)
    let residual = loss.residual
    let slope =
      (loss.hasIntercept ? [residual.reduce(0, +)] : [])
      + order.map { columns.dot($0, residual) }
    guard !slope.isEmpty else { return [] }
    return try? CholeskyFactor(gram.values, order: slope.count, tolerance: 1e-11).solve(slope)
  }

  private static func size(_ values: [Double]) -> Double {
    values.reduce(0) { max($0, $1.magnitude) }
  }
}
