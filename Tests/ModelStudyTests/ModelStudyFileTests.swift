import Catalog
import Components
import Evaluation
import ModelStudy
import Testing

@Suite struct ModelStudyFileTests {
  private func study(_ pipelines: String, _ more: String = "") throws(InvalidInput)
    -> ModelStudyFile
  {
    try ModelStudyFile.parse(
      """
      table: t.csv
      outcome: {binary: "y == 1"}
      pipelines:
        p: \(pipelines)
      \(more)
      """, name: "m.yml", catalog: Catalog.learning)
  }

  private func problems(_ pipelines: String, _ more: String = "") -> String {
    do {
      _ = try study(pipelines, more)
      return ""
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    ("{model: logistic}", 1),
    ("{model: {svc: {C: [1, 10, 100]}}}", 3),
    ("{model: {svc: {C: {log: [0.01, 100], count: 5}, kernel: [rbf, linear]}}}", 10),
    ("{model: {svc: [{kernel: linear, C: [1, 2]}, {kernel: rbf, gammaRule: [auto, scale]}]}}", 4),
    ("{model: {forest: {trees: {linear: [100, 300], count: 3}}, logistic: {}}}", 4),
    ("{model: {mlp: {hiddenLayers: {grid: [[5], [10, 5]]}}}}", 2),
    ("{steps: [impute, {lasso: {choice: [min, 1se]}}], model: {svc: {C: [1, 2, 3]}}}", 6),
    ("{steps: [{rfe: {model: {svc: {kernel: linear}}, target: [5, 10]}}], model: logistic}", 2),
    ("{steps: [{stability: {selector: {lasso: {alpha: [0.5, 1]}}}}], model: logistic}", 2),
    (
      "{model: {stacking: {members: {a: {model: {svc: {C: [1, 2]}}}, b: {model: knn}},"
        + " final: logistic}}}", 2
    ),
  ])
  func everyCombinationIsAGridPoint(pipeline: String, points: Int) throws {
    let grid = try study(pipeline).pipelines[0]
    #expect(grid.pointCount == points)
    let texts = (0..<points).map { grid.text(ofPoint: $0) }
    #expect(Set(texts).count == points, "\(texts)")
  }

  @Test func rangesMeetTheirEnds() throws {
    let grid = try study("{model: {svc: {C: {log: [0.001, 1000], count: 7}}}}").pipelines[0]
    let texts = (0..<7).map { grid.text(ofPoint: $0) }
    #expect(
      texts == [
        "svc {C: 0.001}", "svc {C: 0.01}", "svc {C: 0.1}", "svc {C: 1}", "svc {C: 10}",
        "svc {C: 100}", "svc {C: 1000}",
      ])
  }

  @Test(arguments: [
    ("{model: svcc}", "did you mean \"svc\"?"),
    ("{steps: [lassoo], model: logistic}", "did you mean \"lasso\"?"),
    ("{model: {svc: {C: []}}}", "tries nothing"),
    ("{model: {svc: {C: [1, -1]}}}", "-1"),
    ("{model: {svc: {c: 1}}}", "unknown key"),
    ("{model: {svc: {C: {log: [0, 1], count: 3}}}}", "low > 0"),
    ("{model: cox}", "does not take a binary outcome"),
    ("{steps: [{rfe: {target: 3}}], model: logistic}", "`model:` is needed"),
    ("{steps: [{lasso: {by: image}}], model: logistic}", "all, voi"),
    ("{model: {stacking: {final: logistic}}}", "`members:` are needed"),
    ("{}", "a model is needed"),
  ])
  func badPipelinesSayWhy(pipeline: String, message: String) {
    let found = problems(pipeline)
    #expect(found.contains(message), "\(found)")
    #expect(found.contains("pipelines.p"), "\(found)")
  }

  @Test(arguments: [
    ("validation: {metric: concordance}", "no metric of a binary outcome"),
    ("validation: {scheme: leave-site-out}", "columns.site"),
    ("validation: {mode: as-published}", "held-out test cohort"),
    ("permutation: {repeats: 2}", "more than the 1 repeats"),
    ("validation: {folds: 1}", "2...1000"),
    ("aggregate: {method: largest}", "column with the volumes"),
    ("repeatability: {form: \"ICC(1)\"}", "tables"),
    ("outcomes: 1", "did you mean \"outcome\"?"),
  ])
  func settingsThatDoNotFitSayWhy(more: String, message: String) {
    #expect(problems("{model: logistic}", more).contains(message))
  }

  @Test(arguments: [
    ("{}", "exactly one of binary, continuous and time"),
    ("{binary: \"a ==\"}", "character"),
    ("{binary: a, continuous: b}", "exactly one"),
    ("{time: t}", "event"),
    ("{time: t, event: e, landmark: 0}", "a number > 0"),
    ("{time: t, event: e, positive: benefit}", "does not belong"),
  ])
  func badOutcomesSayWhy(outcome: String, message: String) {
    #expect {
      try ModelStudyFile.parse(
        "table: t.csv\noutcome: \(outcome)\npipelines: {p: {model: logistic}}", name: "m.yml",
        catalog: Catalog.learning)
    } throws: { error in
      "\(error)".contains(message)
    }
  }

  /// What is nested in a component decides numbers too, so it is part of the identity.
  @Test func nestedComponentsAreNamed() throws {
    let texts = try study(
      "{steps: [{rfe: {model: {svc: {kernel: linear, C: 3}}}}], model: logistic}"
    ).pipelines[0].texts
    #expect(texts[0].contains("model: svc {kernel: linear, C: 3"))
  }

  @Test func onlyAStudyWithATableIsOneOfModels() throws {
    #expect(try ModelStudyFile.isModelStudy("table: t.csv", name: "m.yml"))
    #expect(try !ModelStudyFile.isModelStudy("cohort: c.csv\nimages: {CT: {}}", name: "s.yml"))
  }
}
