/// The kinds of outcome that a model or selector can take.
package enum OutcomeKind: String, Hashable, Sendable, CaseIterable {
  case binary
  case continuous
  case survival
}

/// What is to be predicted, one value per row.
package enum Outcome: Hashable, Sendable {
  /// 1 for the positive class, 0 for the other.
  case binary([UInt8])
  case continuous([Double])
  /// Times > 0 in one unit; event 1 or 0 (censored); entry times (left truncation) or empty.
  case survival(time: [Double], event: [UInt8], entry: [Double])

  package var kind: OutcomeKind {
    switch self {
    case .binary: .binary
    case .continuous: .continuous
    case .survival: .survival
    }
  }

  package var count: Int {
    switch self {
    case .binary(let classes): classes.count
    case .continuous(let values): values.count
    case .survival(let time, _, _): time.count
    }
  }

  package func rows(_ indices: [Int]) -> Outcome {
    switch self {
    case .binary(let classes): .binary(indices.map { classes[$0] })
    case .continuous(let values): .continuous(indices.map { values[$0] })
    case .survival(let time, let event, let entry):
      .survival(
        time: indices.map { time[$0] }, event: indices.map { event[$0] },
        entry: entry.isEmpty ? [] : indices.map { entry[$0] })
    }
  }
}

/// The rows that something is fitted to: features, outcome and what belongs together.
///
/// A view of a fold holds that fold's rows only: what is fitted to it cannot see others.
package struct Dataset: Hashable, Sendable {
  package var features: FeatureMatrix
  /// One per column.
  package var names: [String]
  /// One per column: the block that it belongs to (image and VOI), for `by:`.
  package var blocks: [String]
  package var outcome: Outcome
  /// One per row: rows of one patient have one number.
  package var groups: [Int]
  /// One per row: site or scanner; empty where there is none.
  package var sites: [String]
  /// One per row, > 0; empty where all count the same.
  package var weights: [Double]

  package init(
    features: FeatureMatrix, names: [String], outcome: Outcome, groups: [Int]? = nil,
    blocks: [String]? = nil, sites: [String] = [], weights: [Double] = []
  ) {
    let rows = features.rowCount
    precondition(outcome.count == rows && names.count == features.columnCount)
    precondition(sites.isEmpty || sites.count == rows)
    precondition(weights.isEmpty || weights.count == rows)
    self.features = features
    self.names = names
    self.outcome = outcome
    self.groups = groups ?? Array(0..<rows)
    self.blocks = blocks ?? [String](repeating: "", count: names.count)
    self.sites = sites
    self.weights = weights
    precondition(self.groups.count == rows && self.blocks.count == names.count)
  }

  package var rowCount: Int { features.rowCount }
  package var columnCount: Int { features.columnCount }

  /// Some rows, in the given order, repeats included.
  package func rows(_ indices: [Int]) -> Dataset {
    Dataset(
      features: features.rows(indices), names: names, outcome: outcome.rows(indices),
      groups: indices.map { groups[$0] }, blocks: blocks,
      sites: sites.isEmpty ? [] : indices.map { sites[$0] },
      weights: weights.isEmpty ? [] : indices.map { weights[$0] })
  }

  /// The same with values of its own.
  package var materialised: Dataset {
    var own = self
    own.features = features.materialised
    return own
  }

  /// Some columns, in the given order.
  package func columns(_ indices: [Int]) -> Dataset {
    if indices.counts(upTo: columnCount) { return self }
    return Dataset(
      features: features.columns(indices), names: indices.map { names[$0] }, outcome: outcome,
      groups: groups, blocks: indices.map { blocks[$0] }, sites: sites, weights: weights)
  }
}
