package import Components
package import Numerics

/// `rfe:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `target` | 10 | >= 1 | how many columns are left |
/// | `step` | 1 | >= 1 | columns that go in a round |
/// | `share` | 0 | 0...0.9 | share of the remaining columns that goes, where it is more |
package struct RecursiveEliminationParameters: ParameterSet {
  package var target = 10
  package var step = 1
  package var share: Double = 0

  package init() {}

  package static let fields: [Field<RecursiveEliminationParameters>] = [
    .integer("target", \.target, in: 1...Int.max, "how many columns are left"),
    .integer("step", \.step, in: 1...Int.max, "columns that go in a round"),
    .number(
      "share", \.share, in: 0...0.9,
      "share of the remaining columns that goes in a round, where that is more than step"),
  ]
}

/// Fits a model, drops the columns of the smallest importance (by size), and so on until the target
/// count is left (Guyon et al. 2002, Machine Learning 46:389).
///
/// Among equal importances the later column goes. The kept columns come by the importance in a last
/// fit on them. The model's importances must be comparable, so scale the columns first.
package struct RecursiveElimination<Wrapped: Model>: Selector {
  package static var id: ComponentID { "rfe" }
  package static var summary: String {
    "Recursive elimination of the columns that a model finds least important."
  }

  package let parameters: RecursiveEliminationParameters
  package let model: Wrapped

  package var nested: [(name: String, component: any Component)] { [("model", model)] }

  package init(_ parameters: RecursiveEliminationParameters, model: Wrapped)
    throws(InvalidInput)
  {
    self.parameters = parameters
    self.model = model
  }

  /// With the model's defaults.
  package init(_ parameters: RecursiveEliminationParameters) throws(InvalidInput) {
    try self.init(parameters, model: Wrapped(Wrapped.Parameters()))
  }

  /// - Throws: what the model throws; a model without importances.
  package func select(from data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> [Int]
  {
    var remaining = Array(0..<data.columnCount)
    while !remaining.isEmpty {
      let order = TopKSelector.falling(try importances(data.columns(remaining), &stream))
      if remaining.count <= parameters.target { return order.map { remaining[$0] } }
      let wanted = max(parameters.step, Int(parameters.share * Double(remaining.count)))
      let dropped = min(wanted, remaining.count - parameters.target)
      remaining = order.dropLast(dropped).sorted().map { remaining[$0] }
    }
    return []
  }

  private func importances(_ data: Dataset, _ stream: inout RandomStream)
    throws(LearningError) -> [Double]
  {
    guard let importances = try model.fit(data, using: &stream).importances else {
      throw LearningError("rfe: the model \"\(Wrapped.id)\" has no importances")
    }
    precondition(importances.count == data.columnCount)
    if let bad = importances.firstIndex(where: { $0.isNaN }) {
      throw LearningError(
        "rfe: the model \"\(Wrapped.id)\" gives column \"\(data.names[bad])\" no importance")
    }
    return importances.map { $0.magnitude }
  }
}
