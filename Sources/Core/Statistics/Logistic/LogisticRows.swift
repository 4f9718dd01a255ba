/// The design of a logistic regression: a column of ones, then the covariates, brought to -1...1.
struct LogisticRows: Sendable {
  let count: Int
  /// Covariates and the intercept.
  let width: Int
  /// Row-major, `count` x `width`.
  let x: [Double]
  let positives: [Bool]
  /// Added to every linear predictor.
  let offset: [Double]
  /// Of the columns; the first belongs to the intercept: 0 and 1.
  let centres: [Double]
  let scales: [Double]

  /// - Parameter isCentred: without it, the intercept is that of covariates of 0.
  init(columns: [[Double]], positives: [Bool], offset: [Double], isCentred: Bool) {
    count = positives.count
    width = columns.count + 1
    self.positives = positives
    self.offset = offset
    var centres = [0.0]
    var scales = [1.0]
    for column in columns {
      let low = column.min() ?? 0
      let high = column.max() ?? 0
      centres.append(isCentred ? low / 2 + high / 2 : 0)
      scales.append(high / 2 - low / 2)
    }
    var x = [Double](repeating: 1, count: count * width)
    for (k, column) in columns.enumerated() {
      for row in 0..<count {
        x[row * width + k + 1] = (column[row] - centres[k + 1]) / scales[k + 1]
      }
    }
    (self.x, self.centres, self.scales) = (x, centres, scales)
  }

  /// x β per row.
  func product(_ beta: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    for row in 0..<count {
      var sum = 0.0
      for k in 0..<width { sum += x[row * width + k] * beta[k] }
      result[row] = sum
    }
    return result
  }

  /// Whether going on in a direction never brings a row nearer to the other class.
  func isSeparated(along direction: [Double]) -> Bool {
    let moves = product(direction)
    let size = moves.reduce(0) { max($0, $1.magnitude) }
    return size > 0
      && zip(moves, positives).allSatisfy { ($1 ? $0 : -$0) >= -1e-3 * size }
  }
}
