internal import Numerics

/// Minimum of a smooth function without bounds: limited-memory BFGS (Nocedal & Wright 2006,
/// Numerical Optimization, algorithms 7.4 and 7.5) with a line search for the strong Wolfe conditions
/// (algorithms 3.5 and 3.6).
///
/// Stops where the largest component of the gradient is at most `gradientTolerance`, where a step
/// lowers the function by at most `reduction` relative to max(|f|, 1), at `maxIterations` steps, at
/// `maxEvaluations`, or where no step along the gradient lowers the function any more.
package struct LimitedMemoryBFGS {
  package var gradientTolerance: Double
  /// 0 switches this rule off; scipy's L-BFGS-B has 1e7 machine epsilons.
  package var reduction = 1e7 * Double.ulpOfOne
  package var maxIterations: Int
  package var maxEvaluations: Int
  /// Pairs of steps and changes of the gradient that are kept.
  package var memory = 10

  package init(gradientTolerance: Double, maxIterations: Int, maxEvaluations: Int) {
    self.gradientTolerance = gradientTolerance
    self.maxIterations = maxIterations
    self.maxEvaluations = maxEvaluations
  }

  package struct Result {
    package var value: Double
    package var iterations: Int
    package var evaluations: Int
    /// One of the two tolerances was reached.
    package var hasConverged: Bool
  }

  /// The value at a point; overwrites the gradient. A value that is not finite shortens the step.
  package typealias Function = (_ point: [Double], _ gradient: inout [Double]) -> Double

  /// - Parameter point: where to start; the minimum that was found.
  package func minimise(_ point: inout [Double], _ function: Function) -> Result {
    var gradient = [Double](repeating: 0, count: point.count)
    let value = function(point, &gradient)
    var result = Result(value: value, iterations: 0, evaluations: 1, hasConverged: false)
    var pairs = CurvaturePairs(limit: memory)
    while value.isFinite {
      if Self.largest(gradient) <= gradientTolerance {
        result.hasConverged = true
        break
      }
      if result.iterations >= maxIterations || result.evaluations >= maxEvaluations { break }
      var direction = pairs.direction(gradient)
      var slope = Self.dot(direction, gradient)
      if !(slope < 0) {
        pairs = CurvaturePairs(limit: memory)
        direction = gradient.map { -$0 }
        slope = -Self.dot(gradient, gradient)
      }
      let first =
        pairs.isEmpty ? min(1, 1 / Self.dot(gradient, gradient).squareRoot()) : 1
      var search = WolfeSearch(
        origin: point, direction: direction, value: result.value, slope: slope,
        gradient: gradient)
      let isLower = search.run(from: first, function)
      result.evaluations += search.evaluations
      if !isLower {
        if pairs.isEmpty { break }
        pairs = CurvaturePairs(limit: memory)
        continue
      }
      pairs.add(from: point, to: search.point, gradient, search.gradient)
      let fall = result.value - search.value
      let size = max(result.value.magnitude, search.value.magnitude, 1)
      (point, gradient, result.value) = (search.point, search.gradient, search.value)
      result.iterations += 1
      if reduction > 0, fall <= reduction * size {
        result.hasConverged = true
        break
      }
    }
    return result
  }

  private static func largest(_ values: [Double]) -> Double {
    values.reduce(0) { max($0, $1.magnitude) }
  }

  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        DenseKernels.dot(a.baseAddress!, b.baseAddress!, a.count)
      }
    }
  }

  static func add(_ factor: Double, _ a: [Double], to b: inout [Double]) {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeMutableBufferPointer { b in
        DenseKernels.add(factor, a.baseAddress!, to: b.baseAddress!, a.count)
      }
    }
  }
}

/// The last steps and changes of the gradient, from which the inverse curvature is made.
private struct CurvaturePairs {
  let limit: Int
  private var steps: [[Double]] = []
  private var changes: [[Double]] = []
  /// step * change of each pair, > 0.
  private var products: [Double] = []

  init(limit: Int) { self.limit = limit }

  var isEmpty: Bool { steps.isEmpty }

  /// A pair without positive curvature is left out.
  mutating func add(
    from start: [Double], to end: [Double], _ before: [Double], _ after: [Double]
  ) {
    let step = zip(end, start).map { $0 - $1 }
    let change = zip(after, before).map { $0 - $1 }
    let product = LimitedMemoryBFGS.dot(step, change)
    guard product > Double.ulpOfOne * LimitedMemoryBFGS.dot(change, change) else { return }
    if steps.count == limit {
      steps.removeFirst()
      changes.removeFirst()
      products.removeFirst()
    }
    steps.append(step)
    changes.append(change)
    products.append(product)
  }

  /// Minus the approximate inverse curvature times the gradient (algorithm 7.4).
  func direction(_ gradient: [Double]) -> [Double] {
    var q = gradient.map { -$0 }
    var shares = [Double](repeating: 0, count: steps.count)
    for k in steps.indices.reversed() {
      shares[k] = LimitedMemoryBFGS.dot(steps[k], q) / products[k]
      LimitedMemoryBFGS.add(-shares[k], changes[k], to: &q)
    }
    if let change = changes.last {
      let scale = products[products.count - 1] / LimitedMemoryBFGS.dot(change, change)
      for k in q.indices { q[k] *= scale }
    }
    for k in steps.indices {
      let share = LimitedMemoryBFGS.dot(changes[k], q) / products[k]
      LimitedMemoryBFGS.add(shares[k] - share, steps[k], to: &q)
    }
    return q
  }
}

/// A step length along a direction that satisfies the strong Wolfe conditions.
private struct WolfeSearch {
  private static let sufficientDecrease = 1e-4
  private static let curvature = 0.9
  private static let mostEvaluations = 30

  private struct Trial {
    var length: Double
    var value: Double
    var slope: Double
  }

  private let origin: [Double]
  private let direction: [Double]
  private let start: Trial
  /// Rounding of the function; without it a search near the minimum would never end.
  private let slack: Double
  private(set) var point: [Double]
  private(set) var gradient: [Double]
  private(set) var value: Double
  private(set) var evaluations = 0

  init(
    origin: [Double], direction: [Double], value: Double, slope: Double, gradient: [Double]
  ) {
    self.origin = origin
    self.direction = direction
    self.value = value
    self.gradient = gradient
    start = Trial(length: 0, value: value, slope: slope)
    slack = 4 * value.ulp
    point = origin
  }

  /// - Returns: whether `point` is one that is no higher than the origin, and not the origin.
  mutating func run(from length: Double, _ function: LimitedMemoryBFGS.Function) -> Bool {
    var before = start
    var next = length
    while evaluations < Self.mostEvaluations {
      let trial = evaluate(next, function)
      if isTooHigh(trial) || (before.length > 0 && trial.value >= before.value + slack) {
        return zoom(before, trial, function)
      }
      if trial.slope.magnitude <= -Self.curvature * start.slope { return true }
      if trial.slope >= 0 { return zoom(trial, before, function) }
      before = trial
      next *= 2
    }
    return before.length > 0 && value <= start.value
  }

  /// - Parameters:
  ///   - low: the lowest trial that decreases enough.
  ///   - high: the other end of an interval that holds a solution.
  private mutating func zoom(
    _ low: Trial, _ high: Trial, _ function: LimitedMemoryBFGS.Function
  ) -> Bool {
    var (low, high) = (low, high)
    while evaluations < Self.mostEvaluations {
      let length = Self.between(low, high)
      if length == low.length || length == high.length { break }
      let trial = evaluate(length, function)
      if isTooHigh(trial) || trial.value >= low.value + slack {
        high = trial
      } else {
        if trial.slope.magnitude <= -Self.curvature * start.slope { return true }
        if trial.slope * (high.length - low.length) >= 0 { high = low }
        low = trial
      }
    }
    if low.length == 0 { return false }
    _ = evaluate(low.length, function)
    return value <= start.value
  }

  private func isTooHigh(_ trial: Trial) -> Bool {
    !(trial.value
      <= start.value + Self.sufficientDecrease * trial.length * start.slope + slack)
  }

  /// Minimum of the cubic through both ends (Nocedal & Wright, eq. 3.59), kept off the ends by a
  /// tenth; the middle where there is none.
  private static func between(_ a: Trial, _ b: Trial) -> Double {
    let width = b.length - a.length
    let middle = a.length + 0.5 * width
    guard b.value.isFinite && b.slope.isFinite else { return middle }
    let d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.length - b.length)
    let square = d1 * d1 - a.slope * b.slope
    guard square >= 0 else { return middle }
    let d2 = width > 0 ? square.squareRoot() : -square.squareRoot()
    let share = 1 - (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
    guard share.isFinite else { return middle }
    return a.length + min(max(share, 0.1), 0.9) * width
  }

  private mutating func evaluate(
    _ length: Double, _ function: LimitedMemoryBFGS.Function
  ) -> Trial {
    point = origin
    LimitedMemoryBFGS.add(length, direction, to: &point)
    value = function(point, &gradient)
    evaluations += 1
    return Trial(
      length: length, value: value, slope: LimitedMemoryBFGS.dot(direction, gradient))
  }
}
