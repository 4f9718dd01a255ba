import Catalog
import Components
import Evaluation
import Learning
import ModelStudy
import Testing

/// 60 rows of 40 patients, 16 of them held out.
private func header(
  singleRows: Bool = false, sites: [String] = ["A", "B"], blocks: String = "CT/tumour"
) -> ModelDataHeader {
  let patients = (0..<60).map { row in singleRows || row < 40 ? row : row - 20 }
  return ModelDataHeader(
    rowNames: (0..<60).map { "row \($0)" }, patients: patients.map { "P\($0)" },
    roles: patients.map { (32..<40).contains($0) ? .test : .train },
    outcome: .binary(patients.map { $0 % 3 == 0 ? 1 : 0 }), groups: patients,
    sites: sites.isEmpty ? [] : patients.map { sites[$0 % sites.count] }, weights: [],
    columns: (0..<5).map { "f\($0)" }, blocks: [String](repeating: blocks, count: 5))
}

private func check(
  _ pipeline: String, _ more: String = "validation: {folds: 4, innerFolds: 3}",
  columns: String = "{split: split, site: site}", on header: ModelDataHeader = header(),
  missing: [Int] = []
) throws -> [String] {
  let study = try ModelStudyFile.parse(
    """
    table: t.csv
    columns: \(columns)
    outcome: {binary: y}
    pipelines:
      p: \(pipeline)
    \(more)
    """, name: "m.yml", catalog: Catalog.learning)
  return try ModelPlan(study: study, header: header).checkPipelines(missing: missing)
}

@Suite struct PipelineCheckTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var pipeline: String
    /// Parts of the message.
    var message: [String]
    var testDescription: String { pipeline }
  }

  static let cases = [
    Case(
      pipeline: "{steps: [{rfe: {model: knn}}], model: logistic}",
      message: ["pipelines.p.steps.rfe.model", "knn", "linear kernel"]),
    Case(
      pipeline: "{steps: [{rfe: {model: {svc: {kernel: rbf}}}}], model: logistic}",
      message: ["pipelines.p.steps.rfe.model", "rbf"]),
    Case(
      pipeline: "{steps: [{combat: {reference: C}}], model: logistic}",
      message: ["pipelines.p.steps.combat.reference", "\"C\"", "A, B"]),
    Case(
      pipeline: "{steps: [{combat: {covariates: [age]}}], model: logistic}",
      message: ["steps.combat.covariates", "\"age\""]),
    // Two thirds of three quarters of 44 rows are about 22.
    Case(
      pipeline: "{model: {knn: {neighbours: [3, 30]}}}",
      message: ["pipelines.p.model.knn.neighbours: 30", "smallest training part"]),
    Case(
      pipeline: "{steps: [class-weights], model: lda}",
      message: ["pipelines.p.model.lda", "row weights"]),
    Case(
      pipeline: "{model: {logistic: {penalty: elasticNet, folds: 30}}}",
      message: ["pipelines.p.model.logistic.folds: 30", "patients"]),
    Case(
      pipeline: "{steps: [{top-k: {strength: cox}}], model: logistic}",
      message: ["steps.top-k.strength", "cox", "binary"]),
    Case(
      pipeline: "{steps: [{stability: {selector: univariable-cox}}], model: logistic}",
      message: ["steps.stability.selector", "univariable-cox", "binary"]),
    Case(
      pipeline: "{model: {stacking: {members: {a: {model: cox}}, final: logistic}}}",
      message: ["model.stacking.members.a.model", "cox", "binary"]),
    Case(
      pipeline: "{steps: [{smote: {neighbours: 20}}], model: logistic}",
      message: ["steps.smote.neighbours: 20", "patients"]),
  ]

  @Test(arguments: cases) func whatNoFitCanDoIsFoundBefore(_ one: Case) throws {
    let found = String(describing: #expect(throws: InvalidInput.self) { try check(one.pipeline) })
    for part in one.message { #expect(found.contains(part), "\(found)") }
  }

  @Test func groupsSitesAndMissingValuesAreLookedAt() throws {
    let single = header(singleRows: true)
    let glmm = #expect(throws: InvalidInput.self) { try check("{model: glmm}", on: single) }
    #expect("\(glmm, default: "")".contains("pipelines.p.model.glmm: every patient has one row"))
    let combat = #expect(throws: InvalidInput.self) {
      try check(
        "{steps: [combat], model: logistic}", columns: "{split: split}", on: header(sites: []))
    }
    #expect("\(combat, default: "")".contains("steps.combat: it needs columns.site"))
    let missing = #expect(throws: InvalidInput.self) {
      try check("{steps: [scale], model: logistic}", missing: [0, 0, 7, 0, 0])
    }
    #expect("\(missing, default: "")".contains("\"f2\" in 7 rows"))
    #expect(try check("{steps: [impute], model: logistic}", missing: [0, 0, 7, 0, 0]).isEmpty)
    #expect(try check("{model: xgboost}", missing: [0, 0, 7, 0, 0]).isEmpty)
  }

  @Test func foldsNameTheirSetting() {
    for (more, place) in [
      ("validation: {folds: 30}", "validation.folds"),
      ("validation: {folds: 4, innerFolds: 20}", "validation.innerFolds"),
    ] {
      let error = #expect(throws: InvalidInput.self) {
        try check("{model: {svc: {C: [1, 2]}}}", more)
      }
      #expect(error?.problems.first?.location == place)
    }
  }

  @Test func studiesThatCanBeFittedPass() throws {
    for pipeline in [
      "{steps: [{rfe: {model: {svc: {kernel: linear}}}}], model: {knn: {neighbours: [3, 15]}}}",
      "{steps: [combat, smote], model: {logistic: {penalty: elasticNet, folds: 5}}}",
      "{steps: [{stability: {selector: {lasso: {folds: 3}}}}], model: glmm}",
    ] { _ = try check(pipeline) }
  }

  @Test func blocksThatNoColumnHasAreNoted() throws {
    let pipeline = "{steps: [{correlation: {by: voi}}], model: logistic}"
    #expect(try check(pipeline).isEmpty)
    let notes = try check(pipeline, on: header(blocks: ""))
    #expect(notes.count == 1 && notes[0].contains("by: voi"))
  }
}

@Suite struct ColumnOriginTests {
  @Test(arguments: [
    ("original_glcm_Contrast", "", ""), ("CT_original_glcm_Contrast", "CT", ""),
    ("CT_tumour_wavelet-LLH_firstorder_Mean", "CT", "tumour"),
    ("PET_rim_original_morph_vol_approx", "PET", "rim"), ("age", "", ""), ("glcm_1", "", ""),
    ("a_b_c_original_glcm_Contrast", "", ""),
  ])
  func imageAndVOIComeFromTheName(name: String, image: String, voi: String) {
    let origin = ColumnOrigin(name: name)
    #expect(origin.image == image && origin.voi == voi)
  }

  @Test func allFamiliesOfTheCatalogAreKnown() {
    for family in Catalog.families { #expect(ColumnOrigin.families.contains(family.id.name)) }
  }
}
