package import Components

package enum MultipleTesting: String, CaseIterable, Hashable, Sendable {
  case none
  /// Benjamini & Hochberg 1995, false discovery rate.
  case benjaminiHochberg = "BH"
  /// Benjamini & Yekutieli 2001, false discovery rate under any dependence.
  case benjaminiYekutieli = "BY"
  /// Holm 1979, family-wise error rate.
  case holm

  /// Adjusted p-values; NaN (not tested) stays and does not count as a hypothesis.
  package func adjusted(_ raw: [Double]) -> [Double] {
    if self == .none { return raw }
    var order = raw.indices.filter { !raw[$0].isNaN }
    order.sort { (raw[$0], $0) < (raw[$1], $1) }
    let count = Double(order.count)
    var adjusted = raw
    if self == .holm {
      var largest = 0.0
      for (rank, index) in order.enumerated() {
        largest = max(largest, min(1, (count - Double(rank)) * raw[index]))
        adjusted[index] = largest
      }
      return adjusted
    }
    var factor = count
    if self == .benjaminiYekutieli {
      var harmonic = 0.0
      for k in 0..<order.count { harmonic += 1 / Double(k + 1) }
      factor *= harmonic
    }
    var smallest = 1.0
    for (rank, index) in order.enumerated().reversed() {
      smallest = min(smallest, factor / Double(rank + 1) * raw[index])
      adjusted[index] = smallest
    }
    return adjusted
  }
}

/// One hypothesis per column.
package struct ColumnTest: Hashable, Sendable {
  /// Of the test's own scale; larger sizes are stronger. NaN where nothing can be tested.
  package var statistic: Double
  /// Two-sided; NaN where nothing can be tested (a constant column).
  package var p: Double

  package init(statistic: Double, p: Double) {
    self.statistic = statistic
    self.p = p
  }

  static let untested = ColumnTest(statistic: .nan, p: .nan)
}

/// Settings that all selectors by p-value share.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `p` | 0.05 | > 0, <= 1 | columns with a smaller (adjusted) p are kept; 1: all tested ones |
/// | `adjust` | none | none, BH, BY, holm | correction for many columns |
/// | `top` | 0 | >= 0 | at most so many, the smallest p first; 0: no limit |
package struct PValueRule: Hashable, Sendable {
  package var p: Double = 0.05
  package var adjust: MultipleTesting = .none
  package var top = 0

  package init() {}

  package static let fields: [Field<PValueRule>] = [
    .number(
      "p", \.p, in: 0...1, exclusiveLower: true,
      "columns with a smaller (adjusted) p are kept; 1: all that can be tested"),
    .choice("adjust", \.adjust, "correction for many columns: none, BH, BY or holm"),
    .integer("top", \.top, in: 0...Int.max, "at most so many, the smallest p first; 0: no limit"),
  ]

  /// Kept columns in the order of raw p, then of the size of the statistic, then of the column.
  func kept(_ tests: [ColumnTest]) -> [Int] {
    let adjusted = adjust.adjusted(tests.map { $0.p })
    var columns = tests.indices.filter { p == 1 ? !adjusted[$0].isNaN : adjusted[$0] < p }
    columns.sort { a, b in
      if tests[a].p != tests[b].p { return tests[a].p < tests[b].p }
      let (sizeA, sizeB) = (tests[a].statistic.magnitude, tests[b].statistic.magnitude)
      return sizeA == sizeB ? a < b : sizeA > sizeB
    }
    return top == 0 ? columns : Array(columns.prefix(top))
  }
}
