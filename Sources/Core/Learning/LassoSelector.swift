package import Components
package import Numerics

/// Columns with a coefficient in an elastic net at the chosen lambda, by |coefficient| * SD,
/// the largest first; ties by column. Outcomes may be binary, continuous or survival.
///
/// No column is chosen where the chosen lambda is the largest of the path.
/// Source: Tibshirani 1996; the fit is `ElasticNetPath`, settings see `ElasticNetChoice`.
package struct LassoSelector: Selector {
  package static let id: ComponentID = "lasso"
  package static let summary =
    "LASSO or elastic net: columns with a coefficient at the cross-validated or given lambda."

  package let parameters: ElasticNetChoice

  package init(_ parameters: ElasticNetChoice) throws(InvalidInput) {
    try parameters.checked()
    if parameters.alpha < 0.001 {
      throw InvalidInput("alpha", "\(parameters.alpha) selects nothing; take 0.001 or more")
    }
    self.parameters = parameters
  }

  package func select(
    from data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> [Int] {
    let (fit, deviations) = try parameters.fit(data, using: &stream)
    let sizes = zip(fit.columns, fit.coefficients).map {
      (column: $0, size: ($1 * deviations[$0]).magnitude)
    }
    return sizes.sorted {
      $0.size != $1.size ? $0.size > $1.size : $0.column < $1.column
    }.map(\.column)
  }
}
