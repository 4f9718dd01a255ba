internal import Numerics

/// Newton's method with step halving on the likelihood of some coefficients, the others fixed.
struct LogisticMaximum {
  /// Of the scaled columns.
  private(set) var beta: [Double]
  private(set) var likelihood: LogisticLikelihood
  private(set) var isConverged = false
  /// The way on which the likelihood rises for ever, where the classes are separated (Albert &
  /// Anderson 1984); then `likelihood` is within 1e-11 of its supremum.
  private(set) var direction: [Double]?

  private let rows: LogisticRows
  private let free: [Int]
  private let isPenalised: Bool

  /// - Parameters:
  ///   - start: of all coefficients; those not free keep it.
  ///   - free: ascending.
  init(_ rows: LogisticRows, start: [Double], free: [Int], isPenalised: Bool) {
    (self.rows, self.free, self.isPenalised) = (rows, free, isPenalised)
    beta = start
    likelihood = LogisticLikelihood(rows, start, isPenalised: isPenalised)
    guard likelihood.isFinite else { return }
    if free.isEmpty {
      isConverged = true
      return
    }
    for _ in 0..<400 {
      guard let step = newton() else { return }
      let decrement = zip(likelihood.score, step).reduce(0) { $0 + $1.0 * $1.1 }
      let moves = rows.product(step)
      let reach = moves.reduce(0) { max($0, $1.magnitude) }
      if decrement < 1e-10 && reach < 1e-3 {
        polish(step)
        isConverged = true
        return
      }
      if decrement < 1e-12 && reach > 0.1 && !isPenalised && rows.isSeparated(along: step) {
        direction = step
        return
      }
      if !advance(step, reach: reach) {
        isConverged = reach < 1e-3
        return
      }
    }
  }

  private func part(_ matrix: [Double], damping: Double) -> CholeskyFactor? {
    let q = rows.width
    var part = [Double](repeating: 0, count: free.count * free.count)
    for (a, i) in free.enumerated() {
      for (b, j) in free.enumerated() { part[a * free.count + b] = matrix[i * q + j] }
      part[a * free.count + a] += damping
    }
    return try? CholeskyFactor(part, order: free.count, tolerance: 1e-14)
  }

  /// Of all coefficients: 0 where fixed. Nil where there is none.
  private func newton() -> [Double]? {
    var factor = part(likelihood.curvature, damping: 0)
    if factor == nil && isPenalised { factor = part(likelihood.information, damping: 0) }
    // Rows far out carry no information; a little is lent to keep the direction defined.
    let size = free.map { likelihood.information[$0 * rows.width + $0] }.max() ?? 0
    var damping = max(1e-12 * size, 1e-300)
    while factor == nil && damping < 1e6 {
      factor = part(likelihood.information, damping: damping)
      damping *= 100
    }
    guard let solution = factor?.solve(free.map { likelihood.score[$0] }),
      solution.allSatisfy(\.isFinite)
    else { return nil }
    var step = [Double](repeating: 0, count: rows.width)
    for (k, column) in free.enumerated() { step[column] = solution[k] }
    return step
  }

  /// Halves the step until the likelihood does not fall.
  private mutating func advance(_ step: [Double], reach: Double) -> Bool {
    let span = rows.product(beta).reduce(0) { max($0, $1.magnitude) }
    let limit = max(8, span / 2)
    var length = reach > limit ? limit / reach : 1
    for _ in 0..<60 {
      let next = zip(beta, step).map { $0 + length * $1 }
      let candidate = LogisticLikelihood(rows, next, isPenalised: isPenalised)
      if candidate.isFinite && next != beta
        && candidate.value >= likelihood.value - 1e-13 * likelihood.value.magnitude
      {
        (beta, likelihood) = (next, candidate)
        return true
      }
      length /= 2
    }
    return false
  }

  /// Full steps while they shrink: near the maximum the likelihood no longer tells, its derivative
  /// does.
  private mutating func polish(_ first: [Double]) {
    var step = first
    var size = Double.infinity
    for _ in 0..<8 {
      let next = step.reduce(0) { max($0, $1.magnitude) }
      if !(next < size / 2) { return }
      size = next
      let candidate = zip(beta, step).map { $0 + $1 }
      let value = LogisticLikelihood(rows, candidate, isPenalised: isPenalised)
      guard value.isFinite else { return }
      (beta, likelihood) = (candidate, value)
      guard let following = newton() else { return }
      step = following
    }
  }
}
