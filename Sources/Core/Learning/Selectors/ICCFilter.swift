package import Components

package enum ICCCriterion: String, CaseIterable, Hashable, Sendable {
  case estimate
  /// The lower bound of the confidence interval.
  case lower
}

/// `icc:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `form` | ICC(A,1) | see `ICCForm` | which coefficient |
/// | `threshold` | 0.75 | 0...1 | columns at or above it are kept |
/// | `criterion` | estimate | estimate, lower | what is compared with the threshold |
/// | `confidence` | 0.95 | 0.5...0.999 | of the interval |
package struct ICCFilterParameters: ParameterSet {
  package var form: ICCForm = .agreement
  package var threshold: Double = 0.75
  package var criterion: ICCCriterion = .estimate
  package var confidence: Double = 0.95

  package init() {}

  package static let fields: [Field<ICCFilterParameters>] = [
    .choice("form", \.form, "which intraclass correlation (McGraw & Wong 1996)"),
    .number("threshold", \.threshold, in: 0...1, "columns at or above it are kept"),
    .choice("criterion", \.criterion, "the estimate, or the lower bound of its interval"),
    .number("confidence", \.confidence, in: 0.5...0.999, "of the two-sided interval"),
  ]
}

/// Columns that repeated measurements (masks of two readers, test and retest) reproduce.
///
/// It looks at no outcome, so it is the one filter that may use rows outside a training part.
package struct ICCFilter: Component {
  package static let id: ComponentID = "icc"
  package static let summary = "Columns that repeated measurements reproduce (ICC)."

  package let parameters: ICCFilterParameters

  package init(_ parameters: ICCFilterParameters) throws(InvalidInput) {
    self.parameters = parameters
  }

  package func estimates(_ measurements: [FeatureMatrix]) throws(LearningError) -> [ICCEstimate] {
    try IntraclassCorrelation.estimates(
      measurements, form: parameters.form, confidence: parameters.confidence)
  }

  /// Kept columns, ascending; one without an estimate (missing values, constant) is not kept.
  package func kept(_ estimates: [ICCEstimate]) -> [Int] {
    estimates.indices.filter {
      let value =
        parameters.criterion == .lower ? estimates[$0].lower : estimates[$0].value
      return value >= parameters.threshold
    }
  }
}
