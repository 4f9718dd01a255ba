package import Components

/// How voxels are clustered into habitats: part of `habitats:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `method` | kmeans | kmeans, gmm | k-means, or a mixture of Gaussians |
/// | `covariance` | full | full, diagonal | gmm: covariance matrix of a component |
/// | `k` | 3 | 1 to 64 | number of habitats; with `criterion: bic` the largest |
/// | `criterion` | fixed | fixed, bic | `k` habitats, or of 1 to `k` those with the smallest BIC |
/// | `restarts` | 10 | 1 to 1000 | starts, of which the best result counts |
/// | `iterations` | 300 | 1 to 100,000 | most iterations of one start |
/// | `tolerance` | 0.0001 | >= 0 | when a start has converged, see `KMeans`, `GaussianMixture` |
/// | `regularisation` | 0.000001 | >= 0 | gmm: added to variances, in units of the scaled features |
/// | `scope` | tumour | tumour, cohort | clusters of each tumour, or of all training patients |
/// | `scaling` | zscore | zscore, none | mean 0 and population SD 1 of each feature, or as it is |
/// | `minimumSize` | 1 | >= 1 | voxels that a habitat needs |
/// | `emptyPolicy` | missing | missing, merge | what becomes of smaller habitats |
/// | `sampleSize` | 10000 | >= 1 | cohort: most voxels that one patient gives to the fit |
package struct HabitatParameters: ParameterSet {
  package enum Method: String, Hashable, Sendable, CaseIterable {
    case kmeans, gmm
  }

  package enum Covariance: String, Hashable, Sendable, CaseIterable {
    case full, diagonal
  }

  package enum Criterion: String, Hashable, Sendable, CaseIterable {
    case fixed, bic
  }

  package enum Scope: String, Hashable, Sendable, CaseIterable {
    case tumour, cohort
  }

  package enum Scaling: String, Hashable, Sendable, CaseIterable {
    case zscore, none
  }

  package enum EmptyPolicy: String, Hashable, Sendable, CaseIterable {
    /// The habitat's columns are NaN; its voxels belong to none.
    case missing
    /// The voxels go to the nearest other habitat, the smallest habitat's first.
    case merge
  }

  /// Labels are bytes, and every habitat is a VOI with all its columns.
  package static let maximumCount = 64

  package var method = Method.kmeans
  package var covariance = Covariance.full
  package var k = 3
  package var criterion = Criterion.fixed
  package var restarts = 10
  package var iterations = 300
  package var tolerance = 1e-4
  package var regularisation = 1e-6
  package var scope = Scope.tumour
  package var scaling = Scaling.zscore
  package var minimumSize = 1
  package var emptyPolicy = EmptyPolicy.missing
  package var sampleSize = 10_000

  package init() {}

  package static let fields: [Field<Self>] = [
    .choice("method", \.method, "kmeans, or gmm: a mixture of Gaussians"),
    .choice("covariance", \.covariance, "gmm: covariance matrix of a component"),
    .integer(
      "k", \.k, in: 1...maximumCount, "number of habitats; with criterion: bic the largest number"),
    .choice(
      "criterion", \.criterion,
      "fixed: k habitats; bic: of 1 to k habitats those with the smallest Bayesian information"
        + " criterion (with kmeans that of separate round clusters: rarely more than one)"),
    .integer("restarts", \.restarts, in: 1...1000, "starts, of which the best result counts"),
    .integer("iterations", \.iterations, in: 1...100_000, "most iterations of one start"),
    .number(
      "tolerance", \.tolerance, in: 0...Double.greatestFiniteMagnitude,
      "kmeans: squared shift of the centres per mean variance, gmm: change of the mean"
        + " log-likelihood; at or below it a start has converged"),
    .number(
      "regularisation", \.regularisation, in: 0...Double.greatestFiniteMagnitude,
      "gmm: added to the variances of a component, in squared units of the scaled features"),
    .choice(
      "scope", \.scope,
      "tumour: clusters of each tumour; cohort: one clustering of voxels of all training patients"),
    .choice(
      "scaling", \.scaling,
      "zscore: each feature with mean 0 and population SD 1; none: as it is"),
    .integer("minimumSize", \.minimumSize, in: 1...Int.max, "voxels that a habitat needs"),
    .choice(
      "emptyPolicy", \.emptyPolicy,
      "smaller habitats: missing, their columns are NaN; merge, their voxels go to the nearest"
        + " other habitat, the smallest habitat's first"),
    .integer(
      "sampleSize", \.sampleSize, in: 1...Int.max,
      "cohort: most voxels that one patient gives to the clustering"),
  ]
}
