import Foundation
import Learning
import Numerics
import Testing

/// Oracle: the Karush-Kuhn-Tucker conditions of the penalised likelihood, worked out here from the
/// definition. Tolerance 1e-9 of gradients whose largest is below 1: the conditions are what
/// defines the minimum, glmnet itself does not reach them where rows are separable or columns equal.
@Suite("Elastic nets are minima")
struct ElasticNetConditionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var family: String
    var rows: Int
    var columns: Int
    var alpha: Double
    var weighted = false
    var copies = false
    var updates = ElasticNetSettings.Updates.automatic
    var entry = false
    var testDescription: String { "\(family) \(rows) x \(columns), alpha \(alpha), \(updates)" }
  }

  static let cases: [Case] = [
    Case(family: "separable", rows: 60, columns: 10, alpha: 1),
    Case(family: "separable", rows: 40, columns: 80, alpha: 0.5, weighted: true),
    Case(family: "binomial", rows: 50, columns: 80, alpha: 1, copies: true),
    Case(family: "binomial", rows: 60, columns: 10, alpha: 0.7, updates: .naive),
    Case(family: "gaussian", rows: 40, columns: 60, alpha: 1, copies: true),
    Case(family: "gaussian", rows: 40, columns: 60, alpha: 0.3, weighted: true),
    Case(family: "gaussian", rows: 60, columns: 10, alpha: 1, updates: .naive),
    Case(family: "cox", rows: 60, columns: 80, alpha: 1, copies: true),
    Case(family: "cox", rows: 60, columns: 80, alpha: 0.2, weighted: true),
    Case(family: "cox", rows: 60, columns: 20, alpha: 1, entry: true),
    Case(family: "cox", rows: 60, columns: 10, alpha: 0.7, updates: .naive),
  ]

  @Test("conditions", arguments: cases)
  func conditions(_ test: Case) throws {
    let table = ElasticNetTable(rows: test.rows, columns: test.columns)
    var data = table.dataset(test.family, weighted: test.weighted, entry: test.entry)
    if test.copies {
      // Every column stands twice.
      data = data.columns(Array(0..<test.columns) + Array(0..<test.columns))
    }
    var settings = ElasticNetSettings()
    settings.alpha = test.alpha
    settings.lambdaCount = 40
    settings.updates = test.updates
    if test.updates == .naive {
      settings.threshold = 1e-22
      settings.smallestRatio = 0.01
    }
    let path = try ElasticNetPath.fit(data, settings)
    #expect(path.isConverged)
    let plain = PlainConditions(data)
    for fit in path.fits {
      #expect(plain.violation(fit, alpha: test.alpha) < 1e-9)
    }
  }

  /// Many columns that are nearly copies of one another, as filters make them; more residuals than
  /// `GradientBounds` keeps.
  @Test("correlated columns, more than rows", arguments: ["gaussian", "binomial", "cox"])
  func manyCorrelated(_ family: String) throws {
    let table = ElasticNetTable(rows: 60, columns: 30)
    let base = table.dataset(family)
    var stream = RandomStream(seed: 3, domain: .synthesis, index: 0)
    var columns: [[Double]] = []
    for j in 0..<900 {
      let own = base.features.column(j % 30)
      let share = 0.02 * Double(j / 30)
      columns.append(
        zip(own, base.features.column((j + 1) % 30)).map { (a: Double, b: Double) -> Double in
          let mixed = a + share * b
          return mixed + 0.01 * stream.normal()
        })
    }
    var data = Dataset(
      features: FeatureMatrix(rowCount: 60, columns: columns),
      names: columns.indices.map { "c\($0)" }, outcome: base.outcome)
    var settings = ElasticNetSettings()
    // Beyond that the hazards of a Cox regression are too far apart for the plain sums.
    if family == "cox" { settings.smallestRatio = 0.1 }
    let path = try ElasticNetPath.fit(data, settings)
    #expect(path.isConverged && path.fits.count > 30)
    let plain = PlainConditions(data)
    for fit in path.fits { #expect(plain.violation(fit, alpha: 1) < 1e-9) }
    // One lambda by itself is the same minimum.
    let last = path.fits[path.fits.count - 1]
    settings.lambdas = [last.lambda]
    let alone = try ElasticNetPath.fit(data, settings)
    #expect(alone.isConverged && plain.violation(alone.fits[0], alpha: 1) < 1e-9)
    #expect((alone.fits[0].devianceRatio - last.devianceRatio).magnitude < 1e-9)
    // The order of the columns is no part of the minimum.
    data = data.columns(Array((0..<900).reversed()))
    settings.lambdas = path.lambdas
    let turned = try ElasticNetPath.fit(data, settings)
    #expect(turned.fits.count == path.fits.count)
    for (a, b) in zip(path.fits, turned.fits) {
      #expect(a.columns == b.columns.reversed().map { 899 - $0 })
    }
  }

  /// Naive and covariance updates are two ways to one minimum; 1e-8 because the naive descent stops
  /// when a change squared is below 1e-22.
  @Test("updates agree", arguments: ["gaussian", "binomial", "cox"])
  func updatesAgree(_ family: String) throws {
    let data = ElasticNetTable(rows: 60, columns: 10).dataset(family, weighted: true)
    var settings = ElasticNetSettings()
    settings.alpha = 0.8
    settings.lambdas = (0..<10).map { pow(0.7, Double($0)) * 0.2 }
    settings.updates = .covariance
    let covariance = try ElasticNetPath.fit(data, settings)
    settings.updates = .naive
    settings.threshold = 1e-22
    let naive = try ElasticNetPath.fit(data, settings)
    for k in 0..<10 {
      let a = zip(covariance.coefficients(at: k), covariance.deviations).map { $0 * $1 }
      let b = zip(naive.coefficients(at: k), naive.deviations).map { $0 * $1 }
      #expect(largestDifference(a, b) < 1e-8)
    }
  }
}

/// Gradients row by row from the definition, without any shortcut.
struct PlainConditions {
  private let columns: [[Double]]
  private let deviations: [Double]
  private let weights: [Double]
  private let outcome: Outcome
  private let scale: Double
  private let data: Dataset

  init(_ data: Dataset) {
    self.data = data
    let raw = data.weights.isEmpty ? [Double](repeating: 1, count: data.rowCount) : data.weights
    let total = raw.reduce(0, +)
    let weights = raw.map { $0 / total }
    self.weights = weights
    outcome = data.outcome
    func spread(_ x: [Double]) -> (mean: Double, deviation: Double) {
      let mean = zip(x, weights).reduce(0) { $0 + $1.0 * $1.1 }
      let square = zip(x, weights).reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) }
      return (mean, square.squareRoot())
    }
    var columns: [[Double]] = []
    var deviations: [Double] = []
    for j in 0..<data.columnCount {
      let x = Array(data.features.column(j))
      let isConstant = x.allSatisfy { $0 == x[0] }
      let (mean, deviation) = spread(x)
      deviations.append(isConstant ? 0 : deviation)
      columns.append(isConstant ? x.map { _ in 0 } : x.map { ($0 - mean) / deviation })
    }
    self.columns = columns
    self.deviations = deviations
    if case .continuous(let y) = data.outcome { scale = spread(y).deviation } else { scale = 1 }
  }

  func violation(_ fit: ElasticNetPath.Fit, alpha: Double) -> Double {
    let residual = self.residual(fit.linearPredictor(data.features))
    var worst = 0.0
    if case .survival = outcome {} else { worst = residual.reduce(0, +).magnitude }
    var coefficients = [Double](repeating: 0, count: columns.count)
    for (j, b) in zip(fit.columns, fit.coefficients) {
      coefficients[j] = b * deviations[j] / scale
    }
    let lambda = fit.lambda / scale
    for (x, b) in zip(columns, coefficients) {
      let pull = zip(x, residual).reduce(0) { $0 + $1.0 * $1.1 } - lambda * (1 - alpha) * b
      let sign: Double = b > 0 ? 1 : -1
      let miss =
        b == 0
        ? max(0, pull.magnitude - lambda * alpha) : (pull - sign * lambda * alpha).magnitude
      worst = miss.isNaN ? .infinity : max(worst, miss)
    }
    return worst
  }

  private func residual(_ eta: [Double]) -> [Double] {
    switch outcome {
    case .continuous(let y): return y.indices.map { weights[$0] * (y[$0] - eta[$0]) / scale }
    case .binary(let y):
      return y.indices.map { weights[$0] * (Double(y[$0]) - 1 / (1 + exp(-eta[$0]))) }
    case .survival(let time, let event, let entry):
      var residual = weights.indices.map { event[$0] == 1 ? weights[$0] : 0 }
      for i in time.indices where event[i] == 1 {
        let risk = time.indices.filter {
          time[$0] >= time[i] && (entry.isEmpty || entry[$0] < time[i])
        }
        let sum = risk.reduce(0) { $0 + weights[$1] * exp(eta[$1]) }
        for k in risk { residual[k] -= weights[i] * weights[k] * exp(eta[k]) / sum }
      }
      return residual
    }
  }
}
