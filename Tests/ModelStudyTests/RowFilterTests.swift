import Catalog
import Components
import Evaluation
import Learning
import ModelStudy
import Testing

@Suite struct RowFilterTests {
  private static let table = """
    patient_id,f,tps,arm,y
    P1,1,50,a,1
    P2,2,,b,0
    P3,3,10,,0
    P4,4,0,a,0
    P5,5,NA,b,1
    P6,6,5,a,
    """

  private func build(_ rows: String?...) throws(InvalidInput) -> BuiltDataset {
    var definition = DatasetDefinition(
      outcome: .binary(OutcomeExpression(column: "y", at: "outcome.binary")), at: "features")
    for (index, text) in rows.enumerated() {
      let place = "pipelines.p\(index).rows"
      definition.rowFilters.append(nil)
      if let text { definition.rowFilters[index] = try OutcomeExpression(text, at: place) }
    }
    definition.exclude = ["tps"]
    return try DatasetBuilder(definition).build(try features(Self.table))
  }

  /// P6 has no outcome and is no row of the data set.
  @Test(arguments: [
    ("known(tps)", [1, 4]),
    ("tps > 0", [1, 3, 4]),
    ("!(tps > 0) || arm == \"b\"", [0, 2]),
    ("known(tps) && known(arm)", [1, 2, 4]),
    ("arm in [\"a\"]", [1, 2, 4]),
    ("known(tps > 0) || arm == \"b\"", []),
  ])
  func rowsWhoseConditionIsFalseOrUnknownAreLeftOut(text: String, expected: [Int]) throws {
    let built = try build(nil, text)
    #expect(built.leftOut == [[], expected])
    // They stay rows of the data set, for other pipelines.
    #expect(built.data.rowCount == 5)
  }

  @Test func withoutAConditionThereIsNothingToKeep() throws {
    #expect(try build(nil, nil).leftOut.isEmpty)
  }

  @Test(arguments: [
    (
      "tps", "pipelines.p0.rows: `tps` is no condition; write one, such as `known(tps)`"
    ),
    ("tps > 100", "pipelines.p0.rows: no training row satisfies `tps > 100`"),
    (
      "tps < 50",
      "pipelines.p0.rows: all 2 rows are of class 0; both classes are needed, where `tps < 50`"
    ),
    ("known(arms)", "there is no column \"arms\"; did you mean \"arm\"?"),
    ("known tps", "expected an operator or the end, found \"tps\""),
    ("known(tps", "character 10: expected an operator or \")\", found the end"),
  ])
  func badConditionsSayWhy(text: String, message: String) {
    let found = problems { () throws(InvalidInput) in try build(text) }
    #expect(found.contains(message), "\(found)")
  }

  /// A column may be called so.
  @Test func knownIsAWordBeforeABracketOnly() throws {
    let table = try clinical("ID,known\nP1,1\nP2,\n")
    #expect(try expression("known == 1").values(in: table) == .truths([true, nil]))
    #expect(try expression("known(known)").values(in: table) == .truths([true, false]))
  }

  // MARK: Partitions

  /// 60 rows of 40 patients; rows of every third patient are left out of the second pipeline.
  private static func header() -> ModelDataHeader {
    let patients = (0..<60).map { row in row < 40 ? row : row - 20 }
    return ModelDataHeader(
      rowNames: (0..<60).map { "row \($0)" }, patients: patients.map { "P\($0)" },
      roles: patients.map { $0 >= 32 ? .test : .train },
      outcome: .binary(patients.map { $0 % 2 == 0 ? 1 : 0 }), groups: patients, sites: [],
      weights: [], columns: ["f"], blocks: [""],
      leftOut: [
        [], patients.indices.filter { patients[$0] % 3 == 0 },
        patients.indices.filter { patients[$0] % 3 == 0 },
      ])
  }

  private static func plan(_ more: String) throws -> ModelPlan {
    let study = try ModelStudyFile.parse(
      """
      table: t.csv
      columns: {split: split}
      outcome: {binary: y}
      pipelines:
        all: {model: logistic}
        some: {rows: known(f), model: {svc: {C: [1, 10]}}}
        second: {rows: known(f), scores: {of: [all]}, model: {svc: {C: [1, 10]}}}
      \(more)
      """, name: "m.yml", catalog: Catalog.learning)
    return try ModelPlan(study: study, header: header())
  }

  private static let everything = """
    validation: {folds: 4, repeats: 2, innerFolds: 3, mode: as-published}
    permutation: {count: 2, refitted: model}
    bootstrap: {count: 2}
    """

  @Test func partitionsAreCommonAndRowsAreThePipelinesOwn() throws {
    let plan = try Self.plan(Self.everything)
    let parts = TrainingParts(plan: plan)
    let left = Set(plan.header.leftOut[1])
    for unit in plan.space.estimateUnits {
      var task = plan.space.task(unit)
      let part = try parts.part(task)
      task.pipeline = 0
      let all = try parts.part(task)
      let isOwn = plan.space.task(unit).pipeline > 0
      func own(_ rows: [Int]) -> [Int] { isOwn ? rows.filter { !left.contains($0) } : rows }
      #expect(part.training == own(all.training) && part.test == own(all.test))
      #expect(part.basis == all.basis.map(own) && part.outcome == all.outcome)
      // A first stage learns from all rows of the part.
      let isSecond = plan.space.task(unit).pipeline == 2
      #expect(
        (part.training + part.further).sorted()
          == (isSecond ? all.training : part.training).sorted())
      #expect(isSecond || (part.further.isEmpty && part.basisFurther.isEmpty))
    }
  }

  @Test func noPatientOfAnInnerTestTeachesTheFirstStage() throws {
    let plan = try Self.plan(Self.everything)
    let parts = TrainingParts(plan: plan)
    let groups = plan.header.groups
    for unit in plan.space.searchUnits {
      let task = plan.space.task(unit)
      guard let part = try parts.existingPart(task) else { continue }
      let tested = Set(part.test.map { groups[$0] })
      #expect((part.training + part.further).allSatisfy { !tested.contains(groups[$0]) })
      #expect(Set(part.further).isSubset(of: plan.header.leftOut[1]))
      if task.pipeline == 2 { #expect(!part.further.isEmpty) }
    }
  }

  @Test func aHeaderWithConditionsSurvivesItsBytes() throws {
    let header = Self.header()
    #expect(try ModelDataHeader(bytes: header.bytes) == header)
    var plain = header
    plain.leftOut = []
    #expect(header.bytes.starts(with: plain.bytes))
    var bad = header
    bad.leftOut = [[60]]
    #expect(throws: (any Error).self) { try ModelDataHeader(bytes: bad.bytes) }
  }

  @Test func tooFewRowsForTheFoldsAreFoundBeforeAnyCompute() {
    #expect {
      try Self.plan("validation: {folds: 4, innerFolds: 9}").checkPipelines(missing: [])
    } throws: { error in
      "\(error)".hasPrefix(
        "pipelines.some.rows: of the rows with `known(f)`: 9 folds stratified by class need at least"
          + " 9 patients of each class")
    }
  }
}
