package import Components
package import Numerics
internal import Statistics

package enum TTestVariant: String, CaseIterable, Hashable, Sendable {
  /// Unequal variances, Satterthwaite's degrees of freedom (Welch 1947).
  case welch
  /// Equal variances, n - 2 degrees of freedom.
  case student
}

/// `t-test:` of a study file: the settings of `PValueRule` and
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `variant` | welch | welch, student | unequal or equal variances |
package struct TTestParameters: ParameterSet {
  package var variant: TTestVariant = .welch
  package var rule = PValueRule()

  package init() {}

  package static let fields: [Field<TTestParameters>] =
    [.choice("variant", \.variant, "unequal (welch) or equal (student) variances")]
    + PValueRule.fields.map { $0.lifted(to: \.rule) }
}

/// Columns whose means differ between the classes, two-sided t-test.
///
/// Constant columns are not tested. A column that is constant within both classes but differs
/// between them has p = 0. Rows count as independent, also several of one patient.
package struct TTestSelector: Selector, ColumnByColumn {
  package static let id: ComponentID = "t-test"
  package static let outcomes: Set<OutcomeKind> = [.binary]
  package static let summary = "Columns whose means differ between the classes (t-test)."

  package let parameters: TTestParameters

  package init(_ parameters: TTestParameters) throws(InvalidInput) {
    self.parameters = parameters
  }

  package func select(from data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> [Int]
  {
    let rule = parameters.rule
    // Equal degrees of freedom: the rank of p is that of |t|, and nothing else is asked of p.
    let needsP = parameters.variant == .welch || rule.p < 1 || rule.adjust != .none
    return rule.kept(try tests(data, needsP: needsP))
  }

  /// One test per column; the statistic is t, positive where the positive class is higher.
  /// - Parameter needsP: false: p is 0 for every column that can be tested.
  /// - Throws: no binary outcome, fewer than 2 rows in a class, missing values.
  package func tests(_ data: Dataset, needsP: Bool = true) throws(LearningError) -> [ColumnTest] {
    let rows = ClassRows(try data.requireClasses(for: Self.id, atLeast: 2))
    try data.requireFinite(for: Self.id)
    return (0..<data.columnCount).map { column in
      data.features.withColumn(column) {
        Self.test($0, rows, parameters.variant, needsP: needsP)
      }
    }
  }

  static func test(
    _ values: UnsafeBufferPointer<Double>, _ rows: ClassRows, _ variant: TTestVariant,
    needsP: Bool = true
  ) -> ColumnTest {
    if ColumnSummary.isConstant(values) { return .untested }
    let (n0, n1) = (Double(rows.negative.count), Double(rows.positive.count))
    let (mean0, sum0) = rows.negative.moments(values)
    let (mean1, sum1) = rows.positive.moments(values)
    let difference = mean1 - mean0
    let degrees: Double
    let square: Double
    switch variant {
    case .student:
      degrees = n0 + n1 - 2
      square = (sum0 + sum1) / degrees * (1 / n0 + 1 / n1)
    case .welch:
      let (e0, e1) = (sum0 / (n0 - 1) / n0, sum1 / (n1 - 1) / n1)
      square = e0 + e1
      let below = e0 * e0 / (n0 - 1) + e1 * e1 / (n1 - 1)
      if below.isNormal, (square * square).isFinite {
        degrees = square * square / below
      } else {
        // Squares that leave the range of numbers: the same from shares.
        let (a, b) = (e0 / square, e1 / square)
        degrees = square > 0 ? 1 / (a * a / (n0 - 1) + b * b / (n1 - 1)) : n0 + n1 - 2
      }
    }
    if square == 0 && difference == 0 { return ColumnTest(statistic: 0, p: needsP ? 1 : 0) }
    let t = difference / square.squareRoot()
    // Values so large or small that their squares are not.
    guard !t.isNaN, degrees > 0, degrees.isFinite else { return .untested }
    let p = needsP ? StudentT(degreesOfFreedom: degrees).twoSided(t) : 0
    return ColumnTest(statistic: t, p: p)
  }
}

/// The rows of the two classes of an outcome.
struct ClassRows {
  let negative: [Int]
  let positive: [Int]

  init(_ classes: [UInt8]) {
    negative = classes.indices.filter { classes[$0] != 1 }
    positive = classes.indices.filter { classes[$0] == 1 }
  }
}

extension [Int] {
  /// The mean of these of some values, and the sum of squared distances from it, by the corrected
  /// two-pass algorithm (Chan, Golub & LeVeque 1983, "Algorithms for computing the sample
  /// variance", Am Stat 37): what rounding left in the mean is taken off.
  fileprivate func moments(
    _ values: UnsafeBufferPointer<Double>
  ) -> (mean: Double, squares: Double) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { own in
      guard let base = own.baseAddress, !isEmpty else { return (.nan, .nan) }
      withUnsafeBufferPointer { places in
        for i in 0..<count { (base + i).initialize(to: values[places[i]]) }
      }
      let number = Double(count)
      let mean = PairwiseSum.sum(base, count) / number
      for i in 0..<count { base[i] -= mean }
      let rest = PairwiseSum.sum(base, count)
      let squares = DenseKernels.dot(base, base, count) - rest * rest / number
      return (mean + rest / number, Swift.max(squares, 0))
    }
  }
}
