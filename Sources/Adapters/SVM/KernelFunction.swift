internal import Glibc
internal import Numerics

/// The kernels of libsvm, u and v two rows.
package enum SVMKernel: String, CaseIterable, Hashable, Sendable {
  /// u'v
  case linear
  /// (gamma u'v + coef0)^degree
  case poly
  /// exp(-gamma |u - v|^2)
  case rbf
  /// tanh(gamma u'v + coef0)
  case sigmoid
}

/// Where gamma comes from.
package enum GammaRule: String, CaseIterable, Hashable, Sendable {
  /// 1 / number of columns, as e1071 and libsvm.
  case auto
  /// 1 / (number of columns * variance of all values), as scikit-learn; 1 where that variance is 0.
  case scale
  /// The number of the setting `gamma`.
  case fixed
}

/// A kernel with its numbers.
package struct KernelFunction: Hashable, Sendable {
  package let kernel: SVMKernel
  /// Not read by `linear`.
  package let gamma: Double
  package let coef0: Double
  package let degree: Int

  init(kernel: SVMKernel, gamma: Double, coef0: Double, degree: Int) {
    self.kernel = kernel
    self.gamma = gamma
    self.coef0 = coef0
    self.degree = degree
  }

  /// - Parameter values: all values of the training rows as libsvm gets them, not empty.
  init(_ settings: SVMSettings, values: [Double], columnCount: Int) {
    let gamma =
      switch settings.gammaRule {
      case .auto: 1 / Double(columnCount)
      case .scale: Self.scaleGamma(values, columnCount)
      case .fixed: settings.gamma
      }
    self.init(
      kernel: settings.kernel, gamma: gamma, coef0: settings.coef0, degree: settings.degree)
  }

  private static func scaleGamma(_ values: [Double], _ columnCount: Int) -> Double {
    let mean = PairwiseSum.sum(values) / Double(values.count)
    let squares = values.map { ($0 - mean) * ($0 - mean) }
    let variance = PairwiseSum.sum(squares) / Double(values.count)
    return variance == 0 ? 1 : 1 / (Double(columnCount) * variance)
  }

  /// Whether libsvm, which keeps kernel values as 32-bit numbers, can hold those of all pairs of
  /// rows (by Cauchy and Schwarz).
  /// - Parameter squaredLength: the largest sum of squares of a row.
  func isFinite(upTo squaredLength: Double) -> Bool {
    let inner = gamma * squaredLength + coef0.magnitude
    let largest = Double(Float.greatestFiniteMagnitude)
    return switch kernel {
    case .linear: squaredLength <= largest
    case .poly: pow(inner, Double(degree)) <= largest
    case .rbf: (4 * max(gamma, 1) * squaredLength).isFinite
    case .sigmoid: inner.isFinite
    }
  }
}
