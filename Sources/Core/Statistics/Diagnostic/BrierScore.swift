/// The mean squared distance of probabilities from outcomes. Brier 1950.
package struct BrierScore: Hashable, Sendable {
  package let score: Double
  /// The score of the prevalence given to everybody.
  package let reference: Double
  /// 1 - score / reference; nil where only one class occurs.
  package var scaled: Double? { reference == 0 ? nil : 1 - score / reference }

  /// - Parameters:
  ///   - probabilities: of the positive class, in 0...1, one per row.
  ///   - positives: which rows belong to the positive class.
  package init(probabilities: [Double], positives: [Bool]) throws(StatisticsError) {
    try InputChecks.count(positives.count, "classes", equals: probabilities.count)
    if probabilities.isEmpty { throw StatisticsError("a Brier score needs a row") }
    if let row = probabilities.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      throw StatisticsError(
        "probabilities must be in 0...1; row \(row + 1) is \(probabilities[row])")
    }
    var sum = 0.0
    for i in positives.indices {
      let gap = probabilities[i] - (positives[i] ? 1 : 0)
      sum += gap * gap
    }
    score = sum / Double(positives.count)
    let prevalence = Double(positives.count { $0 }) / Double(positives.count)
    reference = prevalence * (1 - prevalence)
  }
}
