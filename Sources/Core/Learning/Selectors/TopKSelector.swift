package import Components
package import Numerics

/// `top-k:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `k` | 10 | >= 1 | how many columns |
/// | `strength` | automatic | see `UnivariableStrength` | what makes a column strong |
package struct TopKParameters: ParameterSet {
  package var k = 10
  package var strength: UnivariableStrength = .automatic

  package init() {}

  package static let fields: [Field<TopKParameters>] = [
    .integer("k", \.k, in: 1...Int.max, "how many columns"),
    .choice("strength", \.strength, "what makes a column strong by itself"),
  ]
}

/// The k columns that are strongest by themselves; constant columns come last.
package struct TopKSelector: Selector, ColumnByColumn {
  package static let id: ComponentID = "top-k"
  package static let summary = "The k columns that are strongest by themselves."

  package let parameters: TopKParameters

  package init(_ parameters: TopKParameters) throws(InvalidInput) { self.parameters = parameters }

  package func select(from data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> [Int]
  {
    let order = Self.falling(try parameters.strength.values(data))
    return Array(order.prefix(parameters.k))
  }

  /// Indices by falling value; ties by index.
  static func falling(_ values: [Double]) -> [Int] {
    values.indices.sorted { values[$0] == values[$1] ? $0 < $1 : values[$0] > values[$1] }
  }
}
