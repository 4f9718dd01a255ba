package import Components
package import Numerics
internal import Statistics

package enum ChiSquaredBinning: String, CaseIterable, Hashable, Sendable {
  /// Edges at the quantiles (type 7) of the training rows.
  case quantile
  /// Bins of equal width between minimum and maximum.
  case width
}

/// `chi-squared:` of a study file: the settings of `PValueRule` and
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `bins` | 4 | 2...64 | number of bins |
/// | `binning` | quantile | quantile, width | where the edges are |
package struct ChiSquaredParameters: ParameterSet {
  package var bins = 4
  package var binning: ChiSquaredBinning = .quantile
  package var rule = PValueRule()

  package init() {}

  package static let fields: [Field<ChiSquaredParameters>] =
    [
      .integer("bins", \.bins, in: 2...64, "number of bins"),
      .choice("binning", \.binning, "edges at quantiles or at equal widths"),
    ] + PValueRule.fields.map { $0.lifted(to: \.rule) }
}

/// Columns whose bins and the classes are dependent: Pearson's chi-squared test without continuity
/// correction.
///
/// A value on an inner edge belongs to the bin above. Empty bins do not count: degrees of freedom
/// are the bins with rows minus 1; a column with one such bin is not tested.
package struct ChiSquaredSelector: Selector, ColumnByColumn {
  package static let id: ComponentID = "chi-squared"
  package static let outcomes: Set<OutcomeKind> = [.binary]
  package static let summary = "Columns whose bins depend on the class (chi-squared test)."

  package let parameters: ChiSquaredParameters

  package init(_ parameters: ChiSquaredParameters) throws(InvalidInput) {
    self.parameters = parameters
  }

  package func select(from data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> [Int]
  {
    parameters.rule.kept(try tests(data))
  }

  /// One test per column; the statistic is chi-squared.
  /// - Throws: no binary outcome, one class only, missing values.
  package func tests(_ data: Dataset) throws(LearningError) -> [ColumnTest] {
    let classes = try data.requireClasses(for: Self.id)
    try data.requireFinite(for: Self.id)
    return (0..<data.columnCount).map { column in
      data.features.isConstant(column)
        ? .untested : test(Array(data.features.column(column)), classes)
    }
  }

  private func test(_ values: [Double], _ classes: [UInt8]) -> ColumnTest {
    let edges = innerEdges(values.sorted())
    var counts = [Double](repeating: 0, count: 2 * parameters.bins)
    for (value, outcome) in zip(values, classes) {
      let bin = edges.reduce(0) { $0 + (value >= $1 ? 1 : 0) }
      counts[2 * bin + Int(outcome)] += 1
    }
    let n = Double(values.count)
    let positives = classes.reduce(0.0) { $0 + Double($1) }
    let shares = [(n - positives) / n, positives / n]
    var statistic = 0.0
    var filled = 0
    for bin in 0..<parameters.bins {
      let rows = counts[2 * bin] + counts[2 * bin + 1]
      if rows == 0 { continue }
      filled += 1
      for outcome in 0..<2 {
        let expected = rows * shares[outcome]
        let difference = counts[2 * bin + outcome] - expected
        statistic += difference * difference / expected
      }
    }
    if filled < 2 { return .untested }
    let p = ChiSquared(degreesOfFreedom: Double(filled - 1)).upperTail(at: statistic)
    return ColumnTest(statistic: statistic, p: p)
  }

  private func innerEdges(_ sorted: [Double]) -> [Double] {
    let (low, high) = (sorted[0], sorted[sorted.count - 1])
    let bins = parameters.bins
    // Whole numbers are divided last, so that an edge that is a value of the table is that value.
    return (1..<bins).map { edge in
      switch parameters.binning {
      case .quantile:
        let place = (edge * (sorted.count - 1)).quotientAndRemainder(dividingBy: bins)
        let (a, b) = (sorted[place.quotient], sorted[min(place.quotient + 1, sorted.count - 1)])
        let share = Double(place.remainder) / Double(bins)
        return share >= 0.5 ? b - (b - a) * (1 - share) : a + (b - a) * share
      case .width: return low + Double(edge) * (high - low) / Double(bins)
      }
    }
  }
}
