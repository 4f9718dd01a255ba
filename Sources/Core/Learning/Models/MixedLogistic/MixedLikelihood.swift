/// Minus twice the marginal log-likelihood of a logistic regression with a normal intercept per
/// group, and its gradient.
///
/// In group i the log odds are x' beta + sigma u with u standard normal. With h(u) the log-likelihood
/// of the group's rows less u^2 / 2, u0 its mode and D = 1 + sigma^2 * (sum of w mu (1 - mu) at u0),
/// the integral over u is taken by adaptive Gauss-Hermite quadrature with nodes z and weights q
/// (Pinheiro & Bates 1995, section 2.4):
/// log L_i = -log(D) / 2 + log sum_k q_k exp(h(u0 + z_k / sqrt D) + z_k^2 / 2).
/// One node is Laplace's approximation. Row weights multiply the log-likelihood of a row.
struct MixedLikelihood {
  let design: ClusteredDesign
  let rule: GaussHermite

  struct Value {
    /// -2 log L.
    var deviance = 0.0
    /// By (beta, sigma), beta on the standardised scale, intercept first.
    var gradient: [Double] = []
  }

  /// - Parameter theta: beta, intercept first, then sigma; the value is even in sigma.
  func value(_ theta: [Double]) -> Value {
    precondition(theta.count == design.width + 1)
    var integral = GroupIntegral(rule, longest: design.groups.longest)
    var value = Value()
    var factors = [Double](repeating: 0, count: design.rowCount)
    var sigmaSlope = 0.0
    eachGroup(theta) { index, group in
      let part = factors.withUnsafeMutableBufferPointer {
        integral.add(group, factors: $0.baseAddress! + design.groups.starts[index])
      }
      value.deviance -= 2 * part.logLikelihood
      sigmaSlope += part.sigmaSlope
    }
    value.gradient = design.total(factors).map { -2 * $0 } + [-2 * sigmaSlope]
    return value
  }

  /// The information about beta given sigma and the modes: X'WX less what the modes take up,
  /// lme4's `vcov(use.hessian = FALSE)` inverted.
  func conditionalInformation(_ theta: [Double]) -> [Double] {
    let square = theta[design.width] * theta[design.width]
    var slopes = [Double](repeating: 0, count: design.rowCount)
    var bends = slopes
    var factors = [Double](repeating: 0, count: design.groups.count)
    eachGroup(theta) { index, group in
      let start = design.groups.starts[index]
      let mode = group.mode()
      let sums = slopes.withUnsafeMutableBufferPointer { slopes in
        bends.withUnsafeMutableBufferPointer { bends in
          group.moments(
            at: mode, slopes: slopes.baseAddress! + start, bends: bends.baseAddress! + start)
        }
      }
      factors[index] = square / (1 + square * sums.slope)
    }
    let taken = design.outerProducts(design.groupTotals(slopes), factors)
    return zip(design.gram(slopes), taken).map { $0 - $1 }
  }

  private func eachGroup(_ theta: [Double], _ body: (Int, GroupKernel) -> Void) {
    let eta = design.predictor(Array(theta.dropLast()))
    eta.withUnsafeBufferPointer { eta in
      design.outcome.withUnsafeBufferPointer { outcome in
        design.weights.withUnsafeBufferPointer { weights in
          for index in 0..<design.groups.count {
            let range = design.groups.range(index)
            let group = GroupKernel(
              eta: eta.baseAddress! + range.lowerBound,
              outcome: outcome.baseAddress! + range.lowerBound,
              weights: weights.baseAddress! + range.lowerBound, count: range.count,
              sigma: theta[design.width])
            body(index, group)
          }
        }
      }
    }
  }

  /// Second derivatives of the deviance by central differences of the gradient.
  /// - Parameter isFine: five-point formula (error about 1e-9) instead of three-point (1e-7).
  func hessian(_ theta: [Double], isFine: Bool) -> [Double] {
    let order = theta.count
    var hessian = [Double](repeating: 0, count: order * order)
    let rule: [(offset: Double, factor: Double)] =
      isFine ? [(1, 2.0 / 3), (2, -1.0 / 12)] : [(1, 0.5)]
    for k in 0..<order {
      let step = isFine ? 1e-3 : 1e-4
      for (offset, factor) in rule {
        var (up, down) = (theta, theta)
        up[k] += offset * step
        down[k] -= offset * step
        let (above, below) = (value(up).gradient, value(down).gradient)
        for j in 0..<order {
          hessian[k * order + j] += factor * (above[j] - below[j]) / step
        }
      }
    }
    for i in 0..<order {
      for j in 0..<i {
        let mean = (hessian[i * order + j] + hessian[j * order + i]) / 2
        hessian[i * order + j] = mean
        hessian[j * order + i] = mean
      }
    }
    return hessian
  }
}
