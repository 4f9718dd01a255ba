internal import Foundation

/// The 25 features of one co-occurrence matrix, in the order of `IBSICooccurrence.features`. IBSI
/// manual section 3.6.
///
/// p(i, j) is the matrix plus its transpose, divided by the sum. As p is symmetric, both marginal
/// distributions are one, and the entropies HXY1 and HXY2 are each twice HX. Ng is the highest
/// level, so that levels that do not occur count: the digital phantom has levels 1, 3, 4 and 6, and
/// its published normalised inverse differences are those of Ng = 6.
struct IBSICooccurrenceStatistics {
  private let levels: [Int]
  private let counts: [Double]
  private let total: Double
  /// p(i.), per position in `levels`.
  private var marginal: [Double] = []
  /// p(|i - j| = k) and p(i + j = k).
  private var differences: [Double] = []
  private var sums: [Double] = []
  private let mean: Double
  private let variance: Double

  /// - Parameters:
  ///   - levels: the grey levels of the region, ascending.
  ///   - counts: pairs in one order only (or weighted sums of counts), row-major.
  /// - Returns: nil where there are no pairs.
  init?(levels: [Int], counts: [Double]) {
    let n = levels.count
    precondition(counts.count == n * n && n > 0)
    let highest = levels[n - 1]
    var marginal = [Double](repeating: 0, count: n)
    var differences = [Double](repeating: 0, count: highest - levels[0] + 1)
    var sums = [Double](repeating: 0, count: 2 * highest + 1)
    for i in 0..<n {
      for j in 0..<n where counts[i * n + j] != 0 {
        let count = counts[i * n + j]
        marginal[i] += count
        marginal[j] += count
        differences[abs(levels[i] - levels[j])] += count
        sums[levels[i] + levels[j]] += count
      }
    }
    let total = differences.reduce(0, +)
    if total == 0 { return nil }
    self.levels = levels
    self.counts = counts
    self.total = total
    self.marginal = marginal.map { $0 / (2 * total) }
    self.differences = differences.map { $0 / total }
    self.sums = sums.map { $0 / total }
    var (mean, variance) = (0.0, 0.0)
    for (k, p) in self.marginal.enumerated() { mean += p * Double(levels[k]) }
    for (k, p) in self.marginal.enumerated() where p > 0 {
      let d = Double(levels[k]) - mean
      variance += p * (d * d)
    }
    self.mean = mean
    self.variance = variance
  }

  func values() -> [Double] {
    let (d, s, j) = (differenceFeatures(), sumFeatures(), jointFeatures())
    let hx = Self.entropy(marginal)
    // (i - mean)(j - mean) = ((i + j - 2 mean)^2 - (i - j)^2) / 4
    let correlation = variance == 0 ? 1 : (s.tendency - d.contrast) / (4 * variance)
    let information1 = hx == 0 ? 0 : (j.entropy - 2 * hx) / hx
    // Rounding may leave less than nothing.
    let information2 = (1 - exp(-2 * max(0, 2 * hx - j.entropy))).squareRoot()
    return [
      j.maximum, mean, variance, j.entropy, d.average, d.variance, Self.entropy(differences),
      s.average, s.variance, Self.entropy(sums), j.energy, d.contrast, d.average, d.inverse,
      d.inverseNormalised, d.inverseMoment, d.inverseMomentNormalised, d.inverseVariance,
      correlation, (s.squares - d.contrast) / 4, s.tendency, s.shade, s.prominence, information1,
      information2,
    ]
  }

  /// -sum p log2 p, bits.
  private static func entropy(_ distribution: [Double]) -> Double {
    var sum = 0.0
    for p in distribution where p > 0 { sum -= p * log2(p) }
    return sum
  }

  private struct DifferenceFeatures {
    var average = 0.0
    var variance = 0.0
    var contrast = 0.0
    var inverse = 0.0
    var inverseNormalised = 0.0
    var inverseMoment = 0.0
    var inverseMomentNormalised = 0.0
    var inverseVariance = 0.0
  }

  private func differenceFeatures() -> DifferenceFeatures {
    var f = DifferenceFeatures()
    let ng = Double(levels[levels.count - 1])
    for (k, p) in differences.enumerated() where p > 0 {
      let d = Double(k)
      let d2 = d * d
      f.average += p * d
      f.contrast += p * d2
      f.inverse += p / (1 + d)
      f.inverseNormalised += p / (1 + d / ng)
      f.inverseMoment += p / (1 + d2)
      f.inverseMomentNormalised += p / (1 + d2 / (ng * ng))
      if k > 0 { f.inverseVariance += p / d2 }
    }
    for (k, p) in differences.enumerated() where p > 0 {
      let d = Double(k) - f.average
      f.variance += p * (d * d)
    }
    return f
  }

  private struct SumFeatures {
    var average = 0.0
    var variance = 0.0
    /// Mean of (i + j)^2.
    var squares = 0.0
    var tendency = 0.0
    var shade = 0.0
    var prominence = 0.0
  }

  private func sumFeatures() -> SumFeatures {
    var f = SumFeatures()
    for (k, p) in sums.enumerated() where p > 0 {
      let d = Double(k) - 2 * mean
      let d2 = d * d
      f.average += p * Double(k)
      f.squares += p * (Double(k) * Double(k))
      f.tendency += p * d2
      f.shade += p * (d2 * d)
      f.prominence += p * (d2 * d2)
    }
    for (k, p) in sums.enumerated() where p > 0 {
      let d = Double(k) - f.average
      f.variance += p * (d * d)
    }
    return f
  }

  private struct JointFeatures {
    var maximum = 0.0
    var energy = 0.0
    var entropy = 0.0
  }

  /// Every cell off the diagonal stands for two.
  private func jointFeatures() -> JointFeatures {
    var f = JointFeatures()
    let n = levels.count
    counts.withUnsafeBufferPointer { counts in
      var i = 0
      while i < n {
        var j = i
        while j < n {
          let both = counts[i &* n &+ j] + counts[j &* n &+ i]
          if both != 0 {
            let p = both / (2 * total)
            let times = i == j ? 1.0 : 2.0
            f.maximum = max(f.maximum, p)
            f.energy += times * (p * p)
            f.entropy -= times * (p * log2(p))
          }
          j &+= 1
        }
        i &+= 1
      }
    }
    return f
  }
}
