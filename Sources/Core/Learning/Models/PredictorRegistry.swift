internal import Components

/// Makes predictors from stored states: from `FittedState.kind` to the type that reads it.
package struct PredictorRegistry: Sendable {
  /// The registry is handed on to predictors that hold others.
  package typealias Reader =
    @Sendable (FittedState, PredictorRegistry) throws(LearningError) -> any Predictor

  private var readers: [String: Reader] = [:]

  package init() {}

  /// The kinds of predictors of this module.
  package static let core: PredictorRegistry = {
    var registry = PredictorRegistry()
    for kind in FittedLinear.Kind.allCases { registry.add(FittedLinear.self, kind: kind.rawValue) }
    registry.add(FittedPerceptron.self, kind: MultilayerPerceptron.id.name)
    registry.add(FittedRadScore.self, kind: RadScore.id.name)
    registry.add(kind: Stacking.id.name) { (state, registry) throws(LearningError) in
      try FittedStacking(state, reading: registry)
    }
    return registry
  }()

  /// - Precondition: the kind is new.
  package mutating func add<P: Predictor>(_: P.Type, kind: String) {
    add(kind: kind) { (state, _) throws(LearningError) in try P(state) }
  }

  /// - Precondition: the kind is new.
  package mutating func add(kind: String, reader: @escaping Reader) {
    precondition(readers[kind] == nil, "two readers of \(kind)")
    readers[kind] = reader
  }

  package var kinds: [String] { readers.keys.sorted() }

  /// - Throws: a kind that nobody reads; a state that its reader refuses.
  package func predictor(from state: FittedState) throws(LearningError) -> any Predictor {
    guard let reader = readers[state.kind] else {
      throw LearningError(
        "no predictor reads the stored kind \"\(state.kind)\" (known: "
          + "\(kinds.joined(separator: ", ")))")
    }
    return try reader(state, self)
  }
}
