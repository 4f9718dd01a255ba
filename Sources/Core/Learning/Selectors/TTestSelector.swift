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
    parameters.rule.kept(try tests(data))
  }

  /// One test per column; the statistic is t, positive where the positive class is higher.
  /// - Throws: no binary outcome, fewer than 2 rows in a class, missing values.
  package func tests(_ data: Dataset) throws(LearningError) -> [ColumnTest] {
    let classes = try data.requireClasses(for: Self.id, atLeast: 2)
    try data.requireFinite(for: Self.id)
    return (0..<data.columnCount).map { column in
      data.features.withColumn(column) { Self.test($0, classes, parameters.variant) }
    }
  }

  static func test(
    _ values: UnsafeBufferPointer<Double>, _ classes: [UInt8], _ variant: TTestVariant
  ) -> ColumnTest {
    var (n0, n1, mean0, mean1) = (0.0, 0.0, 0.0, 0.0)
    var (low, high) = (values[0], values[0])
    var i = 0
    while i < values.count {
      let value = values[i]
      (low, high) = (min(low, value), max(high, value))
      if classes[i] == 1 {
        n1 += 1
        mean1 += value
      } else {
        n0 += 1
        mean0 += value
      }
      i &+= 1
    }
    if low == high { return .untested }
    mean0 /= n0
    mean1 /= n1
    var (sum0, sum1, rest0, rest1) = (0.0, 0.0, 0.0, 0.0)
    i = 0
    while i < values.count {
      if classes[i] == 1 {
        let distance = values[i] - mean1
        sum1 += distance * distance
        rest1 += distance
      } else {
        let distance = values[i] - mean0
        sum0 += distance * distance
        rest0 += distance
      }
      i &+= 1
    }
    // The corrected two-pass algorithm: what rounding left in the means is taken off.
    sum0 = max(sum0 - rest0 * rest0 / n0, 0)
    sum1 = max(sum1 - rest1 * rest1 / n1, 0)
    let difference = (mean1 + rest1 / n1) - (mean0 + rest0 / n0)
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
      degrees = below > 0 ? square * square / below : n0 + n1 - 2
    }
    if square == 0 && difference == 0 { return ColumnTest(statistic: 0, p: 1) }
    let t = difference / square.squareRoot()
    // Values so large or small that their squares are not.
    guard !t.isNaN, degrees > 0, degrees.isFinite else { return .untested }
    return ColumnTest(statistic: t, p: StudentT(degreesOfFreedom: degrees).twoSided(t))
  }
}
