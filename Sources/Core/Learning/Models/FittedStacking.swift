internal import Components

/// Base models and the final model on what they say. Scores and probabilities are the final model's.
///
/// State: kind stacking; texts: output, names of base models; numbers: column count, count of base
/// models, then count and indices of the columns of each and of the further ones; parts: base models,
/// final model.
package struct FittedStacking: Predictor {
  package struct Member: Sendable {
    package let name: String
    /// Columns of the table of the fit, in the order that the model takes them.
    package let columns: [Int]
    package let predictor: any Predictor
  }

  package let columnCount: Int
  package let output: StackingOutput
  package let members: [Member]
  /// Columns that the final model takes after the base models' values.
  package let further: [Int]
  package let final: any Predictor

  init(
    columnCount: Int, output: StackingOutput, members: [Member], further: [Int],
    final: any Predictor
  ) {
    self.columnCount = columnCount
    self.output = output
    self.members = members
    self.further = further
    self.final = final
  }

  /// What the final model sees: a column per base model, then the further columns.
  package func secondStage(_ features: FeatureMatrix) throws(LearningError) -> FeatureMatrix {
    try features.requireColumns(columnCount, for: Stacking.id)
    var columns: [[Double]] = []
    for member in members {
      do throws(LearningError) {
        columns.append(try output.values(of: member.predictor, features.columns(member.columns)))
      } catch { throw LearningError("\(Stacking.id), base model \"\(member.name)\": \(error)") }
    }
    columns += further.map { Array(features.column($0)) }
    return FeatureMatrix(rowCount: features.rowCount, columns: columns)
  }

  package func scores(_ features: FeatureMatrix) throws(LearningError) -> [Double] {
    try final.scores(secondStage(features))
  }

  package func probabilities(_ features: FeatureMatrix) throws(LearningError) -> [Double]? {
    try final.probabilities(secondStage(features))
  }

  package var state: FittedState {
    var numbers = [Double(columnCount), Double(members.count)]
    for columns in members.map(\.columns) + [further] {
      numbers += [Double(columns.count)] + columns.map { Double($0) }
    }
    return FittedState(
      kind: Stacking.id.name, texts: [output.rawValue] + members.map(\.name), numbers: numbers,
      parts: members.map(\.predictor.state) + [final.state])
  }

  /// Reads a stack of models of this module.
  package init(_ state: FittedState) throws(LearningError) {
    try self.init(state, reading: .core)
  }

  /// - Parameter registry: reads the base models and the final model.
  package init(_ state: FittedState, reading registry: PredictorRegistry) throws(LearningError) {
    var bare = state
    bare.parts = []
    var reader = try FittedStateReader(bare, kind: Stacking.id.name)
    output = try reader.choice(StackingOutput.self)
    columnCount = try reader.integer()
    let count = try reader.integer()
    guard count < Int.max, state.parts.count == count + 1 else {
      throw LearningError(
        "the stored \"\(state.kind)\" is damaged: \(count) base models and a final model are "
          + "expected, \(state.parts.count) parts are found")
    }
    let names = try reader.texts(count)
    var members: [Member] = []
    for (place, name) in names.enumerated() {
      let columns = try reader.integers(try reader.integer(), in: 0..<columnCount)
      let predictor = try registry.predictor(from: state.parts[place])
      members.append(Member(name: name, columns: columns, predictor: predictor))
    }
    self.members = members
    further = try reader.integers(try reader.integer(), in: 0..<columnCount)
    try reader.finish()
    final = try registry.predictor(from: state.parts[count])
  }
}
