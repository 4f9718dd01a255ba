internal import Numerics

/// A mixture of Gaussians, fitted by expectation maximisation.
///
/// Dempster, Laird & Rubin 1977; covariances as in McLachlan & Peel 2000, section 3.2. Each
/// iteration takes the voxels' responsibilities under the current components (in logarithms, with
/// the largest taken out) and from them new weights, means and covariances; `regularisation` is
/// added to the variances. A start has converged when the mean log-likelihood of a voxel changes by
/// no more than `tolerance`.
///
/// Sums over voxels run in four lanes by index, in blocks of 1024 voxels. Logarithms and
/// exponentials are ours, so that the bits do not depend on the C library.
package struct GaussianMixture: Hashable, Sendable {
  package let covariance: HabitatParameters.Covariance
  package let dimension: Int
  /// One per component, sum 1.
  package private(set) var weights: [Double]
  /// Row by row, one per component.
  package private(set) var means: [Double]
  /// One matrix per component: full, the lower triangle packed row by row, d (d + 1) / 2 numbers;
  /// diagonal, d variances. With the regularisation.
  package private(set) var covariances: [Double]
  /// Mean log-likelihood of a voxel in the last iteration, that is, before its last step.
  package private(set) var lowerBound = -Double.infinity
  package private(set) var iterations = 0
  package private(set) var isConverged = false

  package var count: Int { weights.count }

  /// Numbers that describe one covariance matrix.
  package static func size(
    of covariance: HabitatParameters.Covariance, dimension: Int
  ) -> Int {
    covariance == .full ? dimension * (dimension + 1) / 2 : dimension
  }

  /// A mixture as given.
  package init(
    covariance: HabitatParameters.Covariance, dimension: Int, weights: [Double], means: [Double],
    covariances: [Double]
  ) {
    let size = Self.size(of: covariance, dimension: dimension)
    precondition((1...HabitatParameters.maximumCount).contains(weights.count))
    precondition(dimension > 0 && means.count == weights.count * dimension)
    precondition(covariances.count == weights.count * size)
    self.covariance = covariance
    self.dimension = dimension
    self.weights = weights
    self.means = means
    self.covariances = covariances
  }

  /// The mixture whose components are the clusters of a k-means result.
  init(
    _ voxels: ScaledVoxels, _ clusters: KMeans, covariance: HabitatParameters.Covariance,
    regularisation: Double
  ) {
    let (d, k) = (voxels.dimension, clusters.count)
    let size = Self.size(of: covariance, dimension: d)
    self.init(
      covariance: covariance, dimension: d, weights: .init(repeating: 0, count: k),
      means: .init(repeating: 0, count: k * d), covariances: .init(repeating: 0, count: k * size))
    let kernel = MixturePass(covariance: covariance, dimension: d, count: k)
    let moments = kernel.moments(of: voxels, clusters.labels, around: clusters.centres)
    means = clusters.centres
    update(moments, voxelCount: voxels.count, regularisation)
  }

  /// The best of the mixtures that start from several k-means++ clusterings: the one with the
  /// largest lower bound; ties: the first. A start from the clusters of an earlier one is not
  /// iterated again.
  /// - Returns: nil where there are fewer than `count` different voxels.
  /// - Throws: no start keeps positive definite covariances.
  static func best(
    of voxels: ScaledVoxels, count: Int, _ parameters: HabitatParameters,
    from stream: inout RandomStream
  ) throws(HabitatError) -> GaussianMixture? {
    var best: GaussianMixture?
    var starts: [[UInt8]] = []
    for _ in 0..<parameters.restarts {
      guard
        let clusters = KMeans.best(
          of: voxels, count: count, restarts: 1, maximumIterations: parameters.iterations,
          tolerance: parameters.tolerance, from: &stream)?.ordered
      else { return nil }
      if starts.contains(clusters.labels) { continue }
      starts.append(clusters.labels)
      var mixture = GaussianMixture(
        voxels, clusters, covariance: parameters.covariance,
        regularisation: parameters.regularisation)
      let isValid = mixture.maximise(
        voxels, maximumIterations: parameters.iterations, tolerance: parameters.tolerance,
        regularisation: parameters.regularisation)
      if isValid && mixture.lowerBound > best?.lowerBound ?? -.infinity { best = mixture }
    }
    guard let best else {
      throw HabitatError(
        "a mixture of \(count) components has a singular covariance matrix over \(voxels.count)"
          + " voxels; regularisation = \(parameters.regularisation) is too small")
    }
    return best
  }

  /// Iterates from the current weights, means and covariances.
  /// - Returns: false where a covariance matrix is not positive definite; the mixture is then of
  ///   no use.
  package mutating func maximise(
    _ voxels: ScaledVoxels, maximumIterations: Int, tolerance: Double, regularisation: Double
  ) -> Bool {
    let kernel = MixturePass(covariance: covariance, dimension: dimension, count: count)
    (iterations, isConverged, lowerBound) = (0, false, -.infinity)
    while iterations < maximumIterations && !isConverged {
      guard let density = MixtureDensity(self) else { return false }
      let (total, moments) = kernel.moments(of: voxels, density)
      let mean = total / Double(voxels.count)
      if !mean.isFinite { return false }
      update(moments, voxelCount: voxels.count, regularisation)
      isConverged = abs(mean - lowerBound) <= tolerance
      lowerBound = mean
      iterations += 1
    }
    return MixtureDensity(self) != nil
  }

  /// ln L of all voxels.
  /// - Precondition: the covariances are positive definite.
  package func logLikelihood(of voxels: ScaledVoxels) -> Double {
    let kernel = MixturePass(covariance: covariance, dimension: dimension, count: count)
    return kernel.moments(of: voxels, density).logLikelihood
  }

  /// BIC = -2 ln L + p ln n; smaller is better. p counts the means, the covariances and all
  /// weights but one (Fraley & Raftery 2002 with the other sign; scikit-learn).
  package func bic(of voxels: ScaledVoxels) -> Double {
    let parameters = Double(means.count + covariances.count + count - 1)
    let penalty = parameters * PortableLogarithm.value(of: Double(voxels.count))
    return -2 * logLikelihood(of: voxels) + penalty
  }

  /// The component with the largest responsibility for each voxel, 0 ..< count; ties: the lower.
  /// - Precondition: the covariances are positive definite.
  package func labels(of voxels: ScaledVoxels) -> [UInt8] {
    MixturePass(covariance: covariance, dimension: dimension, count: count)
      .labels(of: voxels, density)
  }

  private var density: MixtureDensity {
    guard let density = MixtureDensity(self) else {
      preconditionFailure("a covariance matrix is not positive definite")
    }
    return density
  }

  /// Weights, means and covariances from the moments around the current means.
  private mutating func update(
    _ moments: [Double], voxelCount: Int, _ regularisation: Double
  ) {
    let (d, size) = (dimension, covariances.count / count)
    let width = 1 + d + size
    for k in 0..<count {
      let m = moments[k * width..<(k + 1) * width]
      let first = m.startIndex
      // scikit-learn's guard against a component that no voxel belongs to.
      let weight = m[first] + 10 * Double.ulpOfOne
      weights[k] = weight / Double(voxelCount)
      let shift = (0..<d).map { m[first + 1 + $0] / weight }
      for i in 0..<d {
        means[k * d + i] += shift[i]
        let row = covariance == .full ? i * (i + 1) / 2 : 0
        for j in (covariance == .full ? 0 : i)...i {
          let place = row + j
          let extra = i == j ? regularisation : 0
          covariances[k * size + place] =
            m[first + 1 + d + place] / weight - shift[i] * shift[j] + extra
        }
      }
    }
    var total = 0.0
    for weight in weights { total += weight }
    for k in 0..<count { weights[k] /= total }
  }
}
