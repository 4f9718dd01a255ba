package import Components
package import Numerics
internal import Statistics

package enum MannWhitneyMethod: String, CaseIterable, Hashable, Sendable {
  /// Exact where there are no ties, the smaller class has at most 8 rows and there are at most 200
  /// rows in all; normal otherwise.
  case automatic
  /// Normal approximation, corrected for ties and continuity.
  case normal
}

/// `mann-whitney:` of a study file: the settings of `PValueRule` and
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `method` | automatic | automatic, normal | exact p for small classes, or never |
package struct MannWhitneyParameters: ParameterSet {
  package var method: MannWhitneyMethod = .automatic
  package var rule = PValueRule()

  package init() {}

  package static let fields: [Field<MannWhitneyParameters>] =
    [.choice("method", \.method, "exact p for small classes without ties, or always normal")]
    + PValueRule.fields.map { $0.lifted(to: \.rule) }
}

/// Columns whose ranks differ between the classes (Mann & Whitney 1947), two-sided.
///
/// Constant columns are not tested.
package struct MannWhitneySelector: Selector, ColumnByColumn {
  package static let id: ComponentID = "mann-whitney"
  package static let outcomes: Set<OutcomeKind> = [.binary]
  package static let summary = "Columns whose ranks differ between the classes (Mann-Whitney U)."

  package let parameters: MannWhitneyParameters

  package init(_ parameters: MannWhitneyParameters) throws(InvalidInput) {
    self.parameters = parameters
  }

  package func select(from data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> [Int]
  {
    parameters.rule.kept(try tests(data))
  }

  /// One test per column; the statistic is U of the positive class minus its mean.
  /// - Throws: no binary outcome, one class only, missing values.
  package func tests(_ data: Dataset) throws(LearningError) -> [ColumnTest] {
    let classes = try data.requireClasses(for: Self.id)
    try data.requireFinite(for: Self.id)
    let n1 = classes.reduce(0) { $0 + Int($1) }
    let n0 = classes.count - n1
    let isSmall = min(n0, n1) <= 8 && classes.count <= 200
    let exact =
      isSmall && parameters.method == .automatic ? Self.tails(min(n0, n1), max(n0, n1)) : nil
    return (0..<data.columnCount).map { column in
      if data.features.isConstant(column) { return .untested }
      let ranks = data.features.withColumn(column) { Midranks($0) }
      var sum = 0.0
      for (rank, outcome) in zip(ranks.ranks, classes) where outcome == 1 { sum += rank }
      let (a, b) = (Double(n0), Double(n1))
      let distance = sum - b * (b + 1) / 2 - a * b / 2
      if let exact, ranks.tieSum == 0 {
        let upper = Int(abs(distance) + a * b / 2)
        return ColumnTest(statistic: distance, p: min(1, 2 * exact[upper]))
      }
      let n = a + b
      let variance = a * b / 12 * (n + 1 - ranks.tieSum / (n * (n - 1)))
      let z = (abs(distance) - 0.5) / variance.squareRoot()
      return ColumnTest(
        statistic: distance, p: z <= 0 ? 1 : min(1, Normal.twoSided(z)))
    }
  }

  /// P(U >= u) without ties for u = 0 ... m n: numbers of arrangements are the coefficients of the
  /// Gaussian binomial, the product over i = 1...m of (1 - q^(n + i)) / (1 - q^i); whole numbers
  /// below 2^53 for the sizes that are asked for.
  package static func tails(_ m: Int, _ n: Int) -> [Double] {
    var counts = [Double](repeating: 0, count: m * n + 1)
    counts[0] = 1
    for i in 1...m {
      if n + i < counts.count {
        for u in stride(from: counts.count - 1, through: n + i, by: -1) {
          counts[u] -= counts[u - n - i]
        }
      }
      if i < counts.count {
        for u in i..<counts.count { counts[u] += counts[u - i] }
      }
    }
    var total = 0.0
    for u in stride(from: counts.count - 1, through: 0, by: -1) {
      total += counts[u]
      counts[u] = total
    }
    return counts.map { $0 / total }
  }
}
