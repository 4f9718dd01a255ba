/// One elastic-net problem and where its solution stands; moves from lambda to lambda.
///
/// For each lambda the sequential strong rule names the candidates (Tibshirani et al. 2012, "Strong
/// rules for discarding predictors in lasso-type problems"); a few of them are at work, the others
/// are checked against the Karush-Kuhn-Tucker conditions and put to work where they fail, first
/// among the candidates, then among all columns; columns that `GradientBounds` clears are not looked
/// at. The columns at work are solved by quadratic approximations with step halving.
struct ElasticNetSolver<Loss: ElasticNetLoss> {
  let columns: StandardisedColumns
  /// Factor of lambda per column, >= 0.
  let factors: [Double]
  let alpha: Double
  let threshold: Double
  let maximumPasses: Int
  let updates: ElasticNetSettings.Updates
  /// Columns that can have a coefficient.
  let eligible: [Int]

  private(set) var loss: Loss
  private(set) var value: Double
  private(set) var intercept: Double
  private(set) var coefficients: [Double]
  private(set) var predictor: [Double]
  /// Scalar product of each column at work with the residual.
  private var gradient: [Double]
  private var bounds: GradientBounds
  private(set) var isConverged = true
  private(set) var passes = 0
  private var gram = GramMatrix()
  /// Where the second derivatives in `gram` are taken; not quadratic losses reuse those of a point
  /// nearby.
  private var gramLoss: Loss
  private var isGramExact = false

  init(
    _ loss: Loss, _ columns: StandardisedColumns, factors: [Double], alpha: Double,
    threshold: Double, maximumPasses: Int, updates: ElasticNetSettings.Updates
  ) {
    self.columns = columns
    self.factors = factors
    self.alpha = alpha
    self.threshold = threshold
    self.maximumPasses = maximumPasses
    self.updates = updates
    self.loss = loss
    gramLoss = loss
    eligible = (0..<columns.columnCount).filter {
      !columns.isConstant[$0] && factors[$0].isFinite
    }
    intercept = loss.nullIntercept
    coefficients = [Double](repeating: 0, count: columns.columnCount)
    predictor = [Double](repeating: intercept, count: columns.rowCount)
    gradient = coefficients
    bounds = GradientBounds(columns)
    value = self.loss.move(to: predictor)
  }

  /// Fits the intercept and the columns that are not penalised.
  mutating func fitUnpenalised() {
    let free = eligible.filter { factors[$0] == 0 }
    if !free.isEmpty { descend(free, lambda: 0) }
    _ = exceeding(.infinity, among: [])
  }

  /// The smallest lambda at which no penalised column has a coefficient, alpha taken as 1e-3 or more.
  var largestLambda: Double {
    var largest = 0.0
    for j in eligible where factors[j] > 0 {
      largest = max(largest, bounds.pulls[j] / factors[j])
    }
    return largest / max(alpha, 1e-3)
  }

  /// - Parameter previous: the lambda of the present solution.
  mutating func solve(lambda: Double, previous: Double) {
    let limit = lambda * alpha * (1 + 1e-11)
    let bar = alpha * (2 * lambda - previous)
    var isCandidate = [Bool](repeating: false, count: columns.columnCount)
    var isWorking = isCandidate
    for j in eligible {
      let isIn = coefficients[j] != 0 || factors[j] == 0
      let pull = bounds.pulls[j]
      isCandidate[j] = isIn || pull >= bar * factors[j]
      isWorking[j] = isIn || (isCandidate[j] && pull > limit * factors[j])
    }
    // Products of columns that were at work before are at hand.
    for j in gram.order { (isCandidate[j], isWorking[j]) = (true, true) }
    isConverged = true
    while true {
      let working = eligible.filter { isWorking[$0] }
      let idle = eligible.filter { isCandidate[$0] && !isWorking[$0] }
      // One step shows most of the columns that are still missing.
      descend(working, lambda: lambda, steps: 1)
      var missing = exceeding(limit, among: idle)
      if missing.isEmpty {
        descend(working, lambda: lambda)
        missing = exceeding(limit, among: idle)
      }
      if missing.isEmpty {
        missing = exceeding(limit, among: eligible.filter { !isCandidate[$0] })
        if missing.isEmpty { return }
      }
      for j in missing { (isCandidate[j], isWorking[j]) = (true, true) }
    }
  }

  /// Columns that break the conditions; those at work are not asked for.
  private mutating func exceeding(_ limit: Double, among: [Int]) -> [Int] {
    bounds.exceeding(
      limit, times: factors, among: among, of: eligible, columns, residual: loss.residual)
  }

  /// Solves for the intercept and some columns, the others as they are.
  /// - Parameter steps: where given, no more, converged or not.
  private mutating func descend(_ working: [Int], lambda: Double, steps: Int? = nil) {
    let isNaive =
      updates == .naive
      || (updates == .automatic && working.count > ElasticNetSettings.covarianceLimit)
    let tolerance = 1e-4 * threshold.squareRoot()
    var rounds = 0
    var largest = Double.infinity
    var before = Double.infinity
    var wasExact = true
    columns.dots(working, loss.residual, into: &gradient)
    while rounds < steps ?? 500 {
      let violation = self.violation(working, lambda)
      if violation <= tolerance * 1e-3 { return }
      // A step by other points' second derivatives leaves a tenth of the violation, not its square.
      let isNear = violation <= (wasExact ? tolerance : 0.01 * tolerance)
      if largest < threshold * loss.convergenceScale && isNear { return }
      // Other points' second derivatives serve as long as they make steps as good as these.
      if !loss.isQuadratic && violation > 0.1 * before { gram = GramMatrix() }
      before = violation
      let step =
        isNaive
        ? NaiveDescent(self).step(working, lambda: lambda)
        : covarianceStep(working, lambda: lambda)
      passes += 1
      guard let step, take(step, working, lambda) else {
        if !isNaive && !isGramExact && violation > tolerance {
          before = 0
          continue
        }
        // Rounding leaves nothing to gain.
        if violation > tolerance { isConverged = false }
        return
      }
      largest = step.change
      wasExact = isGramExact || isNaive
      isGramExact = loss.isQuadratic
      rounds += 1
      columns.dots(working, loss.residual, into: &gradient)
    }
    if steps == nil { isConverged = false }
  }

  /// How far the columns at work are from the Karush-Kuhn-Tucker conditions.
  private func violation(_ working: [Int], _ lambda: Double) -> Double {
    var worst = loss.hasIntercept ? loss.residual.reduce(0, +).magnitude : 0
    for j in working {
      let pull = gradient[j] - lambda * (1 - alpha) * factors[j] * coefficients[j]
      let l1 = lambda * alpha * factors[j]
      let miss =
        coefficients[j] == 0
        ? max(0, pull.magnitude - l1) : (pull - (coefficients[j] > 0 ? l1 : -l1)).magnitude
      worst = max(worst, miss)
    }
    return worst
  }

  /// The step to the minimum of the quadratic approximation.
  private mutating func covarianceStep(_ working: [Int], lambda: Double) -> ElasticNetStep? {
    let first = loss.hasIntercept ? 1 : 0
    if gram.order.isEmpty { (gram, gramLoss, isGramExact) = (GramMatrix(), loss, true) }
    let limit = lambda * alpha
    let needed = working.filter {
      coefficients[$0] != 0 || loss.isQuadratic || factors[$0] == 0
        || gradient[$0].magnitude > limit * factors[$0]
    }
    gram.extend(to: needed, columns, gramLoss)
    let order = gram.order
    let size = order.count + first
    var position = [Double](repeating: 0, count: size)
    var slope = position
    var l1 = position
    var l2 = position
    if first == 1 { slope[0] = loss.residual.reduce(0, +) }
    for (index, j) in order.enumerated() {
      position[index + first] = coefficients[j]
      slope[index + first] = gradient[j]
      l1[index + first] = lambda * alpha * factors[j]
      l2[index + first] = lambda * (1 - alpha) * factors[j]
    }
    var problem = PenalisedQuadratic(
      matrix: gram.values, slope: slope, position: position, l1: l1, l2: l2)
    let isMinimal = problem.minimise(
      threshold: threshold * loss.convergenceScale, maximumPasses: maximumPasses)
    if !isMinimal { isConverged = false }
    var step = ElasticNetStep()
    if first == 1 { step.add(0, problem.position[0], gram.values[0]) }
    for (index, j) in order.enumerated() {
      let place = index + first
      step.addColumn(
        j, problem.position[place], change: problem.position[place] - position[place],
        curvature: gram.values[place * size + place])
    }
    return step
  }

  /// Takes a step, halved until the penalised loss does not grow; says whether anything moved.
  private mutating func take(_ step: ElasticNetStep, _ working: [Int], _ lambda: Double) -> Bool {
    guard step.change > 0 else { return false }
    var direction = [Double](repeating: step.intercept, count: columns.rowCount)
    for (j, change) in zip(step.columns, step.changes) where change != 0 {
      columns.add(change, j, to: &direction)
    }
    let before = value + penalty(working, lambda)
    let old = step.columns.map { coefficients[$0] }
    let start = (predictor, intercept, value, loss)
    var share = 1.0
    while share > 1e-6 {
      for i in 0..<predictor.count { predictor[i] = start.0[i] + share * direction[i] }
      for (index, j) in step.columns.enumerated() {
        coefficients[j] =
          share == 1 ? step.targets[index] : old[index] + share * step.changes[index]
      }
      intercept = start.1 + share * step.intercept
      value = loss.move(to: predictor)
      if value + penalty(working, lambda) <= before + 1e-14 * (1 + before.magnitude) { return true }
      share /= 2
    }
    (predictor, intercept, value, loss) = start
    for (index, j) in step.columns.enumerated() { coefficients[j] = old[index] }
    return false
  }

  private func penalty(_ working: [Int], _ lambda: Double) -> Double {
    var total = 0.0
    for j in working where coefficients[j] != 0 {
      let b = coefficients[j]
      total += factors[j] * (alpha * b.magnitude + (1 - alpha) / 2 * b * b)
    }
    return lambda * total
  }
}

/// A change of the intercept and of some coefficients.
struct ElasticNetStep {
  private(set) var intercept = 0.0
  private(set) var columns: [Int] = []
  /// Coefficient after the step, exactly 0 where the column drops out.
  private(set) var targets: [Double] = []
  private(set) var changes: [Double] = []
  /// The largest curvature * change^2.
  private(set) var change = 0.0

  mutating func add(_ start: Double, _ interceptChange: Double, _ curvature: Double) {
    intercept = interceptChange - start
    change = max(change, curvature * intercept * intercept)
  }

  mutating func addColumn(_ column: Int, _ target: Double, change: Double, curvature: Double) {
    columns.append(column)
    targets.append(target)
    changes.append(change)
    self.change = max(self.change, curvature * change * change)
  }
}
