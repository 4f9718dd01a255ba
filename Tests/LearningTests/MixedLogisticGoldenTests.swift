import Components
import Learning
import Numerics
import Testing

/// Oracles: lme4, sandwich, clubSandwich, geepack and numDeriv, Golden/mixed.csv
/// (scripts/oracles/mixed.R); statsmodels, Golden/mixed-gee.csv (scripts/oracles/mixed_gee.py).
@Suite("Logistic regressions of grouped rows equal R's")
struct MixedLogisticGoldenTests {
  static let sets = ["cbpp", "bacteria", "hostile", "weighted", "singular"]
  static let cases = sets.flatMap { set in [1, 25].map { Case(set: set, points: $0) } }

  struct Case: CustomTestStringConvertible, Sendable {
    let set: String
    let points: Int
    var testDescription: String { "\(set), \(points) points" }
  }

  private func mixed(
    _ set: String, _ points: Int, _ errors: MixedLogisticParameters.StandardErrors
  ) throws -> FittedClusteredLogistic {
    var parameters = MixedLogisticParameters()
    parameters.quadraturePoints = points
    parameters.standardErrors = errors
    var stream = RandomStream(seed: 1, domain: .synthesis, index: 0)
    return try MixedLogisticModel(parameters)
      .fit(try MixedLogisticTable.dataset(set), using: &stream)
  }

  private func errors(_ fitted: FittedClusteredLogistic) -> [Double] {
    fitted.table.rows.map { $0.wald?.standardError ?? .nan }
  }

  private func golden(_ set: String, _ what: String) throws -> [Double] {
    try MixedLogisticTable.numbers(set, what)
  }

  /// lme4's own nodes come with 1e-12.
  @Test(arguments: [2, 5, 25]) func quadratureRule(_ count: Int) throws {
    let rule = GaussHermite(count)
    #expect(largestDifference(rule.nodes, try golden("rule", "nodes\(count)")) < 1e-11)
    #expect(largestRatioError(rule.weights, try golden("rule", "weights\(count)")) < 1e-9)
  }

  /// The defining integral to 1e-10 (rounding of sums of hundreds of terms); lme4, whose determinant
  /// stands one step before the modes, to 1e-6.
  @Test("deviance at fixed parameters", arguments: sets) func deviance(_ set: String) throws {
    let data = try MixedLogisticTable.dataset(set)
    let width = data.columnCount + 1
    for points in [1, 2, 9, 25] {
      let rows = MixedLogisticTable.all(set, "deviance\(points)")
      #expect(rows.count == 3)
      for row in rows {
        let ours = try MixedLogisticModel.deviance(
          of: data, intercept: row[0], coefficients: Array(row[1..<width]), sigma: row[width],
          quadraturePoints: points)
        #expect((ours - row[width + 1]).magnitude < 1e-6)
        #expect((ours - row[width + 2]).magnitude < 1e-10)
      }
    }
  }

  /// The minimum of the defining integral to 1e-9 and its deviance to 1e-10; lme4's estimates to 1e-5
  /// (bobyqa's) and its criteria to 1e-6. Standard errors of the definition's Hessian (numDeriv) to
  /// 1e-7 of their size, lme4's from all derivatives to 1e-3, given sigma to 1e-5.
  @Test("random intercept", arguments: cases) func randomIntercept(_ one: Case) throws {
    let fitted = try mixed(one.set, one.points, .hessian)
    let sigma = try #require(fitted.diagnostic("sigma"))
    let theta = [fitted.intercept] + fitted.coefficients + [sigma]
    func golden(_ what: String) throws -> [Double] {
      try self.golden(one.set, "\(what)\(one.points)")
    }
    let best = try golden("best")
    #expect(largestDifference(theta, Array(best.dropLast())) < 1e-9)
    #expect((fitted.diagnostic("deviance")! - best.last!).magnitude < 1e-10)
    #expect(largestDifference(theta, try golden("fit")) < 1e-5)
    let criteria = ["logLik", "deviance", "AIC"].compactMap { fitted.diagnostic($0) }
    #expect(largestDifference(criteria, try golden("criteria")) < 1e-6)
    let hessianError = largestRatioError(errors(fitted), try golden("hessian"))
    #expect(hessianError < 1e-7)
    #expect(largestRatioError(errors(fitted), try golden("lme4hessian")) < 1e-3)
    let known = try mixed(one.set, one.points, .pirls)
    #expect(largestRatioError(errors(known), try golden("pirls")) < 1e-5)
    #expect(fitted.diagnostic("converged") == 1)
    #expect((fitted.diagnostic("singular") == 1) == (one.set == "singular"))
    #expect(fitted.warnings.count == (one.set == "singular" ? 1 : 0))
  }

  /// A singular fit is the regression without groups, with its standard errors (to R's 1e-8).
  @Test func singularFitIsThatWithoutGroups() throws {
    let fitted = try mixed("singular", 25, .hessian)
    var stream = RandomStream(seed: 1, domain: .synthesis, index: 0)
    let plain = try LogisticModel(LogisticParameters())
      .fit(try MixedLogisticTable.dataset("singular"), using: &stream)
    #expect(fitted.coefficients == plain.coefficients && fitted.intercept == plain.intercept)
    #expect(fitted.diagnostic("sigma") == 0)
    #expect(largestRatioError(errors(fitted), try golden("singular", "glmerror")) < 1e-8)
  }

  /// Coefficients and the whole covariance to 1e-8.
  @Test("cluster-robust", arguments: sets) func clusterRobust(_ set: String) throws {
    let data = try MixedLogisticTable.dataset(set)
    var stream = RandomStream(seed: 1, domain: .synthesis, index: 0)
    for correction in ClusterLogisticParameters.Correction.allCases {
      var parameters = ClusterLogisticParameters()
      parameters.correction = correction
      let fitted = try ClusterLogisticModel(parameters).fit(data, using: &stream)
      #expect(
        largestDifference([fitted.intercept] + fitted.coefficients, try golden(set, "glm")) < 1e-8)
      #expect(
        largestDifference(fitted.covariance, try golden(set, correction.rawValue)) < 1e-8)
      let criteria = ["logLik", "deviance", "AIC"].compactMap { fitted.diagnostic($0) }
      #expect(largestDifference(criteria, try golden(set, "glmcriteria")) < 1e-8)
      if set != "weighted", correction == .groupsAndRows {
        #expect(largestDifference(fitted.covariance, try golden(set, "clubCR1S")) < 1e-8)
      }
    }
  }

  private func equations(
    _ set: String, _ correlation: GEELogisticParameters.Correlation,
    _ moments: GEELogisticParameters.Moments
  ) throws -> (estimates: [Double], moments: [Double]) {
    var parameters = GEELogisticParameters()
    parameters.correlation = correlation
    parameters.moments = moments
    var stream = RandomStream(seed: 1, domain: .synthesis, index: 0)
    let fitted = try GEELogisticModel(parameters)
      .fit(try MixedLogisticTable.dataset(set), using: &stream)
    return (
      [fitted.intercept] + fitted.coefficients + errors(fitted),
      ["correlation", "scale"].compactMap { fitted.diagnostic($0) }
    )
  }

  /// Estimates, robust standard errors, correlation and scale to 1e-8: geepack divides by counts,
  /// statsmodels by degrees of freedom. The exchangeable fits of `singular` have a correlation that
  /// 150 rows cannot have, and are refused here, as by R's gee.
  @Test("estimating equations", arguments: ["cbpp", "bacteria", "hostile", "singular"])
  func estimatingEquations(_ set: String) throws {
    for correlation in GEELogisticParameters.Correlation.allCases {
      for (moments, file) in [
        (GEELogisticParameters.Moments.counts, "mixed"), (.degrees, "mixed-gee"),
      ] {
        let name = correlation.rawValue
        if set == "singular" && correlation == .exchangeable {
          let error = #expect(throws: LearningError.self) {
            try equations(set, correlation, moments)
          }
          #expect(error?.message.contains("in a group of 150 rows") == true)
          continue
        }
        let ours = try equations(set, correlation, moments)
        let theirs = try MixedLogisticTable.numbers(set, name, file: file)
        #expect(largestDifference(ours.estimates, theirs) < 1e-8)
        let expected = try MixedLogisticTable.numbers(set, "\(name).moments", file: file)
        #expect(largestDifference(ours.moments, expected) < 1e-8)
      }
    }
  }
}
