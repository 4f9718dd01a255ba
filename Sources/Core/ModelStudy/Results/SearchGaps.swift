internal import Study

/// Why grid points have no value on inner folds, counted by pipeline, scenario and reason: a study
/// has millions of inner folds, and they fail for few reasons.
struct SearchGaps: Sendable {
  private struct Key: Hashable {
    var pipeline: Int
    var scenario: Scenario
    var reason: String
  }

  private struct Count {
    var units = 0
    var points = 0
    var firstUnit: Int
  }

  private var order: [Key] = []
  private var counts: [Key: Count] = [:]
  /// Number of reasons of a pipeline so far.
  private var reasons: [Int: Int] = [:]

  /// More reasons of a pipeline than this are counted as one: some name a row or a number.
  private static let largest = 200

  mutating func add(_ gap: ModelUnitResult.Gap, unit: Int, _ task: ModelTask) {
    var key = Key(pipeline: task.pipeline, scenario: task.scenario, reason: gap.reason)
    if counts[key] == nil, reasons[task.pipeline, default: 0] >= Self.largest {
      key.reason = "another reason"
    }
    if counts[key] == nil {
      counts[key] = Count(firstUnit: unit)
      order.append(key)
      reasons[task.pipeline, default: 0] += 1
    }
    counts[key]?.units += 1
    counts[key]?.points += gap.points
  }

  /// Those of one pipeline, in the order of the scenarios and of the first unit.
  func table(pipeline: Int, _ plan: ModelPlan) -> ResultTable {
    let own = order.filter { $0.pipeline == pipeline }
    let numbers = own.compactMap { counts[$0] }
    return ResultTable(
      index: own.indices.map { "\($0 + 1)" },
      columns: [
        .init("scenario", .texts(own.map(\.scenario.name))),
        .init("reason", .texts(own.map(\.reason))),
        .init("inner_folds", .integers(numbers.map(\.units))),
        .init("grid_points", .integers(numbers.map(\.points))),
        .init("first", .texts(numbers.map { plan.name(ofUnit: $0.firstUnit) })),
      ])
  }
}
