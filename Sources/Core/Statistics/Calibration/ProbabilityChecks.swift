/// What a user may get wrong about predicted probabilities.
enum ProbabilityChecks {
  static func probabilities(
    _ probabilities: [Double], _ positives: [Bool], name: String = "probabilities"
  ) throws(StatisticsError) {
    if positives.isEmpty { throw StatisticsError("there is no row") }
    try InputChecks.count(probabilities.count, name, equals: positives.count)
    if let row = probabilities.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      throw StatisticsError("\(name) must be in 0...1; row \(row + 1) is \(probabilities[row])")
    }
  }
}
