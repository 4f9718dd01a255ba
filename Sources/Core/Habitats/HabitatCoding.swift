/// A model as plain numbers, for messages and files.
///
/// In order: the version 1; method and covariance (places in their lists of cases); numbers of
/// habitats, features, voxels and BIC values; objective; 1 if converged, else 0; means and
/// deviations of the scaling; weights; means; covariances; BIC values. All exact.
extension HabitatModel {
  package var encoded: [Double] {
    let method = HabitatParameters.Method.allCases.firstIndex(of: method) ?? 0
    let covariance = HabitatParameters.Covariance.allCases.firstIndex(of: covariance) ?? 0
    let head = [1, method, covariance, count, featureCount, voxelCount, bic.count]
    return head.map { Double($0) } + [objective, isConverged ? 1 : 0] + scaling.means
      + scaling.deviations + weights + means + covariances + bic
  }

  /// Nil where the numbers are not those of a model of this version.
  package init?(encoded: [Double]) {
    guard encoded.count >= 9 else { return nil }
    let head = encoded[..<7].compactMap { Int(exactly: $0) }
    guard head.count == 7, head[0] == 1, head.allSatisfy({ $0 >= 0 }),
      HabitatParameters.Method.allCases.indices.contains(head[1]),
      HabitatParameters.Covariance.allCases.indices.contains(head[2]),
      (1...HabitatParameters.maximumCount).contains(head[3]), (1...encoded.count).contains(head[4]),
      head[6] <= encoded.count
    else { return nil }
    let method = HabitatParameters.Method.allCases[head[1]]
    let covariance = HabitatParameters.Covariance.allCases[head[2]]
    let (count, features) = (head[3], head[4])
    var rest = encoded[9...]
    func take(_ length: Int) -> [Double]? {
      guard rest.count >= length else { return nil }
      defer { rest = rest.dropFirst(length) }
      return Array(rest.prefix(length))
    }
    guard let centres = take(features), let deviations = take(features),
      centres.allSatisfy(\.isFinite), deviations.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { return nil }
    let scaling = VoxelScaling(means: centres, deviations: deviations)
    let used = scaling.used.count
    if used == 0 && count > 1 { return nil }
    let size = method == .gmm ? GaussianMixture.size(of: covariance, dimension: used) : 0
    guard let weights = take(count), let means = take(count * used),
      let covariances = take(count * size), let bic = take(head[6]), rest.isEmpty
    else { return nil }
    if size > 0 {
      let mixture = GaussianMixture(
        covariance: covariance, dimension: used, weights: weights, means: means,
        covariances: covariances)
      if MixtureDensity(mixture) == nil { return nil }
    }
    self.init(
      method: method, covariance: covariance, scaling: scaling, weights: weights, means: means,
      covariances: covariances, voxelCount: head[5], objective: encoded[7],
      isConverged: encoded[8] == 1, bic: bic)
  }
}
