internal import Glibc

/// The correlation of two columns.
package struct Correlation: Sendable {
  package enum Kind: Sendable {
    /// Of values; p by Student's t with n - 2 degrees of freedom.
    case pearson
    /// Of mid-ranks; p by the same t, as R's `cor.test(exact = FALSE)`.
    case spearman
  }

  package let coefficient: Double
  package let rowCount: Int
  /// Nil below three rows.
  package let p: Double?
  /// Fisher's z ± normal quantile · standard error; nil below four rows or where the coefficient is
  /// -1 or 1. The standard error is 1 / √(n - 3), for Spearman's √((1 + r² / 2) / (n - 3)) (Bonett &
  /// Wright 2000).
  package let interval: Interval?

  package init(_ a: [Double], _ b: [Double], kind: Kind = .pearson, level: Double = 0.95)
    throws(StatisticsError)
  {
    try InputChecks.level(level)
    try InputChecks.count(b.count, "values of the second column", equals: a.count)
    try InputChecks.finite(a, "values of the first column")
    try InputChecks.finite(b, "values of the second column")
    let x = kind == .pearson ? a : MidRanks(a).ranks
    let y = kind == .pearson ? b : MidRanks(b).ranks
    let r = try Self.pearson(x, y)
    let n = Double(a.count)
    (coefficient, rowCount) = (r, a.count)
    if a.count < 3 {
      p = nil
    } else {
      // t² = (n - 2) r² / (1 - r²), infinite for a perfect correlation.
      let t = r * ((n - 2) / ((1 - r) * (1 + r))).squareRoot()
      p = r.magnitude == 1 ? 0 : StudentT(degreesOfFreedom: n - 2).twoSided(t)
    }
    guard a.count > 3, r.magnitude < 1 else {
      interval = nil
      return
    }
    let spread = kind == .pearson ? 1 : 1 + r * r / 2
    let reach = Normal.factor(level: level) * (spread / (n - 3)).squareRoot()
    interval = Interval(tanh(atanh(r) - reach), tanh(atanh(r) + reach))
  }

  private static func pearson(_ x: [Double], _ y: [Double]) throws(StatisticsError) -> Double {
    let n = Double(x.count)
    if x.count < 2 { throw StatisticsError("a correlation needs two rows; there are \(x.count)") }
    let (meanX, meanY) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for i in x.indices {
      xx += (x[i] - meanX) * (x[i] - meanX)
      yy += (y[i] - meanY) * (y[i] - meanY)
      xy += (x[i] - meanX) * (y[i] - meanY)
    }
    if x.allSatisfy({ $0 == x[0] }) || y.allSatisfy({ $0 == y[0] }) || xx == 0 || yy == 0 {
      throw StatisticsError("a correlation needs columns that vary; one is constant")
    }
    // Exact for columns of equal spread, as untied ranks have: a perfect correlation is 1.
    let scale = xx == yy ? xx : xx.squareRoot() * yy.squareRoot()
    return max(-1, min(1, xy / scale))
  }
}
