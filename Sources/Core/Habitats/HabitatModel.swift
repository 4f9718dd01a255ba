/// Fitted habitats: a label for any voxel with the same features.
///
/// Habitats are numbered from 1 in ascending order of their mean of the first feature (ties: of the
/// next one).
package struct HabitatModel: Hashable, Sendable {
  package let method: HabitatParameters.Method
  /// Of no meaning for k-means.
  package let covariance: HabitatParameters.Covariance
  package let scaling: VoxelScaling
  /// One per habitat, sum 1: shares of the voxels (k-means), or the components' weights.
  package let weights: [Double]
  /// Row by row, one per habitat: scaled means of the features that are used.
  package let means: [Double]
  /// As in `GaussianMixture`; empty for k-means.
  package let covariances: [Double]
  /// Voxels of the fit: those with finite values only.
  package let voxelCount: Int
  /// k-means: sum of squared distances from the centres. gmm: mean log-likelihood of a voxel in the
  /// last iteration. Of scaled features; 0 where all features are constant.
  package let objective: Double
  /// Whether the start that counts converged within the allowed iterations.
  package let isConverged: Bool
  /// BIC of 1, 2, ... habitats, smaller is better; infinity for a number that could not be fitted.
  /// Empty where the number was fixed or all features are constant. Shorter than the largest number
  /// where there were not so many different voxels.
  package let bic: [Double]

  /// Number of habitats.
  package var count: Int { weights.count }
  /// Number of features, those that are not used included.
  package var featureCount: Int { scaling.means.count }
  /// Number of features that are used.
  package var dimension: Int { means.count / count }

  /// Checks nothing but lengths; orders the habitats.
  init(
    method: HabitatParameters.Method, covariance: HabitatParameters.Covariance,
    scaling: VoxelScaling, weights: [Double], means: [Double], covariances: [Double],
    voxelCount: Int, objective: Double, isConverged: Bool, bic: [Double]
  ) {
    let used = scaling.used.count
    precondition(!weights.isEmpty && means.count == weights.count * used)
    let order = ClusterOrder.ascending(means, dimension: used)
    self.method = method
    self.covariance = covariance
    self.scaling = scaling
    self.weights = order.map { weights[$0] }
    self.means = ClusterOrder.rows(means, size: used, in: order)
    self.covariances = ClusterOrder.rows(
      covariances, size: covariances.count / weights.count, in: order)
    self.voxelCount = voxelCount
    self.objective = objective
    self.isConverged = isConverged
    self.bic = bic
  }

  /// The mean of each feature in a habitat, in the features' own units; a constant feature's value.
  /// - Parameter habitat: 1 ... count.
  package func centre(of habitat: Int) -> [Double] {
    precondition((1...count).contains(habitat), "there is no habitat \(habitat)")
    var centre = scaling.means
    for (place, feature) in scaling.used.enumerated() {
      centre[feature] += means[(habitat - 1) * dimension + place] * scaling.deviations[feature]
    }
    return centre
  }

  /// The habitat of each voxel, 1 ... count: of the nearest centre (k-means) or the largest
  /// responsibility (gmm), ties: the lower. 0 for a voxel with a value that is not finite.
  /// - Parameter sample: with the features of the fit, in the same order.
  package func assign(_ sample: VoxelSample) -> [UInt8] {
    let rows = sample.finiteRows
    let labels = self.labels(
      of: ScaledVoxels(sample, rows: rows, scaling), among: Array(0..<count))
    return Self.spread(labels, over: rows, count: sample.count)
  }

  /// Labels 1 ... count of scaled voxels.
  /// - Parameter chosen: ascending indices of the habitats that take voxels, at least one.
  func labels(of voxels: ScaledVoxels, among chosen: [Int]) -> [UInt8] {
    if voxels.count == 0 { return [] }
    if dimension == 0 || chosen.count == 1 {
      return [UInt8](repeating: UInt8(chosen[0] + 1), count: voxels.count)
    }
    let means = ClusterOrder.rows(means, size: dimension, in: chosen)
    var labels: [UInt8]
    switch method {
    case .kmeans:
      labels = [UInt8](repeating: 255, count: voxels.stride)
      var pass = KMeansPass(voxels, means)
      _ = pass.assign(&labels)
      labels.removeLast(labels.count - voxels.count)
    case .gmm:
      labels = GaussianMixture(
        covariance: covariance, dimension: dimension, weights: chosen.map { weights[$0] },
        means: means,
        covariances: ClusterOrder.rows(
          covariances, size: covariances.count / count, in: chosen)
      ).labels(of: voxels)
    }
    for i in labels.indices { labels[i] = UInt8(chosen[Int(labels[i])] + 1) }
    return labels
  }

  /// Labels of some voxels among all; 0 for the others.
  static func spread(_ labels: [UInt8], over rows: [Int], count: Int) -> [UInt8] {
    if rows.count == count { return labels }
    var all = [UInt8](repeating: 0, count: count)
    for (label, row) in zip(labels, rows) { all[row] = label }
    return all
  }
}
