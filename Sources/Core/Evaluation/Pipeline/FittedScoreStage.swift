internal import Components
package import Learning

/// Frozen pipelines whose scores, with columns beside them, are what the second stage sees.
///
/// State: kind scores; texts: output, aggregation or nothing, names of the pipelines, names of the
/// columns beside; numbers: column count, count of pipelines, indices of the columns beside; parts:
/// the pipelines.
package struct FittedScoreStage: FittedTransform {
  static let kind = ScoreStage.id.name

  struct Member: Sendable {
    let name: String
    let pipeline: FittedPipeline
  }

  let inputCount: Int
  let members: [Member]
  /// Columns of the table that stand beside the scores.
  let beside: [Int]
  let besideNames: [String]
  let output: StackingOutput
  let aggregation: LesionAggregation?

  package var names: [String] { members.map(\.name) + besideNames }

  /// Every row is a patient.
  package func apply(
    _ features: FeatureMatrix, sites: [String]
  ) throws(LearningError) -> FeatureMatrix {
    try apply(features, sites: sites, groups: [])
  }

  /// The columns of the second stage, a row for each row: rows of one patient are equal where rows
  /// become patients.
  /// - Parameter groups: one per row, or empty where every row is a patient.
  func apply(
    _ features: FeatureMatrix, sites: [String], groups: [Int]
  ) throws(LearningError) -> FeatureMatrix {
    precondition(features.columnCount == inputCount)
    precondition(groups.isEmpty || groups.count == features.rowCount)
    let features = features.materialised
    var columns = try values(features, sites: sites, groups: groups)
    columns += beside.map { Array(features.column($0)) }
    if let aggregation, !groups.isEmpty {
      let patients = Self.patients(groups)
      for index in columns.indices {
        for rows in patients {
          let value = Self.value(rows.map { columns[index][$0] }, aggregation)
          for row in rows { columns[index][row] = value }
        }
      }
    }
    return FeatureMatrix(rowCount: features.rowCount, columns: columns)
  }

  /// What each pipeline says of each row.
  func values(
    _ features: FeatureMatrix, sites: [String], groups: [Int]
  ) throws(LearningError) -> [[Double]] {
    var all: [[Double]] = []
    for member in members {
      do throws(LearningError) {
        all.append(
          try Self.values(output, of: member.pipeline, features, sites: sites, groups: groups))
      } catch { throw LearningError("\(ScoreStage.id) of \"\(member.name)\": \(error)") }
    }
    return all
  }

  static func values(
    _ output: StackingOutput, of pipeline: FittedPipeline, _ features: FeatureMatrix,
    sites: [String], groups: [Int]
  ) throws(LearningError) -> [Double] {
    switch output {
    case .scores: return try pipeline.scores(features, sites: sites, groups: groups)
    case .probabilities:
      guard
        let own = try pipeline.probabilities(features, sites: sites, groups: groups)
      else { throw LearningError("the model has no probabilities; choose output scores") }
      return own
    }
  }

  /// The rows of each patient, in the order of their first rows.
  static func patients(_ groups: [Int]) -> [[Int]] {
    var places: [Int: Int] = [:]
    var rows: [[Int]] = []
    for (row, group) in groups.enumerated() {
      let place = places[group] ?? rows.count
      if place == rows.count {
        places[group] = place
        rows.append([])
      }
      rows[place].append(row)
    }
    return rows
  }

  /// The value of a patient: what its rows have in common, or the rule over those that have a value.
  static func value(_ values: [Double], _ aggregation: LesionAggregation) -> Double {
    let known = values.filter { !$0.isNaN }
    guard let first = known.first else { return .nan }
    if known.allSatisfy({ $0 == first }) { return first }
    let one = [String](repeating: "", count: known.count)
    return (try? aggregation.patientScores(known, patients: one).scores[0]) ?? .nan
  }

  package var state: FittedState {
    FittedState(
      kind: Self.kind,
      texts: [output.rawValue, aggregation?.rawValue ?? ""] + members.map(\.name) + besideNames,
      numbers: ([inputCount, members.count] + beside).map { Double($0) },
      parts: members.map(\.pipeline.state))
  }

  init(
    inputCount: Int, members: [Member], beside: [Int], besideNames: [String],
    output: StackingOutput, aggregation: LesionAggregation?
  ) {
    self.inputCount = inputCount
    self.members = members
    self.beside = beside
    self.besideNames = besideNames
    self.output = output
    self.aggregation = aggregation
  }

  /// Always throws: its pipelines cannot be read without a registry of what they are made of.
  package init(_ state: FittedState) throws(LearningError) {
    throw LearningError("the first stage of a model is read with a registry")
  }

  /// - Throws: a state that is not one of a first stage, or of pipelines that nobody knows.
  init(_ state: FittedState, reading registry: FittedRegistry) throws(LearningError) {
    let numbers = state.numbers.map { Int(exactly: $0) ?? -1 }
    let count = state.parts.count
    guard state.kind == Self.kind, numbers.count >= 2, numbers[1] == count,
      state.texts.count == 2 + count + numbers.count - 2,
      let output = StackingOutput(rawValue: state.texts[0]),
      numbers.dropFirst(2).allSatisfy({ (0..<max(0, numbers[0])).contains($0) }),
      state.texts[1].isEmpty || LesionAggregation(rawValue: state.texts[1]) != nil
    else { throw LearningError("what is stored is not the first stage of a model") }
    var members: [Member] = []
    for (name, part) in zip(state.texts.dropFirst(2), state.parts) {
      let pipeline = try FittedPipeline(part, registry)
      guard pipeline.inputs.count == numbers[0] else {
        throw LearningError("the stored first stage \"\(name)\" is not one of these columns")
      }
      members.append(Member(name: name, pipeline: pipeline))
    }
    self.init(
      inputCount: numbers[0], members: members, beside: Array(numbers.dropFirst(2)),
      besideNames: Array(state.texts.dropFirst(2 + count)), output: output,
      aggregation: LesionAggregation(rawValue: state.texts[1]))
  }
}
