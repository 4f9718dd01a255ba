internal import Components

/// How much a column says about the outcome by itself; larger is stronger, constant columns have 0.
package enum UnivariableStrength: String, CaseIterable, Hashable, Sendable {
  /// `t` for classes, `correlation` for a continuous outcome, `cox` for survival.
  case automatic
  /// |t| of Welch's test.
  case t
  /// |AUC - 1/2|.
  case auc
  /// |r| (Pearson) with the outcome, classes as 0 and 1.
  case correlation
  /// |rho| (Spearman) with the outcome, classes as 0 and 1.
  case spearman
  /// Chi-squared of the score test of a Cox regression.
  case cox
  /// Variance over n; needs no outcome.
  case variance

  /// - Throws: an outcome that the measure is not made for; missing values.
  package func values(_ data: Dataset) throws(LearningError) -> [Double] {
    let step = ComponentID("strength \(rawValue)")
    try data.requireRows(2, for: step)
    try data.requireFinite(for: step)
    switch (self, data.outcome) {
    case (.automatic, .binary): return try Self.t.values(data)
    case (.automatic, .continuous): return try Self.correlation.values(data)
    case (.automatic, .survival): return try Self.cox.values(data)
    case (.t, _):
      let rows = ClassRows(try data.requireClasses(for: step, atLeast: 2))
      return data.features.mapVarying {
        let t = TTestSelector.test($0, rows, .welch, needsP: false).statistic.magnitude
        return t.isNaN ? 0 : t
      }
    case (.auc, _):
      let classes = try data.requireClasses(for: step)
      let positives = classes.reduce(0.0) { $0 + Double($1) }
      let pairs = positives * (Double(classes.count) - positives)
      return data.features.mapVarying { values in
        var sum = 0.0
        for (rank, outcome) in zip(Midranks(values).ranks, classes) where outcome == 1 {
          sum += rank
        }
        return abs((sum - positives * (positives + 1) / 2) / pairs - 0.5)
      }
    case (.correlation, _), (.spearman, _):
      let target = try data.outcomeNumbers(for: step)
      let outcome = StandardisedColumn(self == .spearman ? target.midranks : target)
      return data.features.mapVarying { values in
        let column = Array(values)
        return abs(StandardisedColumn(self == .spearman ? column.midranks : column).dot(outcome))
      }
    case (.cox, .survival(let time, let event, let entry)):
      let cox = try SingleCovariateCox(time: time, event: event, entry: entry)
      return data.features.mapVarying { cox.scoreStatistic(Array($0)) ?? 0 }
    case (.cox, _): throw LearningError("\(step) needs a survival outcome")
    case (.variance, _):
      return data.features.mapVarying { values in
        let column = Array(values)
        let mean = ColumnSummary.mean(column)
        return ColumnSummary.sumOfSquares(column, mean: mean) / Double(column.count)
      }
    }
  }
}

extension FeatureMatrix {
  /// `body` of every column that varies; 0 for the others.
  fileprivate func mapVarying(_ body: (UnsafeBufferPointer<Double>) -> Double) -> [Double] {
    (0..<columnCount).map { isConstant($0) ? 0 : withColumn($0, body) }
  }
}

extension [Double] {
  var midranks: [Double] { withUnsafeBufferPointer { Midranks($0).ranks } }
}

extension Dataset {
  /// The outcome as numbers: classes 0 and 1, or the continuous values; not constant.
  func outcomeNumbers(for step: ComponentID) throws(LearningError) -> [Double] {
    switch outcome {
    case .binary: return try requireClasses(for: step).map { Double($0) }
    case .continuous(let values):
      if let row = values.firstIndex(where: { !$0.isFinite }) {
        throw LearningError("\(step): the outcome is missing or infinite in row \(row + 1)")
      }
      if Set(values).count < 2 { throw LearningError("\(step): the outcome is constant") }
      return values
    case .survival: throw LearningError("\(step) needs a binary or continuous outcome")
    }
  }
}
