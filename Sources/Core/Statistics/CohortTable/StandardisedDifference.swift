internal import Glibc
internal import Numerics

/// How far groups lie apart in units of their spread, whatever their size. Austin 2009; for
/// categories Yang & Dalton 2012.
package enum StandardisedDifference {
  /// (mean a - mean b) / √((variance a + variance b) / 2); nil with fewer than two values in a group
  /// or without variance, unless both means are equal.
  package static func numbers(_ a: [Double], _ b: [Double]) -> Double? {
    guard let x = moments(a), let y = moments(b) else { return nil }
    return ratio(x.mean - y.mean, (x.variance + y.variance) / 2)
  }

  /// √(dᵀ S⁻¹ d) of the shares of all levels but the last that occurs, where S is the mean of both
  /// groups' covariances; nil where a group is empty or S is singular, as where a group has one
  /// level only. For two levels the absolute (p - q) / √((p (1 - p) + q (1 - q)) / 2).
  ///
  /// - Parameter a, b: counts of the levels.
  package static func counts(_ a: [Int], _ b: [Int]) -> Double? {
    precondition(a.count == b.count, "both groups have the same levels")
    let (m, n) = (Double(a.reduce(0, +)), Double(b.reduce(0, +)))
    guard m > 0 && n > 0 else { return nil }
    let levels = a.indices.filter { a[$0] + b[$0] > 0 }.dropLast()
    let p = levels.map { Double(a[$0]) / m }
    let q = levels.map { Double(b[$0]) / n }
    if levels.isEmpty { return 0 }
    var matrix: [Double] = []
    for i in p.indices {
      for j in p.indices {
        let own = i == j ? (p[i] + q[i]) / 2 : 0
        matrix.append(own - (p[i] * p[j] + q[i] * q[j]) / 2)
      }
    }
    let gaps = zip(p, q).map { $0 - $1 }
    if gaps.allSatisfy({ $0 == 0 }) { return 0 }
    guard let factor = try? CholeskyFactor(matrix, order: p.count) else { return nil }
    return factor.form(gaps).squareRoot()
  }

  private static func moments(_ values: [Double]) -> (mean: Double, variance: Double)? {
    guard values.count > 1 else { return nil }
    let summary = NumberSummary(values)
    return (summary.mean, summary.standardDeviation * summary.standardDeviation)
  }

  private static func ratio(_ gap: Double, _ variance: Double) -> Double? {
    gap == 0 ? 0 : variance > 0 ? gap / variance.squareRoot() : nil
  }
}
