import Catalog
import Components
import Evaluation
import Learning
import ModelStudy
import Numerics
import Testing

/// The study of these pipelines, one a line.
private func study(_ pipelines: String) throws(InvalidInput) -> ModelStudyFile {
  try ModelStudyFile.parse(
    "table: t.csv\noutcome: {binary: y}\npipelines:\n"
      + pipelines.split(separator: "\n").map { "  \($0)\n" }.joined(), name: "m.yml",
    catalog: Catalog.learning)
}

private let names = [
  "CT_a", "CT_b", "PET_a", "PET_b", "age", "lesion_site=liver", "lesion_site=lung",
]
private let blocks = [
  "CT/tumour", "CT/ring", "PET/tumour", "PET/tumour", "clinical", "clinical", "clinical",
]

@Suite struct ColumnStepTests {
  private func left(_ settings: String) throws -> [String] {
    let grid = try study("p: {steps: [{columns: \(settings)}], model: logistic}").pipelines[0]
    return grid.inputs(names: names, blocks: blocks).map { names[$0] }
  }

  @Test(arguments: [
    ("{include: [\"CT/*\"]}", ["CT_a", "CT_b"]),
    ("{include: [\"*/tumour\"]}", ["CT_a", "PET_a", "PET_b"]),
    ("{include: [\"*_a\", age]}", ["CT_a", "PET_a", "age"]),
    ("{include: [clinical], exclude: [age]}", ["lesion_site=liver", "lesion_site=lung"]),
    ("{include: [lesion_site]}", ["lesion_site=liver", "lesion_site=lung"]),
    ("{include: [\"lesion_site=l?ng\"]}", ["lesion_site=lung"]),
    ("{exclude: [\"CT/*\", clinical]}", ["PET_a", "PET_b"]),
    ("{}", names),
  ])
  func patternsMatchNamesBlocksAndLevels(settings: String, expected: [String]) throws {
    #expect(try left(settings) == expected)
  }

  @Test func featureSetsCanBeAGrid() throws {
    let grid = try study(
      "p: {steps: [{columns: [{include: [\"CT/*\"]}, {include: [clinical]}]}], model: logistic}"
    ).pipelines[0]
    #expect(grid.pointCount == 2)
    #expect(grid.columnCounts(names: names, blocks: blocks) == 2...3)
    // What either point can need.
    #expect(grid.inputs(names: names, blocks: blocks) == [0, 1, 4, 5, 6])
  }

  /// The key is the first step; what is not given comes from the pipeline that this one is like.
  @Test func pipelinesCanBeAlikeButForTheirColumns() throws {
    let pipelines = try study(
      """
      ct: {columns: {include: ["CT/*"]}, keep: age, steps: [impute, scale], model: {svc: {C: [1, 2]}}}
      pet: {like: ct, columns: {include: ["PET/*"]}}
      small: {like: pet, keep: , model: knn}
      """
    ).pipelines
    #expect(pipelines[0].inputs(names: names, blocks: blocks) == [0, 1, 4])
    #expect(pipelines[1].inputs(names: names, blocks: blocks) == [2, 3, 4])
    #expect(pipelines[2].inputs(names: names, blocks: blocks) == [2, 3])
    #expect(pipelines.map(\.pointCount) == [2, 2, 1])
    #expect(pipelines[1].texts.dropFirst(2) == pipelines[0].texts.dropFirst(2))
    let asStep = try study(
      "pet: {keep: age, steps: [{columns: {include: [\"PET/*\"]}}, impute, scale],"
        + " model: {svc: {C: [1, 2]}}}"
    ).pipelines[0]
    #expect(asStep.texts == pipelines[1].texts)
  }

  private func problem(_ pipelines: String) -> String {
    problems { () throws(InvalidInput) in
      try study(pipelines).checkColumns(names: names, blocks: blocks)
    }
  }

  private static let there =
    "(blocks: CT/tumour, CT/ring, PET/tumour, clinical; columns: CT_a, CT_b, PET_a, PET_b, age,"
    + " lesion_site=liver, lesion_site=lung)"

  @Test(arguments: [
    (
      "p: {steps: [impute, {columns: {include: [\"PETT/*\"]}}], model: logistic}",
      "pipelines.p.columns.include: \"PETT/*\" matches no column and no block; did you mean"
        + " \"PET\"? \(there)"
    ),
    (
      "p: {steps: [{columns: {exclude: [agee]}}], model: logistic}",
      "pipelines.p.columns.exclude: \"agee\" matches no column and no block; did you mean"
        + " \"age\"? \(there)"
    ),
    (
      "p: {keep: [lesion_sites], model: logistic}",
      "pipelines.p.keep: \"lesion_sites\" matches no column and no block; did you mean"
        + " \"lesion_site\"? \(there)"
    ),
    (
      "p: {steps: [{columns: {include: [age], exclude: [clinical]}}], model: logistic}",
      "pipelines.p.columns: no column is left"
    ),
    (
      "p: {model: {stacking: {members: {a: {model: knn, blocks: [PET]}}, final: logistic}}}",
      "pipelines.p.model.stacking.members.a.blocks: there is no block \"PET\"; did you mean"
        + " \"PET\"? \(there)"
    ),
    (
      "p: {model: {radscore: {coefficients: [1], columns: [CT_c]}}}",
      "pipelines.p.model.radscore.columns: there is no column \"CT_c\"; did you mean \"CT_a\"?"
        + " \(there)"
    ),
    (
      "a: {model: logistic}\np: {scores: {of: [a], with: [ages]}, model: logistic}",
      "pipelines.p.scores.with: \"ages\" matches no column and no block; did you mean \"age\"?"
        + " \(there)"
    ),
    (
      "age: {model: logistic}\np: {scores: {of: [age], with: [age]}, model: logistic}",
      "pipelines.p.scores: \"age\" would be a score and a column beside it; rename the pipeline"
    ),
  ])
  func whatIsNotThereIsNamed(pipelines: String, message: String) {
    #expect(problem(pipelines) == message)
  }

  @Test func namesThatAreThereAreNoProblem() {
    #expect(
      problem(
        """
        a: {keep: [lesion_site], steps: [{columns: {include: [\"CT/*\"]}}], model: logistic}
        b: {scores: {of: [a], with: [age]}, steps: [{columns: {include: [a]}}], model: logistic}
        """) == "")
  }

  @Test(arguments: [
    (
      "p: {steps: [{columns: {include: [\"\"]}}], model: knn}",
      "include: an empty pattern matches nothing"
    ),
    (
      "p: {keep: {a: 1}, model: knn}",
      "expected a list of patterns for columns, such as [age, site*]"
    ),
    (
      "p: {columns: {includes: [age]}, model: knn}",
      "pipelines.p.columns.includes (line 4): unknown key; did you mean \"include\"?"
    ),
    (
      "p: {model: knn}\nq: {like: pp, columns: {}}",
      "pipelines.q.like: \"pp\" is no pipeline before this one; did you mean \"p\"? (before it: p)"
    ),
    ("p: {keeps: [age], model: knn}", "unknown key; did you mean \"keep\"?"),
    ("p: {rows: \"age >\", model: knn}", "pipelines.p.rows: `age >`, character 6"),
  ])
  func badSettingsSayWhy(pipelines: String, message: String) {
    let found = problems { () throws(InvalidInput) in try study(pipelines) }
    #expect(found.contains(message), "\(found)")
  }
}

@Suite struct KeptColumnTests {
  /// 60 rows of ten columns of noise; the first carries the class, the last two are kept below.
  private static let data: Dataset = {
    var stream = RandomStream(seed: 3, domain: .synthesis, index: 1)
    let columns = (0..<10).map { _ in (0..<60).map { _ in stream.normal() } }
    return Dataset(
      features: FeatureMatrix(rowCount: 60, columns: columns),
      names: (0..<8).map { "f\($0)" } + ["site=A", "site=B"],
      outcome: .binary((0..<60).map { columns[0][$0] + stream.normal() > 0 ? 1 : 0 }),
      blocks: (0..<8).map { $0 < 4 ? "CT" : "PET" } + ["clinical", "clinical"])
  }()

  private static let address = FitAddress(seed: 2, key: 7)

  private func selected(_ pipeline: String) throws -> [String] {
    let grid = try study("p: \(pipeline)").pipelines[0]
    return try grid.fit(point: 0, to: Self.data, at: Self.address).selected
  }

  @Test(arguments: [
    "{top-k: {k: 3}}", "{t-test: {p: 1, top: 3}}", "{mrmr: {k: 3}}",
    "{rfe: {model: {logistic: {penalty: ridge, choice: fixed}}, target: 3}}",
    "{stability: {selector: {top-k: {k: 3}}, subsamples: 10, threshold: 0.9}}",
    "{lasso: {choice: fixed, lambda: 0.08}}", "{correlation: {threshold: 0.05}}",
  ])
  func selectorsLeaveThemInAndDoNotCountThem(step: String) throws {
    let without = try selected("{steps: [{columns: {exclude: [site]}}, \(step)], model: logistic}")
    let with = try selected("{keep: [site], steps: [\(step)], model: logistic}")
    // What the selector chooses among the others is what it chooses where there are no others.
    #expect(with == without + ["site=A", "site=B"])
    #expect(!without.isEmpty && without.count < 8)
  }

  @Test func theyStayByBlockAndBehindEachOther() throws {
    let left = try selected(
      "{keep: [\"site*\"], steps: [{top-k: {k: 2, by: voi}}, {top-k: {k: 1}},"
        + " {columns: {include: [CT]}}], model: logistic}")
    #expect(left.count <= 3 && left.suffix(2) == ["site=A", "site=B"])
  }

  /// The other columns might as well not be there, whatever the engine does to save work.
  @Test(arguments: [
    "impute, scale, {t-test: {p: 1, top: 2}}", "scale, correlation, {lasso: {choice: fixed}}",
  ])
  func otherColumnsAreNotSeen(steps: String) throws {
    let model = "model: {logistic: {penalty: ridge, choice: fixed, lambda: 0.1}}"
    let named = try study("p: {columns: {include: [CT]}, steps: [\(steps)], \(model)}")
    let plain = try study("p: {steps: [\(steps)], \(model)}")
    let fitted = try named.pipelines[0].fit(point: 0, to: Self.data, at: Self.address)
    let alone = try plain.pipelines[0].fit(
      point: 0, to: Self.data.columns([0, 1, 2, 3]), at: Self.address)
    #expect(fitted.selected == alone.selected && fitted.inputs.count == 10)
    #expect(
      try fitted.scores(Self.data.features, sites: [])
        == alone.scores(Self.data.features.columns([0, 1, 2, 3]), sites: []))
  }

  /// What is kept decides numbers, so it is part of the identity; without it nothing changes there.
  @Test func theIdentityKnowsWhatIsKept() throws {
    let plain = try study("p: {steps: [top-k], model: logistic}").pipelines[0]
    let kept = try study("p: {keep: site, steps: [top-k], model: logistic}").pipelines[0]
    #expect(kept.texts == ["keep: site"] + plain.texts)
    #expect(plain.texts.count == 2)
  }
}
