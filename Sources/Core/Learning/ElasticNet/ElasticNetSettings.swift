/// How a path of elastic-net fits is made; glmnet's names in brackets.
package struct ElasticNetSettings: Hashable, Sendable {
  /// How the inner problem is solved; the minimum is the same.
  package enum Updates: String, Hashable, Sendable, CaseIterable {
    /// Covariance updates up to `covarianceLimit` columns at work, then naive ones.
    case automatic
    case covariance
    case naive
  }

  /// Columns at work up to which `automatic` holds their products in memory.
  package static let covarianceLimit = 2000

  /// 1 for the LASSO, 0 for ridge.
  package var alpha = 1.0
  /// Descending, >= 0; empty for an automatic sequence (`lambda`).
  package var lambdas: [Double] = []
  /// Of an automatic sequence (`nlambda`), 2 or more.
  package var lambdaCount = 100
  /// Smallest lambda over the largest; nil for 1e-4, or 1e-2 where there are fewer rows than
  /// columns (`lambda.min.ratio`).
  package var smallestRatio: Double?
  /// Columns are divided by their population SD for the fit (`standardize`).
  package var standardises = true
  /// One per column, >= 0, or empty for 1: factors of lambda; rescaled to mean 1
  /// (`penalty.factor`).
  package var penaltyFactors: [Double] = []
  /// A pass over all coordinates ends the descent when no (curvature) * (change)^2 reaches this
  /// share of the null deviance (`thresh`).
  package var threshold = 1e-14
  /// Per lambda.
  package var maximumPasses = 100_000
  package var updates = Updates.automatic
  /// An automatic sequence ends as early as glmnet's, from the fifth lambda on: when the deviance
  /// ratio gains less than 1e-5 (`fdev`; gaussian: as a share of the ratio; Cox: 1e-3 as a share, in
  /// four steps) or exceeds 0.999 (`devmax`; Cox: 0.99).
  package var stopsEarly = true

  package init() {}
}

/// The likelihood of an elastic net.
package enum ElasticNetFamily: String, Hashable, Sendable, CaseIterable {
  case gaussian
  case binomial
  case cox
}
