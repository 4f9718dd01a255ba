internal import Components
package import Learning

/// What a model study can name.
package struct LearningCatalog: Sendable {
  package var preparations: [any Preparation.Type]
  package var selectors: [any Selector.Type]
  package var balancings: [any Balancing.Type]
  package var models: [any Model.Type]

  package init(
    preparations: [any Preparation.Type], selectors: [any Selector.Type],
    balancings: [any Balancing.Type], models: [any Model.Type]
  ) {
    self.preparations = preparations
    self.selectors = selectors
    self.balancings = balancings
    self.models = models
  }

  /// Selectors that use another component, which a step gives under this key.
  static let wrappers = [("rfe", "model"), ("stability", "selector")]

  /// Names that a step can have.
  package var stepNames: [String] {
    preparations.map { $0.id.name } + selectors.map { $0.id.name } + Self.wrappers.map { $0.0 }
      + balancings.map { $0.id.name }
  }

  package var modelNames: [String] { models.map { $0.id.name } + [Stacking.id.name] }
}
