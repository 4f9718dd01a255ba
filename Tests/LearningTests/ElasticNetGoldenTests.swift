import Components
import Learning
import Numerics
import Testing

/// Oracles: R's glmnet, lm, glm and coxph at tight tolerances, Golden/elastic-net-*.csv
/// (scripts/oracles/learning_glmnet.R).
@Suite("Regressions equal R's")
struct ElasticNetGoldenTests {
  @Test func goldenFilesAreComplete() {
    #expect(ElasticNetGolden.paths.count == 17 && ElasticNetGolden.paths.joined().count == 113)
    #expect(ElasticNetGolden.all("elastic-net-cv").count == 10)
    #expect(ElasticNetGolden.all("elastic-net-likelihoods").count == 12)
  }

  /// Coefficients to 1e-8 on the standardised scale (glmnet's own convergence), lambda to 1e-12 of
  /// its size (the sequence is a running product), deviance ratio to 1e-10.
  @Test("paths", arguments: ElasticNetGolden.paths)
  func paths(_ rows: [ElasticNetGolden]) throws {
    let golden = rows[0]
    let data = golden.table.dataset(golden.text("family"), weighted: golden.has("w"))
    let path = try ElasticNetPath.fit(data, golden.settings)
    let deviations = golden.table.deviations(weighted: golden.has("w"))
    #expect(path.isConverged)
    #expect(path.fits.count == golden.integer("count"))
    #expect((path.nullDeviance / golden.number("null") - 1).magnitude < 1e-12)
    for row in rows {
      let k = row.integer("k")
      let fit = try #require(path.fits.indices.contains(k) ? path.fits[k] : nil)
      #expect((fit.lambda / row.number("lambda") - 1).magnitude < 1e-12)
      #expect((fit.devianceRatio - row.number("ratio")).magnitude < 1e-10)
      let ours = zip(path.coefficients(at: k), deviations).map { $0 * $1 }
      let theirs = zip(row.numbers("coefficients"), deviations).map { $0 * $1 }
      #expect(largestDifference(ours, theirs) < 1e-8)
      #expect((fit.intercept - row.number("intercept")).magnitude < 1e-7)
    }
  }

  /// Means and standard errors to 1e-8, the same choices.
  @Test("cross-validation", arguments: ElasticNetGolden.all("elastic-net-cv"))
  func crossValidation(_ golden: ElasticNetGolden) throws {
    let data = golden.table.dataset(golden.text("family"), weighted: golden.has("w"))
    let count = golden.integer("folds")
    let tuned = try ElasticNetCrossValidation.run(
      data, golden.settings, folds: (0..<data.rowCount).map { ($0 * 7 + $0 / 5) % count },
      measure: golden.text("measure") == "auc" ? .auc : .deviance,
      foldLambdas: golden.text("given").isEmpty ? .interpolated : .shared)
    #expect(largestDifference(tuned.means, golden.numbers("means")) < 1e-8)
    #expect(largestDifference(tuned.standardErrors, golden.numbers("errors")) < 1e-8)
    #expect((tuned.bestLambda / golden.number("best") - 1).magnitude < 1e-12)
    #expect((tuned.oneStandardErrorLambda / golden.number("onese") - 1).magnitude < 1e-12)
  }

  /// Coefficients to 1e-9 of their size: normal equations of columns of condition 1e2.
  @Test("without penalty", arguments: ElasticNetGolden.all("elastic-net-likelihoods"))
  func likelihoods(_ golden: ElasticNetGolden) throws {
    let table = ElasticNetTable(rows: golden.integer("rows"), columns: 12)
    let model = golden.text("model")
    let family = ["linear": "gaussian", "logistic": "binomial"][model] ?? "cox"
    let data = table.dataset(family, weighted: golden.has("w"), entry: golden.has("e"))
      .columns([0, 1, 5, 6, 7])
    var stream = RandomStream(seed: 1, domain: .synthesis, index: 0)
    let fitted: FittedLinear
    switch model {
    case "linear": fitted = try LinearModel(LinearParameters()).fit(data, using: &stream)
    case "logistic": fitted = try LogisticModel(LogisticParameters()).fit(data, using: &stream)
    default:
      var parameters = CoxParameters()
      parameters.ties = model == "efron" ? .efron : .breslow
      fitted = try CoxModel(parameters).fit(data, using: &stream)
    }
    for (ours, theirs) in zip(fitted.coefficients, golden.numbers("coefficients")) {
      #expect((ours / theirs - 1).magnitude < 1e-9)
    }
    #expect((fitted.intercept - golden.number("intercept")).magnitude < 1e-9)
  }
}
