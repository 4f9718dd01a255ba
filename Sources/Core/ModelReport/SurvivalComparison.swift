internal import Learning
internal import Statistics

extension ModelPair {
  /// Beside Harrell's C; empty for other outcomes than survival.
  func ofSurvival(level: Double) throws(StatisticsError) -> [ModelDifference] {
    guard case .survival = first.outcome else { return [] }
    return try survivalDifferences(first.followUp(), first.scores, second.scores, level: level)
  }
}
