internal import Numerics

/// How a new model moves predicted probabilities of the same rows against an old one: net
/// reclassification improvement (NRI) and integrated discrimination improvement (IDI). Pencina et
/// al. 2008, Statistics in Medicine 27, and 2011, Statistics in Medicine 30.
package struct Reclassification: Sendable {
  /// Which NRI.
  package enum Categories: Hashable, Sendable {
    /// Ascending cut-offs in (0, 1); a row with a cut-off's probability belongs above it.
    case cutOffs([Double])
    /// Every change counts, however small (2011): the continuous NRI.
    case continuous
  }

  package struct Estimate: Hashable, Sendable {
    package let value: Double
    /// Asymptotic, of the estimate (2011, as in `Hmisc::improveProb`); nil without variance.
    package let standardError: Double?
    /// Wald's.
    package let interval: Interval?
    /// Of a value of 0: for NRI with the variance of 2008 if nothing changes, for IDI with
    /// `standardError`. Nil unless asked for; then read `warning`.
    package let test: NormalTest?
  }

  /// Of the rows of one class.
  package struct Moves: Hashable, Sendable {
    package let up: Int
    package let down: Int
    package let rowCount: Int
    var upShare: Double { Double(up) / Double(rowCount) }
    var downShare: Double { Double(down) / Double(rowCount) }
    /// Pencina 2011: of the difference of two shares of the same rows.
    var variance: Double {
      let net = upShare - downShare
      return (upShare + downShare - net * net) / Double(rowCount)
    }
    /// Pencina 2008: where the difference is 0.
    var nullVariance: Double { (upShare + downShare) / Double(rowCount) }
  }

  package let categories: Categories
  package let events: Moves
  package let nonevents: Moves
  /// Up minus down among the positive rows.
  package let eventNRI: Estimate
  /// Down minus up among the negative rows.
  package let noneventNRI: Estimate
  /// Their sum, -2...2.
  package let nri: Estimate
  /// Mean rise of the probability among the positive rows.
  package let eventIDI: Estimate
  /// Mean fall among the negative rows.
  package let noneventIDI: Estimate
  package let idi: Estimate

  /// What stands beside p-values of NRI and IDI wherever they are shown.
  package static let warning =
    "p-values of NRI and IDI reject far too often when the models were fitted on the same rows "
    + "(false-positive rate up to 63 %, Pepe et al. 2014): test the added predictor by a "
    + "likelihood ratio, and report NRI with a bootstrap interval."

  private let old: [Double]
  private let new: [Double]
  private let positives: [Bool]

  /// - Parameters:
  ///   - old: probabilities of the positive class by the old model, in 0...1, one per row.
  ///   - new: by the new one.
  ///   - positives: which rows belong to the positive class; both classes must occur.
  ///   - withTests: whether p-values are made at all, see `warning`.
  package init(
    old: [Double], new: [Double], positives: [Bool], categories: Categories,
    withTests: Bool = false, level: Double = 0.95
  ) throws(StatisticsError) {
    try InputChecks.level(level)
    try ProbabilityChecks.probabilities(old, positives, name: "old probabilities")
    try ProbabilityChecks.probabilities(new, positives, name: "new probabilities")
    try Self.check(positives, categories)
    let rows = positives.indices
    let up = Self.moves(old, new, positives, categories, rows, isEvent: true)
    let down = Self.moves(old, new, positives, categories, rows, isEvent: false)
    func estimate(_ value: Double, _ variance: Double?, null: Double? = nil) -> Estimate {
      let error = variance.map { $0.squareRoot() }
      let factor = Normal.factor(level: level)
      let tested = (null.map { $0.squareRoot() } ?? error).flatMap { $0 > 0 ? $0 : nil }
      return Estimate(
        value: value, standardError: error,
        interval: error.map { Interval(value - factor * $0, value + factor * $0) },
        test: withTests ? tested.map { NormalTest(value / $0) } : nil)
    }
    eventNRI = estimate(up.upShare - up.downShare, up.variance, null: up.nullVariance)
    noneventNRI = estimate(down.downShare - down.upShare, down.variance, null: down.nullVariance)
    nri = estimate(
      up.upShare - up.downShare + (down.downShare - down.upShare), up.variance + down.variance,
      null: up.nullVariance + down.nullVariance)
    let rise = Self.rises(old, new, positives, rows, isEvent: true)
    let fall = Self.rises(old, new, positives, rows, isEvent: false)
    eventIDI = estimate(rise.mean, rise.variance)
    noneventIDI = estimate(-fall.mean, fall.variance)
    var both: Double?
    if let a = rise.variance, let b = fall.variance { both = a + b }
    idi = estimate(rise.mean - fall.mean, both)
    (self.categories, events, nonevents) = (categories, up, down)
    (self.old, self.new, self.positives) = (old, new, positives)
  }

  private static func check(
    _ positives: [Bool], _ categories: Categories
  ) throws(StatisticsError) {
    let count = positives.count { $0 }
    if count == 0 || count == positives.count {
      throw StatisticsError(
        "a reclassification needs both classes; \(count) of \(positives.count) rows are positive")
    }
    guard case .cutOffs(let cuts) = categories else { return }
    if cuts.isEmpty { throw StatisticsError("a categorical NRI needs a cut-off") }
    if let bad = cuts.first(where: { !($0 > 0 && $0 < 1) }) {
      throw StatisticsError("cut-offs must be between 0 and 1; there is \(bad)")
    }
    if zip(cuts, cuts.dropFirst()).contains(where: { $0 >= $1 }) {
      throw StatisticsError("cut-offs must ascend; they are \(cuts)")
    }
  }

  private static func moves(
    _ old: [Double], _ new: [Double], _ positives: [Bool], _ categories: Categories,
    _ rows: some Sequence<Int>, isEvent: Bool
  ) -> Moves {
    var (up, down, count) = (0, 0, 0)
    for row in rows where positives[row] == isEvent {
      count += 1
      let change: Double
      switch categories {
      case .continuous: change = new[row] - old[row]
      case .cutOffs(let cuts):
        change = Double(cuts.count { $0 <= new[row] } - cuts.count { $0 <= old[row] })
      }
      if change > 0 { up += 1 }
      if change < 0 { down += 1 }
    }
    return Moves(up: up, down: down, rowCount: count)
  }

  /// Of new minus old; the variance is that of the mean, nil with fewer than two rows.
  private static func rises(
    _ old: [Double], _ new: [Double], _ positives: [Bool], _ rows: some Sequence<Int>,
    isEvent: Bool
  ) -> (mean: Double, variance: Double?) {
    let changes = rows.filter { positives[$0] == isEvent }.map { new[$0] - old[$0] }
    let moments = SampleMoments(changes, around: SampleMoments.mean(changes))
    return (moments.mean, changes.count < 2 ? nil : moments.variance / moments.count)
  }

  package struct Resampled: Sendable {
    package let eventNRI: ResampledInterval
    package let noneventNRI: ResampledInterval
    package let nri: ResampledInterval
    package let eventIDI: ResampledInterval
    package let noneventIDI: ResampledInterval
    package let idi: ResampledInterval
  }

  /// Percentile intervals; the models are not refitted.
  ///
  /// - Parameter resamples: rows, with repeats; draw patients, not rows, where patients have several.
  ///   A resample without one of the classes defines nothing of that class.
  package func resampled(_ resamples: [[Int]], level: Double = 0.95) throws(StatisticsError)
    -> Resampled
  {
    try InputChecks.level(level)
    try ResampledInterval.check(resamples, rowCount: positives.count)
    var values = [[Double]](repeating: [], count: 4)
    for rows in resamples {
      let up = Self.moves(old, new, positives, categories, rows, isEvent: true)
      let down = Self.moves(old, new, positives, categories, rows, isEvent: false)
      values[0].append(up.upShare - up.downShare)
      values[1].append(down.downShare - down.upShare)
      values[2].append(Self.rises(old, new, positives, rows, isEvent: true).mean)
      values[3].append(-Self.rises(old, new, positives, rows, isEvent: false).mean)
    }
    func interval(_ list: [Double]) -> ResampledInterval { ResampledInterval(list, level: level) }
    return Resampled(
      eventNRI: interval(values[0]), noneventNRI: interval(values[1]),
      nri: interval(zip(values[0], values[1]).map { $0 + $1 }), eventIDI: interval(values[2]),
      noneventIDI: interval(values[3]), idi: interval(zip(values[2], values[3]).map { $0 + $1 }))
  }
}
