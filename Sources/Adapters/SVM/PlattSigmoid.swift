internal import Glibc

/// Probability of class 1 from a decision value: 1 / (1 + exp(slope * value + offset)).
///
/// Platt 1999 with the targets and the Newton method of Lin, Lin & Weng 2007 ("A note on Platt's
/// probabilistic outputs for support vector machines", appendix 3), as in libsvm.
package struct PlattSigmoid: Hashable, Sendable {
  /// A of the paper; < 0 where larger values mean class 1.
  package let slope: Double
  /// B of the paper.
  package let offset: Double

  package init(slope: Double, offset: Double) {
    self.slope = slope
    self.offset = offset
  }

  /// The maximum likelihood fit; sums go from the first row to the last.
  /// - Parameter classes: 1 or 0, one per value.
  package init(fittedTo values: [Double], classes: [UInt8]) {
    precondition(values.count == classes.count)
    let likelihood = PlattLikelihood(values: values, classes: classes)
    var (a, b) = (0.0, log((likelihood.negatives + 1) / (likelihood.positives + 1)))
    var loss = likelihood.loss(a, b)
    for _ in 0..<100 {
      let (gradient, hessian) = likelihood.derivatives(a, b)
      if gradient.0.magnitude < 1e-5 && gradient.1.magnitude < 1e-5 { break }
      let determinant = hessian.0 * hessian.2 - hessian.1 * hessian.1
      let stepA = -(hessian.2 * gradient.0 - hessian.1 * gradient.1) / determinant
      let stepB = -(-hessian.1 * gradient.0 + hessian.0 * gradient.1) / determinant
      let descent = gradient.0 * stepA + gradient.1 * stepB
      var length = 1.0
      while length >= 1e-10 {
        let (newA, newB) = (a + length * stepA, b + length * stepB)
        let newLoss = likelihood.loss(newA, newB)
        if newLoss < loss + 0.0001 * length * descent {
          (a, b, loss) = (newA, newB, newLoss)
          break
        }
        length /= 2
      }
      if length < 1e-10 { break }
    }
    self.init(slope: a, offset: b)
  }

  /// In [1e-7, 1 - 1e-7], libsvm's bounds.
  package func probability(_ value: Double) -> Double {
    min(max(Self.logistic(value * slope + offset), 1e-7), 1 - 1e-7)
  }

  /// 1 / (1 + exp(t)) without overflow.
  fileprivate static func logistic(_ t: Double) -> Double {
    t >= 0 ? exp(-t) / (1 + exp(-t)) : 1 / (1 + exp(t))
  }
}

/// The negative log likelihood of a sigmoid and its derivatives.
private struct PlattLikelihood {
  let values: [Double]
  let targets: [Double]
  let positives: Double
  let negatives: Double

  init(values: [Double], classes: [UInt8]) {
    self.values = values
    let positives = Double(classes.reduce(0) { $0 + ($1 == 1 ? 1 : 0) })
    let negatives = Double(classes.count) - positives
    let (high, low) = ((positives + 1) / (positives + 2), 1 / (negatives + 2))
    targets = classes.map { $0 == 1 ? high : low }
    self.positives = positives
    self.negatives = negatives
  }

  func loss(_ a: Double, _ b: Double) -> Double {
    var loss = 0.0
    for i in values.indices {
      let t = values[i] * a + b
      loss +=
        t >= 0 ? targets[i] * t + log(1 + exp(-t)) : (targets[i] - 1) * t + log(1 + exp(t))
    }
    return loss
  }

  /// Gradient by (a, b) and second derivatives by (aa, ab, bb), the latter kept above 0 by 1e-12.
  func derivatives(_ a: Double, _ b: Double)
    -> (gradient: (Double, Double), hessian: (Double, Double, Double))
  {
    var (gradientA, gradientB) = (0.0, 0.0)
    var (aa, ab, bb) = (1e-12, 0.0, 1e-12)
    for i in values.indices {
      let (x, t) = (values[i], values[i] * a + b)
      let p = PlattSigmoid.logistic(t)
      let q = t >= 0 ? 1 / (1 + exp(-t)) : exp(t) / (1 + exp(t))
      let weight = p * q
      aa += x * x * weight
      bb += weight
      ab += x * weight
      let residual = targets[i] - p
      gradientA += x * residual
      gradientB += residual
    }
    return ((gradientA, gradientB), (aa, ab, bb))
  }
}
