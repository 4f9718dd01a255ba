import Statistics
import Testing

/// Oracle: R's pROC on aSAH, lung and ovarian, binom.test, prop.test and definitions written out in
/// scripts/oracles/statistics_diagnostic.R. Tolerances: 1e-12; 1e-10 for the interpolated area, which
/// R integrates numerically.
@Suite("Diagnostic statistics equal R's")
struct DiagnosticGoldenTests {
  static let data = GoldenData("diagnostic_data")

  private func column(_ golden: GoldenCase, _ column: String, data: String = "data")
    throws -> [Double]
  {
    try Self.data.column(golden.text(data) ?? "", column)
  }

  private func positives(_ golden: GoldenCase, data: String = "data") throws -> [Bool] {
    try column(golden, "positive", data: data).map { $0 != 0 }
  }

  @Test func goldenFilesAreComplete() {
    #expect(GoldenCase.all("diagnostic", kind: "roc").count == 13)
    #expect(GoldenCase.all("diagnostic", kind: "paired").count == 5)
    #expect(GoldenCase.all("diagnostic", kind: "unpaired").count == 3)
    #expect(GoldenCase.all("diagnostic", kind: "table").count == 10)
  }

  @Test("ROC", arguments: GoldenCase.all("diagnostic", kind: "roc"))
  func roc(_ golden: GoldenCase) throws {
    let scores = try column(golden, golden.text("column") ?? "")
    let positives = try positives(golden)
    let area = try AreaUnderROC(scores: scores, positives: positives)
    expectClose([area.area], try golden.numbers("area"), relative: 1e-15, "area")
    expectClose([area.variance], try golden.numbers("variance"), relative: 1e-12, "variance")
    expectClose(
      [area.mannWhitney?.p], try golden.numbers("mannWhitney"), relative: 1e-12, "Mann-Whitney")
    if golden.text("interval") != nil {
      let plain = try area.interval()
      expectClose(
        [plain?.lower, plain?.upper], try golden.numbers("interval"), relative: 1e-12, "interval")
      let logit = try area.interval(scale: .logit)
      expectClose(
        [logit?.lower, logit?.upper], try golden.numbers("logit"), relative: 1e-12, "logit")
      expectClose([area.deLong?.p], try golden.numbers("p"), relative: 1e-11, "p")
    } else {
      #expect(area.deLong == nil)
    }
    let precision = try PrecisionRecall(scores: scores, positives: positives)
    expectClose(
      [precision.averagePrecision, precision.interpolatedArea],
      try golden.numbers("precision"), relative: 1e-10, "precision")
    try points(golden, ROCCurve(scores: scores, positives: positives))
  }

  /// Cut-off, specificity, sensitivity.
  private func points(_ golden: GoldenCase, _ curve: ROCCurve) throws {
    func values(_ point: ROCCurve.Point) -> [Double] {
      [point.cutOff, point.specificity, point.sensitivity]
    }
    // pROC compares sums of fractions, so that ties may fall apart: ours must hold its points.
    let youden = try golden.numbers("youden")
    let own = curve.youdenPoints.map(values)
    for first in stride(from: 0, to: youden.count, by: 3) {
      let expected = Array(youden[first..<first + 3])
      #expect(
        own.contains { zip($0, expected).allSatisfy { $0 == $1 || abs($0 - $1) < 1e-12 } },
        "\(expected) in \(own)")
    }
    let at80 = try golden.numbers("at80")
    expectClose(
      values(try curve.mostSensitive(specificityAtLeast: 0.8)), at80, relative: 1e-13, "at 0.8")
  }

  @Test("paired", arguments: GoldenCase.all("diagnostic", kind: "paired"))
  func paired(_ golden: GoldenCase) throws {
    let columns = try #require(golden.text("columns")).split(separator: " ").map(String.init)
    let result = try AreaComparison(
      paired: column(golden, columns[0]), column(golden, columns[1]),
      positives: positives(golden))
    expectClose(
      [result.test?.z, result.test?.p], try golden.numbers("test"), relative: 1e-11, "paired")
  }

  @Test("unpaired", arguments: GoldenCase.all("diagnostic", kind: "unpaired"))
  func unpaired(_ golden: GoldenCase) throws {
    let columns = try #require(golden.text("columns")).split(separator: " ").map(String.init)
    let first = try AreaUnderROC(
      scores: column(golden, columns[0]), positives: positives(golden))
    let second = try AreaUnderROC(
      scores: column(golden, columns[1], data: "other"),
      positives: positives(golden, data: "other"))
    let result = try AreaComparison(unpaired: first, second)
    expectClose(
      [result.test?.z, result.degreesOfFreedom, result.welchP], try golden.numbers("test"),
      relative: 1e-11, "unpaired")
  }

  @Test("tables", arguments: GoldenCase.all("diagnostic", kind: "table"))
  func table(_ golden: GoldenCase) throws {
    let n = try golden.numbers("counts").map { Int($0) }
    let table = ConfusionTable(
      truePositives: n[0], falsePositives: n[1], trueNegatives: n[2], falseNegatives: n[3])
    let parts = [
      table.sensitivity, table.specificity, table.positivePredictiveValue,
      table.negativePredictiveValue, table.accuracy,
    ]
    expectClose(parts.map(\.value), try golden.optionals("values"), relative: 1e-15, "values")
    for (name, method): (String, Proportion.IntervalMethod) in [
      ("exact", .exact), ("wilson", .wilson),
    ] {
      let limits = try parts.flatMap { part -> [Double?] in
        let interval = try part.interval(method)
        return [interval?.lower, interval?.upper]
      }
      // R's limits at 0 and 1 hold rounding.
      expectClose(
        limits, try golden.optionals(name), relative: 1e-12, absolute: 1e-15, name)
    }
    let measures = [
      table.positiveLikelihoodRatio, table.negativeLikelihoodRatio, table.balancedAccuracy,
      table.f1, table.matthews, table.kappa,
    ]
    expectClose(
      measures, try golden.optionals("measures"), relative: 1e-12, absolute: 1e-15, "measures")
  }
}
