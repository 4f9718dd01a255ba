internal import Numerics

extension HabitatModel {
  /// Fits habitats to voxels; each voxel counts 1, whichever patient it is from.
  ///
  /// For several patients `sample` is their samples joined in the order of the cohort: a patient
  /// with more voxels has more weight, up to `sampleSize`. All starts of one number of habitats
  /// draw from one stream, and every number of habitats draws from the beginning of it: `k` chosen
  /// by BIC gives the habitats of the same `k` when fixed.
  /// - Parameters:
  ///   - seed: the study's.
  ///   - index: the cohort's row, or UInt64.max for the cohort.
  /// - Throws: no voxels; fewer different voxels than fixed habitats; values that overflow; singular
  ///   covariances.
  package static func fit(
    _ sample: VoxelSample, _ parameters: HabitatParameters, seed: UInt64, index: UInt64
  ) throws(HabitatError) -> HabitatModel {
    let rows = sample.finiteRows
    guard !rows.isEmpty else {
      throw HabitatError(
        "there is nothing to divide into habitats: of \(sample.count) voxels none has finite values"
          + " of all \(sample.featureCount) features")
    }
    let scaling = try VoxelScaling(of: sample, rows: rows, parameters.scaling)
    let isFixed = parameters.criterion == .fixed
    if scaling.used.isEmpty {
      if isFixed && parameters.k > 1 {
        let values = zip(sample.names, scaling.means).map { "\($0) = \($1)" }
        throw HabitatError(
          "all \(rows.count) voxels have the same values (\(values.joined(separator: ", "))) and"
            + " cannot be divided into k = \(parameters.k) habitats")
      }
      return HabitatModel(
        method: parameters.method, covariance: parameters.covariance, scaling: scaling,
        weights: [1], means: [], covariances: [], voxelCount: rows.count, objective: 0,
        isConverged: true, bic: [])
    }
    let fit = HabitatFit(
      voxels: ScaledVoxels(sample, rows: rows, scaling), scaling: scaling, parameters: parameters,
      seed: seed, index: index)
    return isFixed ? try fit.model(count: parameters.k) : try fit.bestModel()
  }
}

/// One fit: scaled voxels and everything that it depends on.
private struct HabitatFit {
  let voxels: ScaledVoxels
  let scaling: VoxelScaling
  let parameters: HabitatParameters
  let seed: UInt64
  let index: UInt64

  func model(count: Int) throws(HabitatError) -> HabitatModel {
    guard let result = try clusters(count: count) else {
      let different = differentVoxels(limit: count)
      throw HabitatError(
        "k = \(count) habitats need at least \(count) different voxels; of \(voxels.count) voxels"
          + " \(different) \(different == 1 ? "is" : "are") different")
    }
    return result.model(scaling, voxels, bic: [])
  }

  /// The number of habitats with the smallest BIC; ties: the smaller number.
  func bestModel() throws(HabitatError) -> HabitatModel {
    var best: Clusters?
    var values: [Double] = []
    var failure: HabitatError?
    for count in 1...parameters.k {
      do throws(HabitatError) {
        guard let result = try clusters(count: count), let bic = result.bic(of: voxels) else {
          break
        }
        if best == nil || bic < values.min() ?? .infinity { best = result }
        values.append(bic)
      } catch {
        failure = failure ?? error
        values.append(.infinity)
      }
    }
    guard let best else {
      throw failure
        ?? HabitatError(
          "\(voxels.count) voxels are too few to compare numbers of habitats by their BIC")
    }
    return best.model(scaling, voxels, bic: values)
  }

  /// Nil where there are fewer different voxels than clusters.
  private func clusters(count: Int) throws(HabitatError) -> Clusters? {
    var stream = RandomStream(seed: seed, domain: .habitatStart, index: index)
    switch parameters.method {
    case .kmeans:
      return KMeans.best(
        of: voxels, count: count, restarts: parameters.restarts,
        maximumIterations: parameters.iterations, tolerance: parameters.tolerance, from: &stream
      ).map { .kmeans($0) }
    case .gmm:
      return try GaussianMixture.best(of: voxels, count: count, parameters, from: &stream)
        .map { .gmm($0) }
    }
  }

  /// Number of different voxels, at most `limit`.
  private func differentVoxels(limit: Int) -> Int {
    var found: [[Double]] = []
    for v in 0..<voxels.count where found.count < limit {
      let voxel = voxels.voxel(v)
      if !found.contains(voxel) { found.append(voxel) }
    }
    return found.count
  }
}

private enum Clusters {
  case kmeans(KMeans)
  case gmm(GaussianMixture)

  func bic(of voxels: ScaledVoxels) -> Double? {
    switch self {
    case .kmeans(let clusters): clusters.bic
    case .gmm(let mixture): mixture.bic(of: voxels)
    }
  }

  func model(_ scaling: VoxelScaling, _ voxels: ScaledVoxels, bic: [Double]) -> HabitatModel {
    switch self {
    case .kmeans(let clusters):
      HabitatModel(
        method: .kmeans, covariance: .full, scaling: scaling,
        weights: clusters.sizes.map { Double($0) / Double(voxels.count) }, means: clusters.centres,
        covariances: [], voxelCount: voxels.count, objective: clusters.inertia,
        isConverged: clusters.isConverged, bic: bic)
    case .gmm(let mixture):
      HabitatModel(
        method: .gmm, covariance: mixture.covariance, scaling: scaling, weights: mixture.weights,
        means: mixture.means, covariances: mixture.covariances, voxelCount: voxels.count,
        objective: mixture.lowerBound, isConverged: mixture.isConverged, bic: bic)
    }
  }
}
