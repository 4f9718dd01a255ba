internal import Glibc
internal import Numerics

/// Minus the log-likelihood of a family per unit of weight, as a function of the linear predictor.
protocol ElasticNetLoss {
  /// Whether an unpenalised intercept belongs to the linear predictor.
  var hasIntercept: Bool { get }
  /// Whether the curvature is the same everywhere.
  var isQuadratic: Bool { get }
  /// Loss of the model that fits every row.
  var saturated: Double { get }
  /// glmnet's threshold counts in this unit: the null deviance.
  var convergenceScale: Double { get }
  /// Intercept of the model without columns.
  var nullIntercept: Double { get }
  /// Minus the derivative of the loss by the linear predictor, one per row.
  var residual: [Double] { get }
  /// Diagonal part of the second derivative, one per row; at least the whole of it.
  var curvature: [Double] { get }
  /// Rank of what must be taken off the diagonal part: the second derivative is
  /// diag(curvature) - sum over k of projection_k projection_k'.
  var correctionRank: Int { get }
  /// Moves to a linear predictor and gives its loss.
  mutating func move(to predictor: [Double]) -> Double
  /// Scalar product of a column with each projection.
  func project(_ column: UnsafePointer<Double>, into out: UnsafeMutablePointer<Double>)
}

extension ElasticNetLoss {
  var correctionRank: Int { 0 }
  func project(_ column: UnsafePointer<Double>, into out: UnsafeMutablePointer<Double>) {}
}

/// Half the weighted mean square of what is left of an outcome of mean 0 and variance 1.
struct GaussianLoss: ElasticNetLoss {
  let hasIntercept = false
  let isQuadratic = true
  let saturated = 0.0
  let convergenceScale = 1.0
  let nullIntercept = 0.0
  let outcome: [Double]
  let curvature: [Double]
  private(set) var residual: [Double]

  /// - Parameters:
  ///   - outcome: weighted mean 0, weighted variance 1.
  ///   - weights: sum 1.
  init(outcome: [Double], weights: [Double]) {
    self.outcome = outcome
    curvature = weights
    residual = zip(outcome, weights).map { $0 * $1 }
  }

  mutating func move(to predictor: [Double]) -> Double {
    var loss = 0.0
    for i in 0..<outcome.count {
      let rest = outcome[i] - predictor[i]
      residual[i] = curvature[i] * rest
      loss += residual[i] * rest
    }
    return loss / 2
  }
}

/// Minus the weighted mean log-likelihood of a binary outcome.
///
/// The residual is exact; only the curvature of a row is bounded below, by what a fitted
/// probability of 1e-5 or 1 - 1e-5 has (Friedman, Hastie & Tibshirani 2010, section 3), so the
/// minimum is not moved by the bound.
struct BinomialLoss: ElasticNetLoss {
  static let probabilityBound = 1e-5

  let hasIntercept = true
  let isQuadratic = false
  let saturated = 0.0
  let convergenceScale: Double
  let nullIntercept: Double
  private let classes: [UInt8]
  private let weights: [Double]
  private let leastCurvature: Double
  private(set) var residual: [Double]
  private(set) var curvature: [Double]

  /// - Parameters:
  ///   - classes: 1 or 0, both present.
  ///   - weights: sum 1.
  ///   - boundsCurvature: without the bound Newton's steps are those of maximum likelihood, which
  ///     get to a maximum far out, where most rows have fitted probabilities near 0 or 1.
  init(classes: [UInt8], weights: [Double], boundsCurvature: Bool = true) {
    self.classes = classes
    self.weights = weights
    let bound = Self.probabilityBound
    leastCurvature = boundsCurvature ? bound * (1 - bound) : 0
    residual = weights
    curvature = weights
    let positive = PairwiseSum.sum(zip(classes, weights).map { $0 == 1 ? $1 : 0 })
    let negative = PairwiseSum.sum(zip(classes, weights).map { $0 == 1 ? 0 : $1 })
    nullIntercept = log(positive / negative)
    convergenceScale = -(positive * log(positive) + negative * log(negative))
  }

  mutating func move(to predictor: [Double]) -> Double {
    var loss = 0.0
    for i in 0..<predictor.count {
      // m > 0 where the row is on its side: loss log(1 + exp(-m)), without overflow.
      let sign: Double = classes[i] == 1 ? 1 : -1
      let margin = sign * predictor[i]
      let small = exp(-margin.magnitude)
      let wrong = margin >= 0 ? small / (1 + small) : 1 / (1 + small)
      loss += weights[i] * (log1p(small) + max(0, -margin))
      residual[i] = weights[i] * sign * wrong
      curvature[i] = weights[i] * max(small / ((1 + small) * (1 + small)), leastCurvature)
    }
    return loss
  }
}
