package import Numerics

/// Whether an area under the precision-recall curve is larger than scores without information
/// reach: its p-value among random orders of the classes.
package struct PrecisionRecallTest: Sendable {
  package enum Measure: String, Hashable, Sendable, CaseIterable {
    case averagePrecision
    /// Davis & Goadrich 2006.
    case interpolatedArea
  }

  package let measure: Measure
  package let observed: Double
  /// The part of positive rows.
  package let prevalence: Double
  /// Of random orders, in the order of their drawing.
  package let permuted: [Double]
  /// (1 + number of orders with at least the observed area) / (1 + number of orders).
  package let p: Double
  /// Of the p-value that all orders would give: exact, from the number of orders that reach it.
  package let interval: Interval

  /// - Parameters:
  ///   - scores: finite, one per row; every row is a patient.
  ///   - positives: at least one.
  ///   - count: of random orders, at least 1.
  package init(
    scores: [Double], positives: [Bool], measure: Measure, count: Int, level: Double = 0.95,
    stream: inout RandomStream
  ) throws(StatisticsError) {
    var drawing = stream
    var shuffled = positives
    try self.init(
      scores: scores, positives: positives, measure: measure, count: count, level: level
    ) {
      drawing.shuffle(&shuffled)
      return shuffled
    }
    stream = drawing
  }

  /// The same with orders of the caller, of patients with several rows for instance.
  /// - Parameter draw: the classes of the rows in one random order, at least one positive.
  package init(
    scores: [Double], positives: [Bool], measure: Measure, count: Int, level: Double = 0.95,
    draw: () -> [Bool]
  ) throws(StatisticsError) {
    try InputChecks.level(level)
    if count < 1 {
      throw StatisticsError("a permutation test needs a permutation; it has \(count)")
    }
    let whole = try PrecisionRecall(scores: scores, positives: positives)
    let order = PrecisionRecall.order(scores)
    let observed = Self.area(whole, measure)
    var permuted: [Double] = []
    var reached = 0
    for _ in 0..<count {
      let area = Self.area(PrecisionRecall(order: order, scores, draw()), measure)
      permuted.append(area)
      // Equal areas may differ by rounding.
      if area >= observed * (1 - 1e-12) { reached += 1 }
    }
    (self.measure, self.observed, self.permuted) = (measure, observed, permuted)
    prevalence = whole.prevalence
    p = Double(1 + reached) / Double(1 + count)
    let share = try Proportion(reached, of: count).interval(.exact, level: level)
    interval = share ?? Interval(0, 1)
  }

  private static func area(_ curve: PrecisionRecall, _ measure: Measure) -> Double {
    measure == .averagePrecision ? curve.averagePrecision : curve.interpolatedArea
  }
}
