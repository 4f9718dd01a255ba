internal import Numerics

/// The generalised estimating equations of a logistic regression and their solution (Liang & Zeger
/// 1986, equations 6 and 7): steps of Gauss-Newton for beta in turn with the moments of the Pearson
/// residuals for scale and correlation.
///
/// The inverse of an exchangeable correlation a of n rows is (I - c J) / (1 - a) with
/// c = a / (1 + (n - 1) a); the factor 1 / (1 - a) and the scale cancel in step and sandwich.
struct GEEEquations {
  /// On the standardised scale, intercept first.
  private(set) var beta: [Double]
  private(set) var correlation = 0.0
  private(set) var scale = 1.0
  private(set) var iterations = 0
  private let design: ClusteredDesign
  private let isExchangeable: Bool
  private let taken: Int

  enum Failure: Error, Hashable {
    case singular
    case unsteady
    case impossible(correlation: Double, size: Int)
  }

  private static let maximumSteps = 500

  /// - Parameter taken: what is subtracted from rows and pairs in the moments.
  init(_ design: ClusteredDesign, isExchangeable: Bool, taken: Int) {
    self.design = design
    self.isExchangeable = isExchangeable
    self.taken = taken
    beta = design.standardised(intercept: design.plain.intercept, design.plain.coefficients)
  }

  mutating func solve() throws(Failure) {
    do throws(Failure) {
      try iterate()
    } catch {
      moments()
      try checkCorrelation()
      throw error
    }
    try checkCorrelation()
  }

  private mutating func iterate() throws(Failure) {
    while iterations < Self.maximumSteps {
      iterations += 1
      moments()
      // On the way a correlation that cannot be is held inside the range.
      let system = system(min(max(correlation, range.lowerBound), range.upperBound))
      guard
        let factor = try? CholeskyFactor(system.information, order: design.width, tolerance: 1e-13)
      else { throw .singular }
      var score = [Double](repeating: 0, count: design.width)
      for group in 0..<design.groups.count {
        for a in score.indices { score[a] += system.scores[group * design.width + a] }
      }
      let step = factor.solve(score)
      let size = step.reduce(0) { max($0, $1.magnitude) }
      guard size.isFinite else { throw .unsteady }
      for a in beta.indices { beta[a] += step[a] }
      if size <= 1e-12 * (1 + beta.reduce(0) { max($0, $1.magnitude) }) {
        moments()
        return
      }
    }
    throw .unsteady
  }

  private func checkCorrelation() throws(Failure) {
    guard range.contains(correlation) else {
      throw .impossible(correlation: correlation, size: design.groups.longest)
    }
  }

  /// The robust covariance of beta; nil where the information is singular.
  var covariance: [Double]? {
    let system = system(correlation)
    guard let bread = SmallSymmetric.inverse(system.information, order: design.width) else {
      return nil
    }
    let meat = design.outerProducts(
      system.scores, [Double](repeating: 1, count: design.groups.count))
    return SmallSymmetric.sandwich(bread, meat, order: design.width)
  }

  /// Scale and correlation from the Pearson residuals.
  private mutating func moments() {
    let eta = design.predictor(beta)
    var (squares, products) = (0.0, 0.0)
    for group in 0..<design.groups.count {
      var (sum, own) = (0.0, 0.0)
      for i in design.groups.range(group) {
        let row = LogisticCurve.at(eta[i])
        let pearson = (design.outcome[i] - row.mu) / row.slope.squareRoot()
        sum += pearson
        own += pearson * pearson
      }
      squares += own
      products += (sum * sum - own) / 2
    }
    scale = squares / Double(design.rowCount - taken)
    if isExchangeable {
      correlation = products / Double(design.groups.pairCount - taken) / scale
    }
  }

  /// Where the correlation of the largest group is positive definite, less a thousandth.
  private var range: ClosedRange<Double> {
    let share = 0.999
    return -share / Double(max(design.groups.longest - 1, 1))...share
  }

  /// Information about beta and score of each group, without the factors that cancel.
  private func system(_ correlation: Double) -> (information: [Double], scores: [Double]) {
    let eta = design.predictor(beta)
    let rows = eta.indices.map { LogisticCurve.at(eta[$0]) }
    let residuals = rows.indices.map { design.outcome[$0] - rows[$0].mu }
    let roots = rows.map { $0.slope.squareRoot() }
    var scores = design.groupTotals(residuals)
    var information = design.gram(rows.map(\.slope))
    guard correlation != 0 else { return (information, scores) }
    let totals = design.groupTotals(roots)
    var shares: [Double] = []
    for group in 0..<design.groups.count {
      let range = design.groups.range(group)
      shares.append(correlation / (1 + Double(range.count - 1) * correlation))
      var sum = 0.0
      for i in range { sum += residuals[i] / roots[i] }
      for a in 0..<design.width {
        let place = group * design.width + a
        scores[place] -= shares[group] * sum * totals[place]
      }
    }
    let taken = design.outerProducts(totals, shares)
    for place in information.indices { information[place] -= taken[place] }
    return (information, scores)
  }
}
