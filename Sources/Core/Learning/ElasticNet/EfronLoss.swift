internal import Glibc

/// Minus the Cox partial log-likelihood with Efron's ties (Efron 1977, "The efficiency of Cox's
/// likelihood function for censored data"), weights as R's survival uses them: of d tied events the
/// l-th meets the risk set less l/d of the tied ones, weighted by the mean of their weights.
struct EfronLoss: ElasticNetLoss {
  let hasIntercept = false
  let isQuadratic = false
  let saturated = 0.0
  let convergenceScale = 1.0
  let nullIntercept = 0.0
  private let weights: [Double]
  private let event: [UInt8]
  private let risk: CoxRiskSets
  /// Rows with an event at each event time.
  private let tied: [[Int]]
  private(set) var residual: [Double]
  private(set) var curvature: [Double]
  private var hazard: [Double]
  /// One per event: sqrt(mean weight) / risk sum.
  private var shares: [Double] = []

  /// - Parameter weights: sum 1.
  init(time: [Double], event: [UInt8], entry: [Double], weights: [Double]) {
    self.weights = weights
    self.event = event
    risk = CoxRiskSets(time: time, event: event, entry: entry, weights: weights)
    var tied = [[Int]](repeating: [], count: risk.count)
    for i in time.indices where event[i] == 1 { tied[risk.end[i] - 1].append(i) }
    self.tied = tied
    residual = weights
    curvature = weights
    hazard = weights
  }

  var correctionRank: Int { shares.count }

  mutating func move(to predictor: [Double]) -> Double {
    let top = predictor.max() ?? 0
    for i in weights.indices { hazard[i] = weights[i] * exp(predictor[i] - top) }
    var sums = [Double](repeating: 0, count: risk.count)
    risk.sums(hazard, times: nil, into: &sums)
    var loss = 0.0
    var cumulated = [Double](repeating: 0, count: risk.count + 1)
    // What the tied events are spared of their own time's part.
    var spared = [Double](repeating: 0, count: risk.count)
    shares = []
    for k in 0..<risk.count {
      let d = Double(tied[k].count)
      let own = tied[k].reduce(0) { $0 + hazard[$1] }
      let weight = risk.eventWeights[k] / d
      var part = 0.0
      for l in 0..<tied[k].count {
        let sum = sums[k] - Double(l) / d * own
        loss += weight * (log(sum) + top)
        part += weight / sum
        spared[k] += weight / sum * Double(l) / d
        shares.append(weight.squareRoot() / sum)
      }
      cumulated[k + 1] = cumulated[k] + part
    }
    for i in weights.indices {
      let (first, end) = (risk.first[i], risk.end[i])
      var part = end > first ? cumulated[end] - cumulated[first] : 0
      if event[i] == 1 { part -= spared[end - 1] }
      curvature[i] = hazard[i] * part
      let own = event[i] == 1 ? weights[i] : 0
      residual[i] = own - curvature[i]
      loss -= own * predictor[i]
    }
    return loss
  }

  func project(_ column: UnsafePointer<Double>, into out: UnsafeMutablePointer<Double>) {
    var sums = [Double](repeating: 0, count: risk.count)
    risk.sums(hazard, times: column, into: &sums)
    var place = 0
    for k in 0..<risk.count {
      let own = tied[k].reduce(0) { $0 + hazard[$1] * column[$1] }
      for l in 0..<tied[k].count {
        out[place] = shares[place] * (sums[k] - Double(l) / Double(tied[k].count) * own)
        place += 1
      }
    }
  }
}
