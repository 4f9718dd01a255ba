internal import Glibc
internal import Numerics

/// The integral of one group after the other in `MixedLikelihood`, with the scratch memory for it.
struct GroupIntegral {
  private let rule: GaussHermite
  /// w (y - mu) at each node, node after node.
  private var residuals: [Double]
  private var slopes: [Double]
  private var bends: [Double]
  /// Share of each node in the integral.
  private var shares: [Double]
  private var nodeResiduals: [Double]

  struct Part {
    let logLikelihood: Double
    /// Derivative of `logLikelihood` by sigma.
    let sigmaSlope: Double
  }

  /// - Parameter longest: rows of the largest group.
  init(_ rule: GaussHermite, longest: Int) {
    self.rule = rule
    residuals = [Double](repeating: 0, count: longest * rule.nodes.count)
    slopes = [Double](repeating: 0, count: longest)
    bends = slopes
    shares = [Double](repeating: 0, count: rule.nodes.count)
    nodeResiduals = shares
  }

  /// - Parameter factors: written: the derivative of the log-likelihood by the linear predictor of
  ///   each row of the group, the mode and the width of the rule moving along.
  mutating func add(_ group: GroupKernel, factors: UnsafeMutablePointer<Double>) -> Part {
    let sigma = group.sigma
    let mode = group.mode()
    let sums = slopes.withUnsafeMutableBufferPointer { slopes in
      bends.withUnsafeMutableBufferPointer { bends in
        group.moments(at: mode, slopes: slopes.baseAddress!, bends: bends.baseAddress!)
      }
    }
    let peak = sums.log - mode * mode / 2
    let spread = 1 + sigma * sigma * sums.slope
    let width = 1 / spread.squareRoot()
    let total = fillNodes(group, mode: mode, width: width, peak: peak)

    // The derivative of h at the nodes, its mean and its mean with z: 0 where there is one node.
    var (mean, moment, direct) = (0.0, 0.0, 0.0)
    for k in shares.indices {
      let t = mode + width * rule.nodes[k]
      let h = sigma * nodeResiduals[k] - t
      mean += shares[k] * h
      moment += shares[k] * h * rule.nodes[k]
      direct += shares[k] * t * nodeResiduals[k]
    }
    // d log L = mean * d mode + widening * d spread + what the parameters do at fixed nodes.
    let widening = -0.5 * (moment * width + 1) / spread
    let square = sigma * sigma
    fill(
      factors, group.count,
      bySlope: -(mean + widening * square * sigma * sums.bend) * sigma / spread,
      byBend: widening * square)
    let modeBySigma = (sums.residual - sigma * mode * sums.slope) / spread
    let spreadBySigma =
      2 * sigma * sums.slope + square * sums.bend * (mode + sigma * modeBySigma)
    return Part(
      logLikelihood: peak + log(total) - 0.5 * log(spread),
      sigmaSlope: direct + mean * modeBySigma + widening * spreadBySigma)
  }

  /// Residuals and shares of the nodes.
  /// - Returns: sum of q_k exp(h(t_k) - h(u0) + z_k^2 / 2).
  private mutating func fillNodes(
    _ group: GroupKernel, mode: Double, width: Double, peak: Double
  ) -> Double {
    var total = 0.0
    for k in shares.indices {
      let z = rule.nodes[k]
      let t = mode + width * z
      let node = residuals.withUnsafeMutableBufferPointer {
        group.node(at: t, residuals: $0.baseAddress! + k &* group.count)
      }
      nodeResiduals[k] = node.residual
      shares[k] = rule.weights[k] * exp(node.log - t * t / 2 - peak + z * z / 2)
      total += shares[k]
    }
    for k in shares.indices { shares[k] /= total }
    return total
  }

  private func fill(
    _ factors: UnsafeMutablePointer<Double>, _ count: Int, bySlope: Double, byBend: Double
  ) {
    slopes.withUnsafeBufferPointer { slopes in
      bends.withUnsafeBufferPointer { bends in
        var i = 0
        while i < count {
          factors[i] = bySlope * slopes[i] + byBend * bends[i]
          i &+= 1
        }
      }
    }
    residuals.withUnsafeBufferPointer { residuals in
      for k in shares.indices {
        DenseKernels.add(shares[k], residuals.baseAddress! + k &* count, to: factors, count)
      }
    }
  }
}
