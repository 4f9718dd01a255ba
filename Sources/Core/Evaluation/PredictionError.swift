internal import Glibc

/// Distances of predictions from outcomes; sums run over the rows in their order.
enum PredictionError {
  static func logLoss(_ probabilities: [Double], _ positives: [Bool]) -> Double {
    let edge = Double.ulpOfOne
    var sum = 0.0
    for i in positives.indices {
      let p = min(max(probabilities[i], edge), 1 - edge)
      sum -= positives[i] ? log(p) : log(1 - p)
    }
    return sum / Double(positives.count)
  }

  static func meanSquare(_ values: [Double], _ predictions: [Double]) -> Double {
    var sum = 0.0
    for i in values.indices {
      let gap = values[i] - predictions[i]
      sum += gap * gap
    }
    return sum / Double(values.count)
  }

  static func meanAbsolute(_ values: [Double], _ predictions: [Double]) -> Double {
    var sum = 0.0
    for i in values.indices { sum += (values[i] - predictions[i]).magnitude }
    return sum / Double(values.count)
  }

  /// Nil where all values are equal.
  static func r2(_ values: [Double], _ predictions: [Double]) -> Double? {
    if values.allSatisfy({ $0 == values[0] }) { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    var spread = 0.0
    for value in values { spread += (value - mean) * (value - mean) }
    return 1 - meanSquare(values, predictions) * Double(values.count) / spread
  }
}
