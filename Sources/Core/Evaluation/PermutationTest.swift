package import Learning
package import Statistics

/// How often permuted outcomes did at least as well as the observed ones; one-sided.
///
/// p = (b + 1) / (m + 1), never 0 (Davison & Hinkley 1997; Phipson & Smyth 2010).
package struct PermutationTest: Sendable {
  package let observed: Double
  /// m.
  package let permutationCount: Int
  /// b: permutations at least as good as the observed value, undefined ones included.
  package let atLeastAsGood: Int
  /// Permutations without a value. They count as at least as good, which can only raise p.
  package let undefinedCount: Int
  package let p: Double

  /// - Parameters:
  ///   - permuted: one value per permutation, from the same folds, repeats and tuning as the
  ///     observed one; NaN where it is undefined.
  ///   - isHigherBetter: as in `Metric`.
  /// - Throws: no permutations, or an observed value that is not finite.
  package init(observed: Double, permuted: [Double], isHigherBetter: Bool) throws(LearningError) {
    if permuted.isEmpty { throw LearningError("a permutation test needs a permutation") }
    if !observed.isFinite {
      throw LearningError("a permutation test needs an observed value; it is \(observed)")
    }
    self.observed = observed
    permutationCount = permuted.count
    undefinedCount = permuted.count { $0.isNaN }
    atLeastAsGood = permuted.count {
      $0.isNaN || (isHigherBetter ? $0 >= observed : $0 <= observed)
    }
    p = Double(atLeastAsGood + 1) / Double(permuted.count + 1)
  }

  /// Where the p-value of all permutations lies, from those that were drawn: Clopper & Pearson's
  /// interval of b / m.
  package func interval(level: Double = 0.95) throws(LearningError) -> Interval {
    do {
      let part = Proportion(atLeastAsGood, of: permutationCount)
      return try part.interval(.exact, level: level) ?? Interval(0, 1)
    } catch {
      throw LearningError(error)
    }
  }
}
