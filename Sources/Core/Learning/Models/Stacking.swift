package import Components
package import Numerics

/// What the base models of a stack hand to the final model.
package enum StackingOutput: String, CaseIterable, Hashable, Sendable {
  case scores
  /// An error where a base model has none.
  case probabilities
}

/// `stacking:` of a study file; base models and final model are given beside it.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `folds` | 5 | 2...1000 | inner folds, stratified and grouped by patient |
/// | `output` | scores | scores, probabilities | what base models hand on |
package struct StackingParameters: ParameterSet {
  package var folds = 5
  package var output = StackingOutput.scores

  package init() {}

  package static let fields: [Field<StackingParameters>] = [
    .integer("folds", \.folds, in: 2...1000, "inner folds, stratified and grouped by patient"),
    .choice("output", \.output, "what base models hand to the final model"),
  ]
}

/// Columns of a table, chosen by what they are called.
package enum StackingColumns: Hashable, Sendable {
  case all
  case named([String])
  /// All columns of these blocks (image and VOI).
  case blocks([String])

  package var text: String {
    switch self {
    case .all: "all columns"
    case .named(let names): "columns \(names.joined(separator: ", "))"
    case .blocks(let blocks): "blocks \(blocks.joined(separator: ", "))"
    }
  }

  /// - Throws: names or blocks that the table has not.
  func indices(in data: Dataset) throws(LearningError) -> [Int] {
    switch self {
    case .all: return Array(0..<data.columnCount)
    case .named(let names):
      let missing = names.filter { !data.names.contains($0) }
      if !missing.isEmpty {
        throw LearningError("the table has no column \(missing.joined(separator: ", "))")
      }
      return names.map { data.names.firstIndex(of: $0)! }
    case .blocks(let blocks):
      let missing = blocks.filter { !data.blocks.contains($0) }
      if !missing.isEmpty {
        throw LearningError("the table has no block \(missing.joined(separator: ", "))")
      }
      return data.blocks.indices.filter { blocks.contains(data.blocks[$0]) }
    }
  }
}

/// A final model on the scores of base models and, if wanted, on further (clinical) columns.
///
/// The final model is fitted to scores of rows that the base models did not see: each is fitted to
/// the other folds, and the rows of a patient share a fold (Wolpert 1992, Neural Networks 5:241).
/// Afterwards the base models are fitted once more to all rows, and these are kept. Random numbers are
/// taken in the order: folds, then by base model its folds and its last fit, then the final model. Row
/// weights are handed to all models.
package struct Stacking: Model {
  package struct Member: Sendable {
    package var name: String
    package var model: any Model
    package var columns: StackingColumns

    package init(_ name: String, _ model: any Model, columns: StackingColumns = .all) {
      self.name = name
      self.model = model
      self.columns = columns
    }
  }

  package static let id: ComponentID = "stacking"
  package static let outcomes = Set(OutcomeKind.allCases)
  package static let summary = "A final model on out-of-fold scores of base models."

  package let parameters: StackingParameters
  package let members: [Member]
  package let final: (any Model)?
  /// Columns that go to the final model beside the scores; none where nil.
  package let further: StackingColumns?

  package var nested: [(name: String, component: any Component)] {
    let bases = members.map {
      (name: "\($0.name) on \($0.columns.text)", component: $0.model as any Component)
    }
    let last = final.map {
      (name: "final" + (further.map { " with \($0.text)" } ?? ""), component: $0 as any Component)
    }
    return bases + (last.map { [$0] } ?? [])
  }

  /// Without models, which `fit` refuses.
  package init(_ parameters: StackingParameters) throws(InvalidInput) {
    self.parameters = parameters
    members = []
    final = nil
    further = nil
  }

  /// - Throws: no base model, names that are empty or given twice, fewer than 2 folds.
  package init(
    _ parameters: StackingParameters, members: [Member], final: any Model,
    further: StackingColumns? = nil
  ) throws(InvalidInput) {
    var problems: [Problem] = []
    if parameters.folds < 2 {
      problems.append(Problem("folds", "\(parameters.folds) is not 2 or more"))
    }
    if members.isEmpty { problems.append(Problem("members", "a stack needs a base model")) }
    for place in members.indices {
      let name = members[place].name
      if name.isEmpty {
        problems.append(Problem("members", "base model \(place + 1) has no name"))
      } else if members[..<place].contains(where: { $0.name == name }) {
        problems.append(Problem("members", "\"\(name)\" is given twice"))
      }
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
    self.members = members
    self.final = final
    self.further = further
  }

  package func fit(
    _ data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> FittedStacking {
    let folds = try ElasticNetFolds.assign(data, count: parameters.folds, using: &stream)
    return try fit(data, folds: folds, using: &stream)
  }

  /// - Parameter folds: one per row, from 0, each taken.
  package func fit(
    _ data: Dataset, folds: [Int], using stream: inout RandomStream
  ) throws(LearningError) -> FittedStacking {
    precondition(folds.count == data.rowCount)
    guard let final else { throw Self.lacksModels }
    let base = try base(data, folds, &stream)
    do throws(LearningError) {
      return base.stack(try Self.fitted(final, base.second, &stream))
    } catch { throw Self.ofFinal(error) }
  }

  static let lacksModels = LearningError("\(id) needs base models and a final model")

  static func ofFinal(_ error: LearningError) -> LearningError {
    LearningError("\(id), final model: \(error)")
  }

  /// Base models, and what the final model is fitted to.
  struct Base {
    let columnCount: Int
    let output: StackingOutput
    let members: [FittedStacking.Member]
    let further: [Int]
    let second: Dataset

    func stack(_ last: any Predictor) -> FittedStacking {
      FittedStacking(
        columnCount: columnCount, output: output, members: members, further: further, final: last)
    }
  }

  func base(
    _ data: Dataset, _ folds: [Int], _ stream: inout RandomStream
  ) throws(LearningError) -> Base {
    var base: [[Double]] = []
    var fitted: [FittedStacking.Member] = []
    for member in members {
      do throws(LearningError) {
        let columns = try member.columns.indices(in: data)
        let own = data.columns(columns)
        base.append(try outOfFold(member.model, own, folds, &stream))
        let predictor = try Self.fitted(member.model, own, &stream)
        fitted.append(.init(name: member.name, columns: columns, predictor: predictor))
      } catch { throw LearningError("\(Self.id), base model \"\(member.name)\": \(error)") }
    }
    let beside = try further?.indices(in: data) ?? []
    let names = members.map(\.name) + beside.map { data.names[$0] }
    if let twice = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
      throw LearningError(
        "\(Self.id): \"\(names[twice])\" is a base model and a further column, or given twice")
    }
    let table = FeatureMatrix(
      rowCount: data.rowCount, columns: base + beside.map { Array(data.features.column($0)) })
    let second = Dataset(
      features: table, names: names, outcome: data.outcome, groups: data.groups,
      blocks: members.map { _ in "" } + beside.map { data.blocks[$0] }, sites: data.sites,
      weights: data.weights)
    return Base(
      columnCount: data.columnCount, output: parameters.output, members: fitted, further: beside,
      second: second)
  }

  /// What a base model hands on for each row, fitted to the other folds.
  private func outOfFold(
    _ model: any Model, _ data: Dataset, _ folds: [Int], _ stream: inout RandomStream
  ) throws(LearningError) -> [Double] {
    var values = [Double](repeating: 0, count: data.rowCount)
    let count = (folds.max() ?? -1) + 1
    for fold in 0..<count {
      let inside = folds.indices.filter { folds[$0] == fold }
      let outside = folds.indices.filter { folds[$0] != fold }
      do throws(LearningError) {
        let predictor = try Self.fitted(model, data.rows(outside), &stream)
        let handed = try parameters.output.values(of: predictor, data.features.rows(inside))
        for (row, value) in zip(inside, handed) { values[row] = value }
      } catch { throw LearningError("without fold \(fold + 1) of \(count): \(error)") }
    }
    return values
  }

  private static func fitted<M: Model>(
    _ model: M, _ data: Dataset, _ stream: inout RandomStream
  ) throws(LearningError) -> any Predictor {
    try check(M.self, data)
    return try model.fit(data, using: &stream)
  }

  static func check(_ type: any Model.Type, _ data: Dataset) throws(LearningError) {
    guard type.outcomes.contains(data.outcome.kind) else {
      throw LearningError("\(type.id) cannot be fitted to a \(data.outcome.kind.rawValue) outcome")
    }
  }
}

extension StackingOutput {
  /// One value per row.
  func values(
    of predictor: any Predictor, _ features: FeatureMatrix
  ) throws(LearningError) -> [Double] {
    switch self {
    case .scores: return try predictor.scores(features)
    case .probabilities:
      guard let probabilities = try predictor.probabilities(features) else {
        throw LearningError("the model has no probabilities; choose output scores")
      }
      return probabilities
    }
  }
}
