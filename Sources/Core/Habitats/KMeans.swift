package import Numerics

/// k-means by Lloyd's iterations: the sum of squared distances from the centres falls until no
/// voxel changes its cluster.
///
/// Lloyd 1982, "Least squares quantization in PCM", IEEE Trans. Inf. Theory 28. Each iteration
/// finds the nearest centre of each voxel (ties: the lower label) and moves the centres to the means
/// of their voxels. It ends when no label changed, or when the squared shifts of all centres add up
/// to no more than `tolerance` times the mean variance of the features, or after
/// `maximumIterations`; after the last two, voxels are assigned once more.
///
/// A cluster without voxels takes the voxel that is farthest from its centre (ties: the first) out
/// of a cluster of two or more; lower labels first.
///
/// Distances are plain sums of squares. Sums over voxels run in four lanes by index.
package struct KMeans: Hashable, Sendable {
  /// Row by row, one per cluster.
  package var centres: [Double]
  /// 0 ..< number of clusters, one per voxel.
  package var labels: [UInt8]
  /// Sum of the squared distances from the nearest centre.
  package var inertia: Double
  package var iterations: Int
  package var isConverged: Bool

  package var count: Int { centres.count / dimension }
  private let dimension: Int

  /// The best of several k-means++ starts, that is, the one with the smallest inertia; ties: the
  /// first. Nil where there are fewer than `count` different voxels.
  package static func best(
    of voxels: ScaledVoxels, count: Int, restarts: Int, maximumIterations: Int, tolerance: Double,
    from stream: inout RandomStream
  ) -> KMeans? {
    var best: KMeans?
    for _ in 0..<restarts {
      let centres = KMeansStart.centres(of: voxels, count: count, from: &stream)
      if centres.count < count * voxels.dimension { return nil }
      let result = KMeans(
        voxels, from: centres, maximumIterations: maximumIterations, tolerance: tolerance)
      if result.inertia < best?.inertia ?? .infinity { best = result }
    }
    return best
  }

  /// Iterates from given centres.
  /// - Parameters:
  ///   - voxels: at least one, of dimension 1 or more.
  ///   - centres: row by row, 1 to 255 of them.
  package init(
    _ voxels: ScaledVoxels, from centres: [Double], maximumIterations: Int, tolerance: Double
  ) {
    dimension = voxels.dimension
    precondition(voxels.count > 0 && dimension > 0 && maximumIterations > 0)
    precondition(centres.count % dimension == 0 && (1...255).contains(centres.count / dimension))
    self.centres = centres
    labels = [UInt8](repeating: 255, count: voxels.stride)
    isConverged = false
    (inertia, iterations) = (0, 0)
    let limit = tolerance * voxels.meanVariance
    var isStrict = false
    while iterations < maximumIterations && !isConverged {
      iterations += 1
      var pass = KMeansPass(voxels, self.centres)
      let hasChanged = pass.assign(&labels)
      let isFilled = pass.fillEmpty(&labels)
      let moved = pass.means
      var shift = 0.0
      for (new, old) in zip(moved, self.centres) { shift += (new - old) * (new - old) }
      self.centres = moved
      isStrict = !hasChanged && !isFilled
      isConverged = isStrict || shift <= limit
    }
    var last = KMeansPass(voxels, self.centres)
    if !isStrict { _ = last.assign(&labels) }
    inertia = last.inertia(labels)
    labels.removeLast(labels.count - voxels.count)
  }

  /// Voxels of each cluster.
  package var sizes: [Int] {
    var sizes = [Int](repeating: 0, count: count)
    for label in labels { sizes[Int(label)] += 1 }
    return sizes
  }

  /// BIC = -2 ln L + p ln n; smaller is better.
  ///
  /// The clusters are spherical Gaussians with one variance in M dimensions (Pelleg & Moore 2000,
  /// "X-means", ICML, section 3.2): s2 = inertia / (M (n - K)), and with n_k voxels in cluster k
  ///
  ///     ln L = sum n_k ln(n_k / n) - n M / 2 ln(2 pi s2) - M (n - K) / 2,   p = K (M + 1).
  ///
  /// The paper prints the normalisation and the variance for M = 1; here both hold for any M.
  ///
  /// Each voxel counts to its own cluster only, so that overlapping clusters do not pay: with one
  /// feature, equal clusters must be 12^(1/2) = 3.5 of their SDs apart to be told from one. The BIC
  /// of a mixture has no such limit.
  /// - Returns: -infinity where every voxel is at a centre; nil where n <= K.
  package var bic: Double? {
    let (n, m, k) = (Double(labels.count), Double(dimension), Double(count))
    guard labels.count > count else { return nil }
    if inertia == 0 { return -.infinity }
    var logLikelihood = 0.0
    for size in sizes where size > 0 {
      logLikelihood += Double(size) * PortableLogarithm.value(of: Double(size) / n)
    }
    let variance = inertia / (m * (n - k))
    logLikelihood -= n * m / 2 * PortableLogarithm.value(of: 2 * .pi * variance)
    logLikelihood -= m * (n - k) / 2
    return -2 * logLikelihood + k * (m + 1) * PortableLogarithm.value(of: n)
  }
}
