package import Numerics

/// Groups of low and high values whose cut comes from other rows: the rows of every fold are divided
/// by the cut that is searched in all other folds, and the log-rank test compares all rows at once.
/// Faraggi & Simon 1996.
///
/// The p-value is not that of a search, but the folds share rows, so its χ² distribution is
/// approximate; `permutationP` repeats all searches.
package struct CrossValidatedCut: Sendable {
  package enum Search: String, Sendable, CaseIterable {
    /// `MaximallySelectedLogRank`.
    case maximallySelected
    /// `XTileSearch` with one cut.
    case xTile
  }

  package struct Fold: Hashable, Sendable {
    package let code: Int
    /// Searched in the rows of the other folds; values above it are high.
    package let cut: Double
    /// Whether the high group had the events earlier in the rows of the search. Folds that differ
    /// say that the cut is not stable.
    package let isUpperRiskHigher: Bool
  }

  /// By ascending code.
  package let folds: [Fold]
  /// 0 low, 1 high, per row.
  package let groups: [Int]
  package let logRank: LogRank
  /// No row is divided by a cut that its own outcome has chosen.
  package var isOptimised: Bool { false }
  private let data: FollowUp
  private let values: [Double]
  private let codes: [Int]
  private let search: Search
  private let minimumProportion: Double

  /// - Parameters:
  ///   - data: right-censored, not left-truncated.
  ///   - values: finite, one per row.
  ///   - folds: the fold of each row, at least two; rows of one patient belong to one fold.
  ///   - search: of the cut in the other folds.
  ///   - minimumProportion: of a group, in (0, 0.5).
  package init(
    _ data: FollowUp, values: [Double], folds codes: [Int], search: Search = .maximallySelected,
    minimumProportion: Double = 0.1
  ) throws(StatisticsError) {
    try CutPointChecks.check(data, values, minimumProportion)
    try InputChecks.count(codes.count, "folds", equals: data.count)
    let distinct = Set(codes).sorted()
    if distinct.count < 2 {
      throw StatisticsError("a cross-validated cut needs at least two folds; there is one")
    }
    var folds: [Fold] = []
    var groups = [Int](repeating: 0, count: data.count)
    for code in distinct {
      let rows = codes.indices.filter { codes[$0] != code }
      let fold = try Self.fold(
        code, data.subset(rows), rows.map { values[$0] }, search, minimumProportion)
      folds.append(fold)
      for row in codes.indices where codes[row] == code && values[row] > fold.cut {
        groups[row] = 1
      }
    }
    logRank = try LogRank(data, groups: groups)
    (self.folds, self.groups) = (folds, groups)
    (self.data, self.values, self.codes) = (data, values, codes)
    (self.search, self.minimumProportion) = (search, minimumProportion)
  }

  /// The share of random orders of the values, over all rows, whose cross-validated χ² is at least
  /// as large, the observed order counted as one of them: (1 + k) / (1 + count).
  /// - Throws: also where a search fails in a random order, as with few rows or many equal values.
  package func permutationP(count: Int, stream: inout RandomStream) throws(StatisticsError)
    -> Double
  {
    try CutPointChecks.permutations(count)
    var shuffled = values
    var reached = 0
    for _ in 0..<count {
      stream.shuffle(&shuffled)
      let other = try CrossValidatedCut(
        data, values: shuffled, folds: codes, search: search, minimumProportion: minimumProportion)
      let limit = logRank.test.chiSquared * (1 - CutPointChecks.tolerance)
      if other.logRank.test.chiSquared >= limit { reached += 1 }
    }
    return Double(1 + reached) / Double(1 + count)
  }

  private static func fold(
    _ code: Int, _ data: FollowUp, _ values: [Double], _ search: Search,
    _ minimumProportion: Double
  ) throws(StatisticsError) -> Fold {
    do {
      switch search {
      case .maximallySelected:
        let found = try MaximallySelectedLogRank(
          data, values: values, minimumProportion: minimumProportion)
        return Fold(code: code, cut: found.cut, isUpperRiskHigher: found.isUpperRiskHigher)
      case .xTile:
        let found = try XTileSearch(data, values: values, minimumProportion: minimumProportion)
        let lower = Double(found.logRank.observed[0]) - found.logRank.expected[0]
        return Fold(code: code, cut: found.cuts[0], isUpperRiskHigher: lower < 0)
      }
    } catch {
      throw StatisticsError("without fold \(code): \(error.message)")
    }
  }
}
