package import Components
package import Numerics

package enum MRMRScheme: String, CaseIterable, Hashable, Sendable {
  /// Mutual information, difference (Peng, Long & Ding 2005), on three bins.
  case mid = "MID"
  /// Mutual information, quotient, on three bins.
  case miq = "MIQ"
  /// F statistic minus mean absolute correlation (Ding & Peng 2005; Zhao, Anand & Wang 2019).
  case fcd = "FCD"
  /// F statistic over mean absolute correlation.
  case fcq = "FCQ"
  /// Difference with -ln(1 - rho^2) / 2 for both (De Jay et al. 2013, package mRMRe).
  case gaussian = "mRMRe"

  fileprivate var isQuotient: Bool { self == .miq || self == .fcq }
}

/// `mrmr:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `scheme` | MID | MID, MIQ, FCD, FCQ, mRMRe | measures and how they are combined |
/// | `k` | 10 | >= 1 | how many columns |
package struct MRMRParameters: ParameterSet {
  package var scheme: MRMRScheme = .mid
  package var k = 10

  package init() {}

  package static let fields: [Field<MRMRParameters>] = [
    .choice("scheme", \.scheme, "relevance and redundancy, and how they are combined"),
    .integer("k", \.k, in: 1...Int.max, "how many columns"),
  ]
}

/// Minimum redundancy, maximum relevance: column after column, each with the best balance of its
/// relevance to the outcome and its mean redundancy with the columns chosen before.
///
/// - MID, MIQ: bins below mean - SD, between, above mean + SD (SD over n - 1); classes as they are,
///   a continuous outcome in three bins likewise; mutual information in nats.
/// - FCD, FCQ, mRMRe: Pearson correlations, classes as 0 and 1; F = r^2 (n - 2) / (1 - r^2), which
///   for two classes is the one-way analysis of variance. mRMRe: 1 - rho^2 at least 1e-15.
/// - Quotients: a redundancy below 1e-12 counts as 1e-12.
///
/// The first column is the most relevant one. Constant columns are never chosen. Scores that agree
/// to 12 digits tie and the earlier column is taken.
package struct MRMRSelector: Selector {
  package static let id: ComponentID = "mrmr"
  package static let summary = "Minimum redundancy, maximum relevance (mRMR)."

  package let parameters: MRMRParameters

  package init(_ parameters: MRMRParameters) throws(InvalidInput) { self.parameters = parameters }

  /// - Throws: a survival outcome, one class only, missing values, fewer than 3 rows.
  package func select(from data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> [Int]
  {
    try data.requireRows(3, for: Self.id)
    try data.requireFinite(for: Self.id)
    let outcome = try data.outcomeNumbers(for: Self.id)
    let candidates = (0..<data.columnCount).filter { !data.features.isConstant($0) }
    if candidates.isEmpty { return [] }
    switch parameters.scheme {
    case .mid, .miq:
      let isClasses = if case .binary = data.outcome { true } else { false }
      let bins = ThreeBins(data.features, candidates)
      let relevance =
        isClasses ? bins.information(withClasses: outcome) : bins.information(withBinned: outcome)
      return choose(candidates, relevance) { bins.addInformation(with: $0, to: &$1) }
    case .fcd, .fcq, .gaussian:
      let columns = CorrelationTiles(rowCount: data.rowCount, capacity: candidates.count)
      for column in candidates {
        columns.append(StandardisedColumn(Array(data.features.column(column))))
      }
      let target = CorrelationTiles(rowCount: data.rowCount, capacity: 1)
      target.append(StandardisedColumn(outcome))
      let relevance = candidates.indices.map { index in
        self.relevance(
          StandardisedColumn.dot(columns.column(index), target.column(0), data.rowCount),
          data.rowCount)
      }
      return choose(candidates, relevance) { self.addCorrelations(columns, $0, &$1) }
    }
  }

  private func relevance(_ r: Double, _ rows: Int) -> Double {
    parameters.scheme == .gaussian
      ? Self.information(r) : r * r * Double(rows - 2) / max(1 - r * r, 0)
  }

  private static func information(_ r: Double) -> Double {
    -0.5 * PortableLogarithm.value(of: min(max(1 - r * r, 1e-15), 1))
  }

  private func addCorrelations(
    _ columns: CorrelationTiles, _ chosen: Int, _ sums: inout [Double]
  ) {
    for index in sums.indices {
      let r = columns.correlation(index, chosen)
      sums[index] += parameters.scheme == .gaussian ? Self.information(r) : abs(r)
    }
  }

  /// The forward search.
  /// - Parameter addRedundancy: adds the redundancy of every column with a chosen one.
  private func choose(
    _ candidates: [Int], _ relevance: [Double],
    _ addRedundancy: (Int, inout [Double]) -> Void
  ) -> [Int] {
    var redundancy = [Double](repeating: 0, count: candidates.count)
    var isChosen = [Bool](repeating: false, count: candidates.count)
    var chosen: [Int] = []
    while chosen.count < min(parameters.k, candidates.count) {
      var best: (index: Int, score: Double)?
      for index in candidates.indices where !isChosen[index] {
        let mean = redundancy[index] / Double(max(chosen.count, 1))
        let score =
          chosen.isEmpty
          ? relevance[index]
          : parameters.scheme.isQuotient
            ? relevance[index] / max(mean, 1e-12) : relevance[index] - mean
        if best.map({ Self.isBetter(score, $0.score) }) ?? true { best = (index, score) }
      }
      let index = best!.index
      isChosen[index] = true
      chosen.append(candidates[index])
      addRedundancy(index, &redundancy)
    }
    return chosen
  }

  private static func isBetter(_ score: Double, _ best: Double) -> Bool {
    score.isFinite && best.isFinite
      ? score - best > 1e-12 * max(abs(score), abs(best)) : score > best
  }
}
