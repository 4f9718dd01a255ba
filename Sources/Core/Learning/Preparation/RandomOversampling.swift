package import Components
package import Numerics

/// `oversample:` of a study file has no settings.
package struct RandomOversamplingParameters: ParameterSet {
  package init() {}
  package static let fields: [Field<RandomOversamplingParameters>] = []
}

/// Repeats rows of the smaller class until both classes have the same count.
///
/// Copies follow the original rows and keep their patient, so that later splits by patient keep
/// them together. To be used inside a training part only.
package struct RandomOversampling: Balancing {
  package static let id: ComponentID = "oversample"
  package static let summary = "Rows of the smaller class are repeated at random."

  package let parameters: RandomOversamplingParameters

  package init(_ parameters: RandomOversamplingParameters) throws(InvalidInput) {
    self.parameters = parameters
  }

  /// - Throws: no binary outcome, or one class only.
  package func balanced(_ data: Dataset, using stream: inout RandomStream)
    throws(LearningError) -> Dataset
  {
    let classes = try data.requireClasses(for: Self.id)
    let positives = classes.indices.filter { classes[$0] == 1 }
    let negatives = classes.indices.filter { classes[$0] == 0 }
    let smaller = positives.count < negatives.count ? positives : negatives
    var rows = Array(classes.indices)
    for _ in 0..<abs(positives.count - negatives.count) {
      rows.append(smaller[stream.integer(below: smaller.count)])
    }
    return data.rows(rows)
  }
}
