internal import Components
internal import Evaluation
internal import Learning

/// Decodes `scores:`, the first stage of a pipeline:
///
///     scores: {of: [signature], with: [lymphocytes, albumin]}
///
/// Every combination of the grid points of its pipelines is one alternative.
struct ScoreStageDecoder {
  /// More combinations than this are taken for a slip.
  private static let largest = 100_000

  let aggregation: LesionAggregation?
  /// Names of the pipelines before, sound or not.
  var names: [String] = []
  /// Those that are sound.
  var earlier: [PipelineGrid] = []
  private var problems: [Problem] = []

  init(aggregation: LesionAggregation?) { self.aggregation = aggregation }

  mutating func takeProblems() -> [Problem] {
    defer { problems = [] }
    return problems
  }

  /// Empty where anything is wrong.
  mutating func steps(_ value: SettingValue, at place: String) -> [PipelineStep] {
    let parameters: ScoreStageParameters
    do throws(InvalidInput) {
      parameters = try ScoreStageParameters.decode(value, at: place)
    } catch {
      problems += error.problems
      return []
    }
    let before = problems.count
    check(parameters, at: place)
    let pipelines = parameters.of.compactMap { name in earlier.first { $0.name == name } }
    let points = pipelines.map(\.pointCount)
    if points.reduce(1.0, { $0 * Double($1) }) > Double(Self.largest) {
      problems.append(Problem("\(place).of", "more than \(Self.largest) combinations"))
    }
    if problems.count > before || pipelines.count < parameters.of.count { return [] }
    var combinations: [[ScoreStage.Member]] = [[]]
    for pipeline in pipelines {
      combinations = combinations.flatMap { members in
        (0..<pipeline.pointCount).map { members + [.init(pipeline, point: $0)] }
      }
    }
    return combinations.map {
      .scores(ScoreStage(parameters, members: $0, aggregation: aggregation))
    }
  }

  /// "... is no pipeline before this one" with the nearest name.
  static func noPipelineMessage(_ name: String, before names: [String]) -> String {
    var message = "\"\(name)\" is no pipeline before this one"
    if let near = nearest(to: name, in: names) { message += "; did you mean \"\(near)\"?" }
    return message + " (before it: \(names.isEmpty ? "none" : names.joined(separator: ", ")))"
  }

  private mutating func check(_ parameters: ScoreStageParameters, at place: String) {
    func note(_ key: String, _ message: String) {
      problems.append(Problem("\(place).\(key)", message))
    }
    if parameters.of.isEmpty, parameters.with.isEmpty {
      note("of", "pipelines before this one are needed, or columns in `with`")
    }
    if parameters.with.contains("") { note("with", "an empty pattern matches nothing") }
    for (index, name) in parameters.of.enumerated() {
      if parameters.of[..<index].contains(name) {
        note("of", "\"\(name)\" is given twice")
      } else if !names.contains(name) {
        note("of", Self.noPipelineMessage(name, before: names))
      } else if let pipeline = earlier.first(where: { $0.name == name }) {
        if pipeline.isSecondStage {
          note("of", "\"\(name)\" has `scores` itself; there are two stages, not three")
        }
        if !pipeline.rows.isEmpty {
          note(
            "of",
            "\"\(name)\" has `rows` of its own; a first stage is fitted to all rows of its part")
        }
      }
    }
    if let aggregation, aggregation.needsVolumes {
      problems.append(
        Problem(
          place,
          "aggregate.method \(aggregation.rawValue) needs volumes, which a second stage does not"
            + " see; take mean, median, max or min"))
    }
  }
}
