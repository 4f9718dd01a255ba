import Components
import Foundation
import Learning
import Numerics
import Testing

/// Oracles: R's glmnet (thresh 1e-20), glm (epsilon 1e-15), lm and coxph (eps 1e-14) and a Newton
/// method for the ridge, Golden/real-regressions.csv (scripts/oracles/real_regressions.R); and the
/// Karush-Kuhn-Tucker conditions worked out here. Tables: `RegressionTable`. Tolerances are about
/// ten times the worst deviation that was measured, which each test names.
@Suite("Regressions on real and hostile tables")
struct RealRegressionTests {
  private static func all(_ kind: String, _ lists: [String]...) -> [String] {
    lists.reduce([kind]) { names, list in names.flatMap { name in list.map { "\(name) \($0)" } } }
  }

  private static let families = ["binomial", "gaussian", "cox"]
  static let publicCases =
    all("net", families, ["whole"], ["1", "0.5", "0.1"])
    + all("net", families, ["repeated", "constant", "scaled"], ["1", "0.1"])
    + all("net", ["binomial separable", "binomial nearly"], ["1", "0.1"])
    + all("net", ["cox two", "cox tied", "cox rounded"], ["1", "0.1"])
    + all("folds", ["binomial whole 1", "gaussian whole 0.5", "cox whole 1"])
    + all("plain", ["logistic whole", "logistic nearly", "linear whole", "linear saturated"])
    + all("plain", ["efron", "breslow"], ["whole", "tied", "rounded", "twoOne"])
    + all("units", ["logistic", "linear", "efron", "breslow"])
    + all("collinear", ["logistic", "linear", "efron", "breslow"], ["repeated", "scaled"])
    + all("separated", ["logistic"], ["separable", "quasi"])
    + all("unbounded", ["efron", "breslow"], ["two"])
    + all("ridge", ["whole"], ["1", "0", "-2", "-4", "-6", "-9", "-12"])
  static let gliomaCases =
    all("net", families, ["glioma"], ["1", "0.5", "0.1", "0"])
    + all("net", families, ["wide"], ["1", "0.1", "0"])
    + all("folds", ["binomial glioma 1"])
    + all("plain", ["logistic", "linear", "efron", "breslow"], ["chosen"])
    + all("collinear", ["logistic", "linear", "efron", "breslow"], ["wide", "glioma"])
    + all("ridge", ["sixty"], ["0", "-2", "-4", "-6", "-8"])
    + all("ridge", ["glioma"], ["1", "0", "-2", "-4", "-6"])

  @Test("public tables", arguments: publicCases)
  func publicTables(_ name: String) throws { try check(name) }

  @Test(
    "glioma table", .enabled(if: RealTable.hasGlioma, "needs ../shared/data"),
    arguments: gliomaCases)
  func gliomaTable(_ name: String) throws { try check(name) }

  private func check(_ name: String) throws {
    let words = name.split(separator: " ").map { String($0) }
    switch words[0] {
    case "net": try elasticNet(words)
    case "folds": try crossValidation(words)
    case "plain": try withoutPenalty(words)
    case "units": try units(words[1])
    case "ridge": try ridge(words)
    default: try refusal(words)
    }
  }

  private func holds(_ what: String, _ deviation: Double, _ limit: Double) {
    #expect(deviation <= limit, "\(what): \(deviation) is above \(limit)")
  }

  private func largest(_ ours: [Double], _ theirs: [Double]) -> Double {
    guard ours.count == theirs.count else { return .infinity }
    return zip(ours, theirs).reduce(0) {
      $1.0 == $1.1 ? $0 : max($0, ($1.0 / $1.1 - 1).magnitude)
    }
  }

  /// The conditions (worst 8e-12, of gradients of order 1) of every fit; an objective at most a
  /// rounding (worst 8e-15) above glmnet's, below it by what glmnet lacks; coefficients of public
  /// tables on the standardised scale (worst 2e-10, glmnet's own). A ridge (alpha 0) has one
  /// minimum, so the conditions are enough.
  private func elasticNet(_ words: [String]) throws {
    let key = words[1...].joined(separator: " ")
    let data = try RegressionTable.data(words[1], words[2])
    let objectives = RegressionGolden["objective \(key)"]
    var settings = ElasticNetSettings()
    settings.alpha = try #require(Double(words[3]))
    (settings.lambdaCount, settings.smallestRatio) = (2, 0.9)
    let start = try ElasticNetPath.fit(data, settings)
    settings.lambdas = [100, 1, 1e-2, 1e-4]
    if settings.alpha > 0 {
      settings.lambdas = RegressionGolden["lambda \(key)"]
      try #require(settings.lambdas.count == 10 && !objectives.isEmpty)
      holds("net \(key) start", (start.lambdas[0] / settings.lambdas[0] - 1).magnitude, 3e-14)
    }
    let path = try ElasticNetPath.fit(data, settings)
    #expect(path.isConverged)
    let plain = PlainRegression(data)
    for (k, fit) in path.fits.enumerated() {
      let model = PlainRegression.Model(
        intercept: fit.intercept, coefficients: path.coefficients(at: k), lambda: fit.lambda,
        alpha: path.alpha)
      holds("net \(key) \(k) conditions", plain.violation(model), 1e-10)
      guard k < objectives.count else { continue }
      holds("net \(key) \(k) objective", plain.objective(model) / objectives[k] - 1, 1e-13)
      let theirs = RegressionGolden["net \(key) \(k)"]
      let changes = zip(model.coefficients, theirs.dropFirst()).map { $0 - $1 }
      let worst = zip(changes, path.deviations).reduce(0) { max($0, ($1.0 * $1.1).magnitude) }
      holds("net \(key) \(k) coefficients", worst / plain.scale, 3e-9)
    }
  }

  /// Means and standard errors as shares of their size (worst 2e-10), the same choices.
  private func crossValidation(_ words: [String]) throws {
    let key = words[1...].joined(separator: " ")
    let data = try RegressionTable.data(words[1], words[2])
    var settings = ElasticNetSettings()
    settings.alpha = try #require(Double(words[3]))
    settings.lambdas = RegressionGolden["folds \(key)"]
    let tuned = try ElasticNetCrossValidation.run(
      data, settings, folds: (0..<data.rowCount).map { ($0 * 7 + $0 / 5) % 5 })
    let (means, errors) = (RegressionGolden["means \(key)"], RegressionGolden["errors \(key)"])
    holds("folds \(key) means", largest(tuned.means, means), 2e-9)
    holds("folds \(key) errors", largest(tuned.standardErrors, errors), 2e-9)
    let choices = RegressionGolden["choices \(key)"]
    #expect([tuned.bestLambda, tuned.oneStandardErrorLambda] == choices)
  }

  private func fitted(_ model: String, _ data: Dataset, lambda: Double = 1) throws -> FittedLinear {
    var stream = RandomStream(seed: 1, domain: .fit, index: 0)
    var (logistic, cox) = (LogisticParameters(), CoxParameters())
    logistic.penalty = model == "ridge" ? .ridge : .none
    (logistic.net.choice, logistic.net.lambda) = (.fixed, lambda)
    cox.ties = model == "breslow" ? .breslow : .efron
    switch model {
    case "linear": return try LinearModel(LinearParameters()).fit(data, using: &stream)
    case "logistic", "ridge": return try LogisticModel(logistic).fit(data, using: &stream)
    default: return try CoxModel(cox).fit(data, using: &stream)
    }
  }

  /// Coefficients (worst 3e-13, logistic with probabilities near 0 and 1) and log-likelihoods
  /// (worst 3e-14) as shares of their size.
  private func withoutPenalty(_ words: [String]) throws {
    let key = words.joined(separator: " ")
    let data = try RegressionTable.data(words[1], words[2])
    let fit = try fitted(words[1], data)
    let golden = RegressionGolden[key]
    try #require(golden.count == data.columnCount + 2)
    let worst = largest([fit.intercept] + fit.coefficients, Array(golden.dropLast()))
    holds("\(key) coefficients", worst, 4e-12)
    guard words[2] != "saturated" else { return }
    let scores = try fit.scores(data.features)
    let likelihood = PlainRegression(data).logLikelihood(scores, efron: words[1] == "efron")
    holds("\(key) likelihood", (likelihood / golden[golden.count - 1] - 1).magnitude, 4e-13)
  }

  /// A constant column has coefficient 0 and changes nothing, where R says NA. Another unit of a
  /// column or of the outcome is another unit of the coefficients (worst 1e-10: outcomes near
  /// 1e7 are themselves rounded by 1e-9).
  private func units(_ model: String) throws {
    let data = try RegressionTable.data(model, "whole")
    let base = try fitted(model, data).coefficients
    let constant = try fitted(model, try RegressionTable.data(model, "constant"))
    #expect(constant.coefficients == base + [0])
    for (factor, shift) in [(1e6, 1e3), (1e-9, 0), (1, 1e7)] {
      var turned = data
      var columns = (0..<data.columnCount).map { Array(data.features.column($0)) }
      columns[1] = columns[1].map { factor * $0 + shift }
      turned.features = FeatureMatrix(rowCount: data.rowCount, columns: columns)
      var coefficients = try fitted(model, turned).coefficients
      coefficients[1] *= factor
      holds("units \(model) column \(factor) \(shift)", largest(coefficients, base), 1e-9)
      guard case .continuous(let values) = data.outcome else { continue }
      turned = data
      turned.outcome = .continuous(values.map { factor * $0 + shift })
      coefficients = try fitted(model, turned).coefficients.map { $0 / factor }
      holds("units \(model) outcome \(factor) \(shift)", largest(coefficients, base), 1e-9)
    }
  }

  /// R drops columns that are sums of others (NA), warns where classes are separated and where a
  /// combination of columns orders the events; here each is an error that names the cause.
  private func refusal(_ words: [String]) throws {
    let data = try RegressionTable.data(words[1], words[2])
    let error = #expect(throws: LearningError.self) { _ = try fitted(words[1], data) }
    let cause = ["collinear": "sums of others", "separated": "separated", "unbounded": "no finite"]
    #expect(error?.message.contains(cause[words[0]] ?? "?") == true, "\(error?.message ?? "")")
  }

  /// The conditions (worst 6e-11; 1e-10 is what is taken where rounding allows no less), the
  /// objective of Newton's method (worst 3e-15) and, of the public table, its coefficients (worst
  /// 2e-11) as shares of their size. Words: table, exponent of lambda.
  private func ridge(_ words: [String]) throws {
    let key = "\(words[1]) \(words[2])"
    let data = try RegressionTable.data("binomial", words[1])
    let lambda = try #require(Double("1e\(words[2])"))
    let fit = try fitted("ridge", data, lambda: lambda)
    let model = PlainRegression.Model(
      intercept: fit.intercept, coefficients: fit.coefficients, lambda: lambda, alpha: 0)
    let plain = PlainRegression(data)
    holds("ridge \(key) conditions", plain.violation(model), 1e-9)
    let objective = try #require(RegressionGolden["ridgeObjective \(key)"].first)
    holds("ridge \(key) objective", (plain.objective(model) / objective - 1).magnitude, 4e-14)
    guard words[1] == "whole" else { return }
    let worst = largest([fit.intercept] + fit.coefficients, RegressionGolden["ridge \(key)"])
    holds("ridge \(key) coefficients", worst, 2e-10)
  }
}

/// Lines `case|numbers` of the golden file.
private enum RegressionGolden {
  static let rows: [String: [Double]] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/real-regressions.csv")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    var rows: [String: [Double]] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let parts = line.split(separator: "|")
      rows[String(parts[0])] = parts[1].split(separator: " ").map { Double($0) ?? .nan }
    }
    return rows
  }()

  static subscript(_ key: String) -> [Double] { rows[key] ?? [] }
}

/// The tables of the oracle: birthwt (binomial), swiss (gaussian), veteran (cox) `whole` or turned
/// hostile by whole-number rules, and the glioma table.
private enum RegressionTable {
  private static let glioma = Result { try RealTable.glioma() }

  /// Columns of the glioma table with SDs from 2e-4 to 2e12 or a mean of 400 SDs.
  private static let chosen = [
    "stats_3D__Fstat_energy__scale1", "ngtdm_3D__Fngt_coarseness__scale1_algoFBN_bin8",
    "glcm_3D_comb__Fcm_inv_diff_mom_norm__scale1_algoFBN_bin32", "morph_3D__Fmorph_vol__scale1",
    "glszm_3D__Fszm_lzhge__scale1_algoFBN_bin8", "stats_3D__Fstat_skew__scale1",
  ]

  /// - Parameter model: a family or a model of one.
  static func data(_ model: String, _ name: String) throws -> Dataset {
    let family =
      ["logistic": "binomial", "linear": "gaussian", "efron": "cox", "breslow": "cox"][model]
      ?? model
    if ["glioma", "chosen", "sixty", "wide"].contains(name) { return try glioma(family, name) }
    let table = try RealTable(
      ["binomial": RealTable.birthwt, "gaussian": RealTable.swiss][family] ?? RealTable.veteran)
    let outcomes = family == "cox" ? 2 : 1
    var columns = Array(table.columns[outcomes...])
    var time = table["time"]
    var event = table.classes("event")
    let rows = Array(columns[0].indices)
    switch name {
    case "repeated": columns += [columns[1], columns[0]]
    case "constant": columns.append(rows.map { _ in 5 })
    case "scaled": columns.append(columns[1].map { 1e6 * $0 + 1e3 })
    case "separable": columns.append(zip(columns[1], table["class"]).map { $0 + 500 * $1 })
    case "quasi": columns.append(rows.map { (130..<135).contains($0) ? 1 : 0 })
    case "nearly": columns = [rows.map { Double($0 == 129 ? 131 : $0 == 130 ? 130 : $0 + 1) }]
    case "two", "twoOne":
      for i in rows.filter({ event[$0] == 1 }).dropFirst(2) { event[i] = 0 }
      if name == "twoOne" { columns = [columns[1]] }
    case "tied": time = time.map { _ in 100 }
    case "rounded": time = time.map { ($0 / 100).rounded(.up) }
    default: break
    }
    let outcome = outcome(family, table.classes("class"), table["value"], time, event)
    return Dataset(
      features: FeatureMatrix(rowCount: outcome.count, columns: columns),
      names: columns.indices.map { "c\($0)" }, outcome: outcome
    ).rows(name == "saturated" ? Array(0..<6) : rows)
  }

  private static func outcome(
    _ family: String, _ classes: [UInt8], _ values: [Double], _ time: [Double], _ event: [UInt8]
  ) -> Outcome {
    switch family {
    case "binomial": .binary(classes)
    case "gaussian": .continuous(values)
    default: .survival(time: time, event: event, entry: [])
    }
  }

  /// Rows with an outcome; `wide`: every fourth of the first eighty of them.
  private static func glioma(_ family: String, _ name: String) throws -> Dataset {
    let table = try glioma.get()
    let features = table.gliomaFeatures
    let used = name == "chosen" ? chosen : name == "sixty" ? Array(features[..<60]) : features
    let (age, days, death) = (table["age"], table["days"], table.classes("death"))
    let outcome = outcome(family, table.classes("idh"), age, days, death)
    let known = family == "binomial" ? table["idh"] : family == "gaussian" ? age : days
    let rows = known.indices.filter { known[$0].isFinite }
    return table.data(used, outcome).rows(
      name == "wide" ? stride(from: 0, to: 80, by: 4).map { rows[$0] } : rows)
  }
}

/// Losses, penalties and gradients row by row from the definition, on glmnet's scale: columns of
/// mean 0 and population SD 1, a gaussian outcome of SD 1, every row 1 / n.
private struct PlainRegression {
  struct Model {
    let intercept: Double
    /// On the scale of the given columns.
    let coefficients: [Double]
    let lambda: Double
    let alpha: Double
  }

  /// Population SD of a gaussian outcome, 1 for others.
  let scale: Double
  private let columns: [[Double]]
  private let (means, deviations): ([Double], [Double])
  private let outcome: Outcome

  init(_ data: Dataset) {
    func spread(_ x: [Double]) -> (mean: Double, deviation: Double) {
      let mean = x.reduce(0, +) / Double(x.count)
      let square = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
      return x.allSatisfy { $0 == x[0] } ? (x[0], 0) : (mean, square.squareRoot())
    }
    let raw = (0..<data.columnCount).map { Array(data.features.column($0)) }
    let spreads = raw.map { spread($0) }
    (means, deviations) = (spreads.map { $0.mean }, spreads.map { $0.deviation })
    columns = zip(raw, spreads).map { x, s in
      x.map { s.deviation > 0 ? ($0 - s.mean) / s.deviation : 0 }
    }
    outcome = data.outcome
    if case .continuous(let y) = outcome { scale = spread(y).deviation } else { scale = 1 }
  }

  private func sizes(_ model: Model) -> [Double] {
    zip(model.coefficients, deviations).map { $0 * $1 / scale }
  }

  /// The linear predictor in the unit of the outcome.
  private func predictor(_ model: Model) -> [Double] {
    let start = zip(model.coefficients, means).reduce(model.intercept) { $0 + $1.0 * $1.1 }
    var eta = [Double](repeating: start, count: outcome.count)
    for (x, b) in zip(columns, sizes(model)) where b != 0 {
      for i in eta.indices { eta[i] += b * scale * x[i] }
    }
    return eta
  }

  /// The mean loss, and minus its derivative by the linear predictor of each row (Cox: Breslow).
  private func loss(_ eta: [Double], efron: Bool = false) -> (mean: Double, residual: [Double]) {
    let n = Double(eta.count)
    var loss = 0.0
    var residual = eta.map { _ in 0.0 }
    switch outcome {
    case .continuous(let y):
      for i in y.indices {
        residual[i] = (y[i] - eta[i]) / scale / n
        loss += residual[i] * (y[i] - eta[i]) / scale / 2
      }
    case .binary(let y):
      for i in y.indices {
        residual[i] = (Double(y[i]) - 1 / (1 + exp(-eta[i]))) / n
        let margin = y[i] == 1 ? eta[i] : -eta[i]
        loss += (log1p(exp(-margin.magnitude)) - min(0, margin)) / n
      }
    case .survival(let time, let event, _):
      for t in Set(time.indices.filter { event[$0] == 1 }.map { time[$0] }).sorted() {
        let own = time.indices.filter { time[$0] == t && event[$0] == 1 }
        let risk = time.indices.filter { time[$0] >= t }
        let top = risk.reduce(-Double.infinity) { max($0, eta[$1]) }
        let total = risk.reduce(0) { $0 + exp(eta[$1] - top) }
        let tied = efron ? own.reduce(0) { $0 + exp(eta[$1] - top) } : 0
        for (l, i) in own.enumerated() {
          loss -= (eta[i] - top - log(total - Double(l) / Double(own.count) * tied)) / n
          residual[i] += 1 / n
        }
        for i in risk { residual[i] -= Double(own.count) * exp(eta[i] - top) / total / n }
      }
    }
    return (loss, residual)
  }

  func logLikelihood(_ eta: [Double], efron: Bool) -> Double {
    let (n, loss) = (Double(eta.count), loss(eta, efron: efron).mean)
    guard case .continuous = outcome else { return -n * loss }
    return -n / 2 * (log(2 * .pi * 2 * loss * scale * scale) + 1)
  }

  func objective(_ model: Model) -> Double {
    sizes(model).reduce(loss(predictor(model)).mean) {
      $0 + model.lambda / scale * (model.alpha * $1.magnitude + (1 - model.alpha) / 2 * $1 * $1)
    }
  }

  /// How far the model is from the Karush-Kuhn-Tucker conditions.
  func violation(_ model: Model) -> Double {
    let residual = loss(predictor(model)).residual
    var worst = 0.0
    if case .survival = outcome {} else { worst = residual.reduce(0, +).magnitude }
    let (lambda, alpha) = (model.lambda / scale, model.alpha)
    for (x, b) in zip(columns, sizes(model)) {
      let pull = zip(x, residual).reduce(0) { $0 + $1.0 * $1.1 } - lambda * (1 - alpha) * b
      let limit = lambda * alpha
      let due = b == 0 ? min(max(pull, -limit), limit) : b > 0 ? limit : -limit
      let miss = (pull - due).magnitude
      worst = miss.isNaN ? .infinity : max(worst, miss)
    }
    return worst
  }
}
