internal import Numerics

/// What the logarithm of a weighted Gaussian density needs: ln(w p(x)) = offset - |F (x - mean)|^2
/// / 2, where F is the inverse of the covariance's Cholesky factor.
struct MixtureDensity {
  let means: [Double]
  /// One per component; -infinity for a weight of 0.
  private(set) var offsets: [Double] = []
  /// One F per component, packed as the covariances are.
  private(set) var factors: [Double] = []

  /// Nil where a covariance matrix is not positive definite.
  init?(_ mixture: GaussianMixture) {
    means = mixture.means
    let size = mixture.covariances.count / mixture.count
    let logTwoPi = PortableLogarithm.value(of: 2 * .pi)
    for k in 0..<mixture.count {
      let matrix = Array(mixture.covariances[k * size..<(k + 1) * size])
      let diagonal: [Double]
      if mixture.covariance == .full {
        guard let cholesky = Cholesky(packed: matrix, dimension: mixture.dimension) else {
          return nil
        }
        factors += cholesky.inverse
        diagonal = cholesky.diagonal
      } else {
        guard matrix.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
        diagonal = matrix.map { $0.squareRoot() }
        factors += diagonal.map { 1 / $0 }
      }
      guard diagonal.allSatisfy(\.isNormal) else { return nil }
      let weight = mixture.weights[k]
      var offset = weight.isNormal ? PortableLogarithm.value(of: weight) : -.infinity
      for value in diagonal { offset -= PortableLogarithm.value(of: value) }
      offsets.append(offset - Double(mixture.dimension) / 2 * logTwoPi)
    }
  }
}
