internal import Glibc

/// Measures of a table that are not proportions, with intervals.
package enum TableMeasure: String, Hashable, Sendable, CaseIterable {
  case positiveLikelihoodRatio
  case negativeLikelihoodRatio
  case balancedAccuracy
  case f1
  case matthews
  case kappa
}

extension ConfusionTable {
  package func value(of measure: TableMeasure) -> Double? {
    switch measure {
    case .positiveLikelihoodRatio: positiveLikelihoodRatio
    case .negativeLikelihoodRatio: negativeLikelihoodRatio
    case .balancedAccuracy: balancedAccuracy
    case .f1: f1
    case .matthews: matthews
    case .kappa: kappa
    }
  }

  /// The interval of a measure; nil without rows of both classes, and where the measure has no value.
  ///
  /// F1: exact. F1 = 2 J / (1 + J) of the proportion J = TP / (TP + FP + FN), which has the limits of
  /// Clopper & Pearson (for J see Hand, Christen & Kirielle 2021).
  ///
  /// The others invert the score test in the model of two independent binomial counts, the true and
  /// the false positives, with the part of positive rows as it is: all values whose Σ (x - n p̃)² /
  /// (n p̃ (1 - p̃)) is within the quantile of χ² with one degree of freedom, where p̃ maximises the
  /// likelihood under the value. For likelihood ratios this is the interval of Koopman 1984, for the
  /// balanced accuracy (1 + p₁ - p₂) / 2 that of Mee 1984. Matthews' and Cohen's coefficients depend
  /// on the part of positive rows; the intervals do not hold its uncertainty.
  package func interval(of measure: TableMeasure, level: Double = 0.95) throws(StatisticsError)
    -> Interval?
  {
    try InputChecks.level(level)
    if measure == .f1 {
      let part = Proportion(truePositives, of: truePositives + falsePositives + falseNegatives)
      return try part.interval(.exact, level: level).map {
        Interval(2 * $0.lower / (1 + $0.lower), 2 * $0.upper / (1 + $0.upper))
      }
    }
    let (m, n) = (truePositives + falseNegatives, trueNegatives + falsePositives)
    guard m > 0 && n > 0, let estimate = value(of: measure) else { return nil }
    let score = MeasureScore(
      measure: measure, hits: Double(truePositives), positives: Double(m),
      alarms: Double(falsePositives), negatives: Double(n))
    return score.interval(around: estimate, factor: Normal.factor(level: level))
  }
}

/// The score statistic of a value of a measure.
private struct MeasureScore {
  let measure: TableMeasure
  let hits: Double
  let positives: Double
  let alarms: Double
  let negatives: Double

  /// The part of positive rows.
  private var share: Double { positives / (positives + negatives) }

  /// Likelihood ratios are searched on the scale of logarithms.
  private var isRatio: Bool {
    measure == .positiveLikelihoodRatio || measure == .negativeLikelihoodRatio
  }

  /// The least and the largest value that sensitivity and specificity allow.
  private var range: (Double, Double) {
    switch measure {
    case .positiveLikelihoodRatio, .negativeLikelihoodRatio: return (-40, 40)
    case .balancedAccuracy, .f1: return (0, 1)
    case .matthews: return (-1, 1)
    case .kappa:
      let (p, q) = (share, 1 - share)
      return (-2 * p * q / (p * p + q * q), 1)
    }
  }

  func interval(around estimate: Double, factor: Double) -> Interval {
    let (low, high) = range
    let start = min(high, max(low, isRatio ? log(estimate) : estimate))
    let limit = factor * factor
    func search(from inside: Double, to end: Double) -> Double {
      if statistic(end) <= limit { return isRatio ? (end < 0 ? 0 : .infinity) : end }
      var (near, far) = (inside, end)
      while true {
        let middle = near + (far - near) / 2
        if middle == near || middle == far { return isRatio ? exp(middle) : middle }
        if statistic(middle) <= limit { near = middle } else { far = middle }
      }
    }
    return Interval(search(from: start, to: low), search(from: start, to: high))
  }

  private func statistic(_ value: Double) -> Double {
    let curve = MeasureCurve(measure, isRatio ? exp(value) : value, share: share)
    let at = curve.point(maximum(curve))
    return Self.part(hits, positives, at.sensitivity) + Self.part(alarms, negatives, at.alarmRate)
  }

  private static func part(_ count: Double, _ trials: Double, _ p: Double) -> Double {
    let gap = count - trials * p
    return gap == 0 ? 0 : gap * gap / (trials * p * (1 - p))
  }

  /// Where on the curve the likelihood is largest. Every part between neighbouring places of a grid
  /// in which its derivative falls through 0 is a candidate: the curve of Matthews' coefficient is
  /// bent, the others are straight and have one maximum.
  private func maximum(_ curve: MeasureCurve) -> Double {
    let steps = measure == .matthews ? 64 : 1
    var best = (place: curve.start, value: -Double.infinity)
    for k in 0..<steps {
      let width = (curve.end - curve.start) / Double(steps)
      var low = curve.start + Double(k) * width
      var high = k + 1 == steps ? curve.end : low + width
      if k > 0 && slope(curve, low) < 0 { continue }
      if k + 1 < steps && slope(curve, high) > 0 { continue }
      while true {
        let middle = low + (high - low) / 2
        if middle == low || middle == high { break }
        if slope(curve, middle) > 0 { low = middle } else { high = middle }
      }
      let value = steps == 1 ? 0 : logLikelihood(curve.point(low))
      if value > best.value { best = (low, value) }
    }
    return best.place
  }

  private func logLikelihood(_ point: MeasureCurve.Point) -> Double {
    func part(_ count: Double, _ p: Double) -> Double { count == 0 ? 0 : count * log(p) }
    return part(hits, point.sensitivity) + part(positives - hits, 1 - point.sensitivity)
      + part(alarms, point.alarmRate) + part(negatives - alarms, 1 - point.alarmRate)
  }

  private func slope(_ curve: MeasureCurve, _ place: Double) -> Double {
    let (at, way) = (curve.point(place), curve.derivative(place))
    func part(_ count: Double, _ trials: Double, _ p: Double, _ step: Double) -> Double {
      var sum = 0.0
      if count > 0 { sum += count / p * step }
      if count < trials { sum -= (trials - count) / (1 - p) * step }
      return step == 0 ? 0 : sum
    }
    return part(hits, positives, at.sensitivity, way.sensitivity)
      + part(alarms, negatives, at.alarmRate, way.alarmRate)
  }
}

/// All pairs of a sensitivity and a rate of false alarms at which a measure has one value.
private struct MeasureCurve {
  struct Point {
    let sensitivity: Double
    let alarmRate: Double
  }

  /// The curve is the segment from one pair to the other or, of Matthews' coefficient, (sin² t +
  /// a sin t cos t, sin² t - b sin t cos t).
  private let first: Point
  private let second: Point
  private let bend: (a: Double, b: Double)?
  let start: Double
  let end: Double

  init(_ measure: TableMeasure, _ value: Double, share: Double) {
    if measure == .matthews {
      let root = ((1 - share) / share).squareRoot()
      let (a, b) = (value * root, value / root)
      bend = (a, b)
      (first, second) = (Point(sensitivity: 0, alarmRate: 0), Point(sensitivity: 1, alarmRate: 1))
      // A rate of 0 or 1 ends it.
      start = atan(max(b, -a, 0))
      end = Double.pi / 2 - atan(max(a, -b, 0))
      return
    }
    // At the ends of the straight ones a rate is 0 or 1.
    let ends = Self.line(measure, value, share)
    (first, second, bend) = (ends.0, ends.1, nil)
    (start, end) = (0, 1)
  }

  /// The segment of u · sensitivity + v · alarm rate = w inside the square.
  private static func line(_ measure: TableMeasure, _ value: Double, _ share: Double) -> (
    Point, Point
  ) {
    let (u, v, w): (Double, Double, Double)
    switch measure {
    case .positiveLikelihoodRatio: (u, v, w) = (1, -value, 0)
    case .negativeLikelihoodRatio: (u, v, w) = (1, -value, 1 - value)
    case .kappa:
      // 2 p q (s - f) = κ (p + r - 2 p r) with the part r = p s + q f of rows called positive.
      let (p, q) = (share, 1 - share)
      let turn = value * (1 - 2 * p)
      (u, v, w) = (2 * p * q - turn * p, -2 * p * q - turn * q, value * p)
    default: (u, v, w) = (1, -1, 2 * value - 1)
    }
    // u > 0 > v: the sensitivity rises with the rate of alarms.
    func sensitivity(_ f: Double) -> Double { (w - v * f) / u }
    func alarms(_ s: Double) -> Double { (w - u * s) / v }
    func inside(_ x: Double) -> Double { min(1, max(0, x)) }
    let low =
      sensitivity(0) >= 0
      ? Point(sensitivity: inside(sensitivity(0)), alarmRate: 0)
      : Point(sensitivity: 0, alarmRate: inside(alarms(0)))
    let high =
      sensitivity(1) <= 1
      ? Point(sensitivity: inside(sensitivity(1)), alarmRate: 1)
      : Point(sensitivity: 1, alarmRate: inside(alarms(1)))
    return (low, high)
  }

  func point(_ t: Double) -> Point {
    guard let bend else {
      return Point(
        sensitivity: first.sensitivity + t * (second.sensitivity - first.sensitivity),
        alarmRate: first.alarmRate + t * (second.alarmRate - first.alarmRate))
    }
    let (s, c) = (sin(t), cos(t))
    return Point(
      sensitivity: min(1, max(0, s * s + bend.a * s * c)),
      alarmRate: min(1, max(0, s * s - bend.b * s * c)))
  }

  func derivative(_ t: Double) -> Point {
    guard let bend else {
      return Point(
        sensitivity: second.sensitivity - first.sensitivity,
        alarmRate: second.alarmRate - first.alarmRate)
    }
    let (s, c) = (sin(2 * t), cos(2 * t))
    return Point(sensitivity: s + bend.a * c, alarmRate: s - bend.b * c)
  }
}
