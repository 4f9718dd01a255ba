internal import Glibc

/// Who is at risk when: the distinct times of events, ascending, and each row's range of them.
///
/// A row is at risk at event time t when entry < t <= time; of equal times, events come first.
struct CoxRiskSets: Sendable {
  let eventTimes: [Double]
  /// Sum of the weights of the events at each event time.
  let eventWeights: [Double]
  /// Index of the first event time after the entry of each row.
  let first: [Int]
  /// One more than the index of the last event time that is not after the row's time.
  let end: [Int]
  /// Rows by `end`, the largest first; ties by row. Empty where rows enter late.
  private let descending: [Int]

  init(time: [Double], event: [UInt8], entry: [Double], weights: [Double]) {
    let n = time.count
    var times: [Double] = []
    for t in (0..<n).filter({ event[$0] == 1 }).map({ time[$0] }).sorted() where times.last != t {
      times.append(t)
    }
    var eventWeights = [Double](repeating: 0, count: times.count)
    var end = [Int](repeating: 0, count: n)
    var first = end
    for i in 0..<n {
      end[i] = Self.count(of: times, notAfter: time[i])
      if !entry.isEmpty { first[i] = Self.count(of: times, notAfter: entry[i]) }
      if event[i] == 1 { eventWeights[end[i] - 1] += weights[i] }
    }
    eventTimes = times
    self.eventWeights = eventWeights
    self.first = first
    self.end = end
    let order = (0..<n).sorted { end[$0] != end[$1] ? end[$0] > end[$1] : $0 < $1 }
    descending = first.allSatisfy { $0 == 0 } ? order : []
  }

  var count: Int { eventTimes.count }

  private static func count(of times: [Double], notAfter limit: Double) -> Int {
    var low = 0
    var high = times.count
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= limit { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Sums of a number per row over the rows at risk at each event time.
  ///
  /// From the last event time back, rows in their order; where rows enter late, each risk set is
  /// added up by itself, so that nothing is ever taken off a sum.
  func sums(
    _ rows: UnsafePointer<Double>, times factor: UnsafePointer<Double>?,
    into out: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<count { out[k] = 0 }
    guard count > 0 else { return }
    if descending.isEmpty {
      for i in 0..<first.count {
        let value = factor.map { rows[i] * $0[i] } ?? rows[i]
        var k = first[i]
        while k < end[i] {
          out[k] += value
          k &+= 1
        }
      }
      return
    }
    var total = 0.0
    var k = count - 1
    for i in descending where end[i] > 0 {
      while k >= end[i] {
        out[k] = total
        k -= 1
      }
      total += factor.map { rows[i] * $0[i] } ?? rows[i]
    }
    while k >= 0 {
      out[k] = total
      k -= 1
    }
  }
}

/// Minus the Cox partial log-likelihood with Breslow's ties, weights of sum 1 (Simon, Friedman,
/// Hastie & Tibshirani 2011, "Regularization paths for Cox's proportional hazards model via
/// coordinate descent", J Stat Softw 39(5)).
///
/// The curvature is the diagonal exp(eta_i) sum_k d_k / S_k over the row's event times; what its
/// risk sets have in common is the correction, so the whole second derivative is at hand.
struct CoxLoss: ElasticNetLoss {
  let hasIntercept = false
  let isQuadratic = false
  let saturated: Double
  private(set) var convergenceScale = 0.0
  let nullIntercept = 0.0
  private let weights: [Double]
  private let event: [UInt8]
  private let risk: CoxRiskSets
  private(set) var residual: [Double]
  private(set) var curvature: [Double]
  /// w exp(eta - max eta).
  private var hazard: [Double]
  private var riskSums: [Double]
  private var shares: [Double]

  /// - Parameter weights: sum 1.
  init(time: [Double], event: [UInt8], entry: [Double], weights: [Double]) {
    self.weights = weights
    self.event = event
    risk = CoxRiskSets(time: time, event: event, entry: entry, weights: weights)
    saturated = risk.eventWeights.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
    residual = weights
    curvature = weights
    hazard = weights
    riskSums = risk.eventWeights
    shares = riskSums
    convergenceScale = move(to: [Double](repeating: 0, count: weights.count)) - saturated
  }

  mutating func move(to predictor: [Double]) -> Double {
    let n = weights.count
    let top = predictor.max() ?? 0
    for i in 0..<n { hazard[i] = weights[i] * exp(predictor[i] - top) }
    riskSums.withUnsafeMutableBufferPointer { out in
      guard let out = out.baseAddress else { return }
      risk.sums(hazard, times: nil, into: out)
    }
    var loss = 0.0
    // Running sum of d_k / S_k, so that a row's part is a difference of two of them only where it
    // entered late.
    var cumulated = [Double](repeating: 0, count: risk.count + 1)
    for k in 0..<risk.count {
      let d = risk.eventWeights[k]
      loss += d * (log(riskSums[k]) + top)
      cumulated[k + 1] = cumulated[k] + d / riskSums[k]
      shares[k] = d.squareRoot() / riskSums[k]
    }
    for i in 0..<n {
      let part =
        risk.end[i] > risk.first[i] ? cumulated[risk.end[i]] - cumulated[risk.first[i]] : 0
      curvature[i] = hazard[i] * part
      let own = event[i] == 1 ? weights[i] : 0
      residual[i] = own - curvature[i]
      loss -= own * predictor[i]
    }
    return loss
  }

  var correctionRank: Int { risk.count }

  func project(_ column: UnsafePointer<Double>, into out: UnsafeMutablePointer<Double>) {
    risk.sums(hazard, times: column, into: out)
    for k in 0..<risk.count { out[k] *= shares[k] }
  }
}
