internal import Glibc
internal import Numerics

/// The logarithm of the partial likelihood with its derivatives, in scaled covariates.
struct CoxLikelihood {
  var value = 0.0
  var score: [Double]
  /// Minus the second derivative, row-major.
  var information: [Double]

  init(_ sets: CoxRiskSets, _ beta: [Double]) {
    let width = sets.width
    let linear = sets.linear(beta)
    var value = 0.0
    var score = [Double](repeating: 0, count: width)
    var lower = [Double](repeating: 0, count: width * (width + 1) / 2)
    sets.walk(risk: linear.map { exp($0) }, covariances: true) { step in
      if step.index == 0 {
        for row in step.rows where sets.event[row] {
          value += sets.weights[row] * linear[row]
          for c in 0..<width { score[c] += sets.weights[row] * sets.x[row * width + c] }
        }
      }
      value -= step.weight * log(step.denominator)
      for c in 0..<width { score[c] -= step.weight * step.mean[c] }
      for k in lower.indices { lower[k] += step.weight * step.covariance[k] }
    }
    var information = [Double](repeating: 0, count: width * width)
    var k = 0
    for i in 0..<width {
      for j in 0...i {
        information[i * width + j] = lower[k]
        information[j * width + i] = lower[k]
        k += 1
      }
    }
    (self.value, self.score, self.information) = (value, score, information)
  }

  var isFinite: Bool { value.isFinite && score.allSatisfy(\.isFinite) }
}

/// Newton's method with step halving on the partial likelihood.
struct CoxMaximum {
  var beta: [Double]
  var start: CoxLikelihood
  var end: CoxLikelihood
  /// Score test at 0.
  var scoreTest = 0.0
  /// Inverse information at the end, row-major.
  var variance: [Double] = []
  var iterations = 0
  var isConverged = false
  /// Columns whose coefficient grows without bound.
  var diverging: [Int] = []

  /// - Throws: the first column that depends on those before it.
  init(_ sets: CoxRiskSets) throws(CholeskyFactor.Dependence) {
    beta = [Double](repeating: 0, count: sets.width)
    start = CoxLikelihood(sets, beta)
    end = start
    var factor = try CholeskyFactor(start.information, order: sets.width)
    scoreTest = factor.form(start.score)
    while iterations < 60 {
      let step = factor.solve(end.score)
      guard let (next, candidate, nextFactor) = Self.advance(sets, beta, step, end) else { break }
      iterations += 1
      let change = (candidate.value - end.value).magnitude
      (beta, end, factor) = (next, candidate, nextFactor)
      if change > 1e-9 * end.value.magnitude { continue }
      let rest = factor.solve(end.score)
      diverging = rest.indices.filter {
        rest[$0].magnitude > max(1e-9, 3.2e-5 * beta[$0].magnitude)
      }
      if !diverging.isEmpty { break }
      isConverged = true
      // Where the likelihood no longer tells, the derivative still does.
      polish(sets, &factor, rest)
      break
    }
    if !isConverged && diverging.isEmpty {
      let rest = factor.solve(end.score)
      diverging = rest.indices.filter { rest[$0].magnitude > 3.2e-5 * beta[$0].magnitude }
    }
    variance = factor.inverse
  }

  /// A few full steps after the likelihood has settled.
  private mutating func polish(
    _ sets: CoxRiskSets, _ factor: inout CholeskyFactor, _ first: [Double]
  ) {
    var step = first
    for _ in 0..<4 {
      let next = zip(beta, step).map { $0 + $1 }
      let candidate = CoxLikelihood(sets, next)
      guard candidate.isFinite,
        let nextFactor = try? CholeskyFactor(candidate.information, order: sets.width)
      else { break }
      (beta, end, factor) = (next, candidate, nextFactor)
      let size = zip(step, next).map { $0.magnitude / (1e-6 + $1.magnitude) }.max() ?? 0
      if size < 1e-10 { break }
      step = factor.solve(end.score)
    }
  }

  /// Halves the step until the likelihood does not fall.
  private static func advance(
    _ sets: CoxRiskSets, _ beta: [Double], _ step: [Double], _ current: CoxLikelihood
  ) -> ([Double], CoxLikelihood, CholeskyFactor)? {
    var length = 1.0
    for _ in 0..<40 {
      let next = zip(beta, step).map { $0 + length * $1 }
      let candidate = CoxLikelihood(sets, next)
      if candidate.isFinite && candidate.value >= current.value - 1e-12 * current.value.magnitude,
        let factor = try? CholeskyFactor(candidate.information, order: sets.width)
      {
        return (next, candidate, factor)
      }
      length /= 2
    }
    return nil
  }
}
