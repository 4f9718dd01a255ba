internal import Glibc

/// Cox regression on one covariate, ties by Efron 1977, delayed entry allowed.
///
/// Made once per outcome, used for many columns.
struct SingleCovariateCox {
  struct Fit {
    /// Log hazard ratio per unit of the covariate.
    var coefficient: Double
    var standardError: Double
  }

  private struct Point {
    var logLikelihood = 0.0
    var score = 0.0
    var information = 0.0
  }

  /// Rows by falling time.
  private let order: [Int]
  /// Rows by falling entry time; empty without delayed entry.
  private let entryOrder: [Int]
  private let time: [Double]
  private let entry: [Double]
  private let isEvent: [Bool]

  /// - Throws: times that are not above 0, or above the entry; no event.
  init(time: [Double], event: [UInt8], entry: [Double]) throws(LearningError) {
    for row in time.indices {
      let start = entry.isEmpty ? 0 : entry[row]
      if !time[row].isFinite || !start.isFinite || time[row] <= start {
        throw LearningError("row \(row + 1): time \(time[row]) is not after its entry \(start)")
      }
    }
    if !event.contains(1) { throw LearningError("no row has an event") }
    self.time = time
    self.entry = entry
    isEvent = event.map { $0 == 1 }
    order = time.indices.sorted { time[$0] == time[$1] ? $0 < $1 : time[$0] > time[$1] }
    entryOrder = entry.indices.sorted { entry[$0] == entry[$1] ? $0 < $1 : entry[$0] > entry[$1] }
  }

  /// Chi-squared of the score test at 0, 1 degree of freedom; nil where no row at risk differs.
  func scoreStatistic(_ x: [Double]) -> Double? {
    let point = evaluate(Self.standardised(x).values, 0)
    return point.information > 1e-12 ? point.score * point.score / point.information : nil
  }

  /// Newton's iteration with halving, as survival::coxph ends it: relative change of the
  /// log-likelihood at most 1e-9, or 20 rounds (a coefficient that tends to infinity).
  func fit(_ x: [Double]) -> Fit? {
    let (values, width) = Self.standardised(x)
    var beta = 0.0
    var point = evaluate(values, beta)
    if !(point.information > 1e-12) { return nil }
    var step = point.score / point.information
    for _ in 0..<20 {
      let next = evaluate(values, beta + step)
      if !next.logLikelihood.isFinite || !next.information.isFinite
        || next.logLikelihood < point.logLikelihood - 1e-12 * abs(point.logLikelihood)
      {
        step /= 2
        continue
      }
      let isDone =
        abs(next.logLikelihood - point.logLikelihood) <= 1e-9 * abs(next.logLikelihood)
      beta += step
      point = next
      if isDone || !(point.information > 0) { break }
      step = point.score / point.information
    }
    // One more step from a converged point costs nothing and gives full precision.
    if point.information > 1e-9 {
      let last = evaluate(values, beta + point.score / point.information)
      let slack = 1e-12 * abs(point.logLikelihood)
      if last.logLikelihood >= point.logLikelihood - slack, last.information > 0 {
        beta += point.score / point.information
        point = last
      }
    }
    return Fit(
      coefficient: beta / width, standardError: 1 / point.information.squareRoot() / width)
  }

  private static func standardised(_ x: [Double]) -> (values: [Double], width: Double) {
    let mean = ColumnSummary.mean(x)
    let width =
      (ColumnSummary.sumOfSquares(x, mean: mean) / Double(x.count)).squareRoot()
    return (x.map { ($0 - mean) / width }, width)
  }

  /// Log partial likelihood with its derivatives; risk sets grow with falling time.
  private func evaluate(_ x: [Double], _ beta: Double) -> Point {
    var point = Point()
    var (s0, s1, s2) = (0.0, 0.0, 0.0)
    var next = 0
    var nextEntry = 0
    while next < order.count {
      let now = time[order[next]]
      var (e0, e1, e2, deaths) = (0.0, 0.0, 0.0, 0.0)
      while nextEntry < entryOrder.count, entry[entryOrder[nextEntry]] >= now {
        let row = entryOrder[nextEntry]
        let weight = exp(beta * x[row])
        s0 -= weight
        s1 -= weight * x[row]
        s2 -= weight * x[row] * x[row]
        nextEntry += 1
      }
      while next < order.count, time[order[next]] == now {
        let row = order[next]
        let weight = exp(beta * x[row])
        s0 += weight
        s1 += weight * x[row]
        s2 += weight * x[row] * x[row]
        if isEvent[row] {
          e0 += weight
          e1 += weight * x[row]
          e2 += weight * x[row] * x[row]
          deaths += 1
          point.logLikelihood += beta * x[row]
          point.score += x[row]
        }
        next += 1
      }
      var death = 0.0
      while death < deaths {
        let share = death / deaths
        let a0 = s0 - share * e0
        let mean = (s1 - share * e1) / a0
        point.logLikelihood -= log(a0)
        point.score -= mean
        point.information += (s2 - share * e2) / a0 - mean * mean
        death += 1
      }
    }
    return point
  }
}
