package import Learning

/// What each column of the table gives to the score of each row: Shapley values.
///
/// `baseline` plus the contributions of a row is its score, to rounding.
package struct Explanation: Hashable, Sendable {
  package enum Method: String, Hashable, Sendable, CaseIterable {
    /// Conditional on the paths of the trees (Lundberg et al. 2020).
    case trees = "TreeSHAP, path dependent"
    /// Slope times the distance from the mean of the training rows: columns count as independent.
    case linear = "linear SHAP, independent columns"
  }

  /// Columns of the table that reach the model, in the table's order; all others contribute nothing.
  package let columns: [String]
  package let method: Method
  /// Of baseline, contributions and scores.
  package let space: ScoreSpace
  /// The mean score that contributions are counted from.
  package let baseline: Double
  /// Rows by columns.
  package let contributions: FeatureMatrix
  /// The table's values in the same rows and columns, before all preparation; NaN is missing.
  package let values: FeatureMatrix
  /// One per row, as the pipeline gives them.
  package let scores: [Double]
  /// For each line of the explanation the row that it is of; a patient's first row.
  package let rows: [Int]
  /// What a reader must know, one sentence each.
  package let notes: [String]

  init(
    columns: [String], method: Method, space: ScoreSpace, baseline: Double,
    contributions: FeatureMatrix, values: FeatureMatrix, scores: [Double], rows: [Int],
    notes: [String]
  ) {
    self.columns = columns
    self.method = method
    self.space = space
    self.baseline = baseline
    self.contributions = contributions
    self.values = values
    self.scores = scores
    self.rows = rows
    self.notes = notes
  }

  /// Mean size of the contributions of each column; 0 without rows.
  package var meanMagnitudes: [Double] {
    columns.indices.map { column in
      contributions.withColumn(column) { values in
        values.isEmpty ? 0 : values.reduce(0) { $0 + $1.magnitude } / Double(values.count)
      }
    }
  }

  /// Columns by their mean size, the largest first; ties by column.
  package var ranking: [Int] {
    let sizes = meanMagnitudes
    return columns.indices.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
  }

  /// Without the columns that give nothing to any row, such as those with a coefficient of 0.
  package var ofContributingColumns: Explanation {
    let kept = columns.indices.filter { column in
      contributions.withColumn(column) { values in values.contains { $0 != 0 } }
    }
    if kept.isEmpty || kept.count == columns.count { return self }
    return Explanation(
      columns: kept.map { columns[$0] }, method: method, space: space, baseline: baseline,
      contributions: contributions.columns(kept).materialised,
      values: values.columns(kept).materialised, scores: scores, rows: rows,
      notes: notes + [
        "\(columns.count - kept.count) of \(columns.count) columns give nothing to any score and are"
          + " left out."
      ])
  }

  /// One line per patient: means over the patient's rows, of contributions, scores and values.
  /// - Parameter groups: one per line: lines of one patient have one number.
  package func perPatient(_ groups: [Int]) -> Explanation {
    precondition(groups.count == rows.count, "groups are one per line")
    let sets = PipelineRows.rowsOfPatients(groups)
    let scoreColumn = FeatureMatrix(rowCount: scores.count, columnCount: 1, values: scores)
    return Explanation(
      columns: columns, method: method, space: space, baseline: baseline,
      contributions: contributions.means(over: sets), values: values.means(over: sets),
      scores: scoreColumn.means(over: sets).values, rows: sets.map { rows[$0[0]] }, notes: notes)
  }
}

/// How a fitted pipeline can be explained.
package enum Explainability: Hashable, Sendable {
  case exact(Explanation.Method, ScoreSpace)
  /// Why contributions cannot be computed exactly; permutation importance and partial dependence
  /// need nothing of the model.
  case permutationOnly(String)
}
