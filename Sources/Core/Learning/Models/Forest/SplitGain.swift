internal import Glibc

/// What a tree wants of a node: how mixed it is, and which of two ways to divide it is better.
///
/// Nodes are described by their total weight and the weighted sum of their outcomes; outcomes are 0
/// and 1 for classes.
protocol SplitGain {
  /// - Parameters:
  ///   - weight: total.
  ///   - sum: of weight times outcome.
  ///   - squares: of weight times squared distance from the mean outcome.
  static func impurity(weight: Double, sum: Double, squares: Double) -> Double
  /// Larger where the two branches are purer; comparable within one node.
  static func gain(
    leftWeight: Double, leftSum: Double, rightWeight: Double, rightSum: Double
  ) -> Double
}

/// 1 minus the sum of squared shares of the classes.
enum GiniGain: SplitGain {
  static func impurity(weight: Double, sum: Double, squares: Double) -> Double {
    let other = weight - sum
    return 1 - (other * other + sum * sum) / (weight * weight)
  }

  @inline(__always)
  static func gain(
    leftWeight: Double, leftSum: Double, rightWeight: Double, rightSum: Double
  ) -> Double {
    let (left, right) = (leftWeight - leftSum, rightWeight - rightSum)
    return (left * left + leftSum * leftSum) / leftWeight
      + (right * right + rightSum * rightSum) / rightWeight
  }
}

/// Minus the sum of share times binary logarithm of the share.
enum EntropyGain: SplitGain {
  static func impurity(weight: Double, sum: Double, squares: Double) -> Double {
    term(weight - sum, weight) + term(sum, weight)
  }

  static func gain(
    leftWeight: Double, leftSum: Double, rightWeight: Double, rightSum: Double
  ) -> Double {
    -rightWeight * impurity(weight: rightWeight, sum: rightSum, squares: 0)
      - leftWeight * impurity(weight: leftWeight, sum: leftSum, squares: 0)
  }

  private static func term(_ part: Double, _ weight: Double) -> Double {
    if part <= 0 { return 0 }
    let share = part / weight
    return -(share * log2(share))
  }
}

/// Mean squared distance from the mean outcome.
enum VarianceGain: SplitGain {
  static func impurity(weight: Double, sum: Double, squares: Double) -> Double { squares / weight }

  @inline(__always)
  static func gain(
    leftWeight: Double, leftSum: Double, rightWeight: Double, rightSum: Double
  ) -> Double {
    leftSum * leftSum / leftWeight + rightSum * rightSum / rightWeight
  }
}
