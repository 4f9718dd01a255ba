import Components
import Evaluation
import Explanation
import Learning
import SVMAdapter
import Testing
import XGBoostAdapter

/// Oracle: shap 0.46's LinearExplainer on columns scaled by scikit-learn, tolerance 1e-10; else what
/// the definition says: slope times distance from the mean of the training rows.
@Suite("Shapley values of linear scores, through pipelines")
struct LinearExplanationTests {
  let training = PipelineRows(features: SyntheticTable.features)

  private func given(_ coefficients: [Double], _ constant: Double, _ names: [String]) throws
    -> FittedRadScore
  {
    var stream = SyntheticTable.stream()
    let model = try make(RadScore.self) {
      ($0.coefficients, $0.constant) = (coefficients, constant)
    }
    let data = SyntheticTable.dataset(.binary(SyntheticTable.classes))
    return try model.fit(
      data.columns(names.map { SyntheticTable.names.firstIndex(of: $0)! }), using: &stream)
  }

  private func prepared<Step: Preparation>(_ step: Step, _ data: Dataset) throws -> FittedStep {
    var stream = SyntheticTable.stream()
    return .transform(try step.fit(data, using: &stream))
  }

  @Test func areThoseOfShap() throws {
    let data = SyntheticTable.dataset(.binary(SyntheticTable.classes))
    let fitted = pipeline(
      try given([0.5, -1.25, 0, 2, 0.75, 1e-3], -0.3, SyntheticTable.names),
      steps: [try prepared(make(Scaling.self), data)])
    let explanation = try fitted.explanation(
      of: PipelineRows(features: SyntheticTable.features.rows(Array(0..<6))), background: training)
    #expect(
      deviation(explanation.contributions.rowByRow, try SyntheticTable.golden("shap linear"))
        < 1e-10)
    #expect(abs(explanation.baseline + 0.3) < 1e-13)
    #expect(explanation.method == .linear && explanation.space == .score)
    #expect(explanation.values == SyntheticTable.features.rows(Array(0..<6)))
  }

  /// Imputation, a filter, selection in another order and scaling, one after the other: every kind of
  /// linear model gives its contributions to the table's columns, and they add up.
  @Test func preparationIsFoldedIn() throws {
    let holed = PipelineRows(features: SyntheticTable.holed)
    var data = SyntheticTable.dataset(.binary(SyntheticTable.classes))
    data.features = SyntheticTable.holed
    let steps = [
      try prepared(make(Imputation.self), data),
      .columns([5, 2, 1, 0]),
    ]
    let half = FittedPipeline(
      inputs: data.names, steps: steps, selected: ["c5", "c2", "c1", "c0"],
      predictor: ConstantPredictor(fittedTo: data))
    let between = Dataset(
      features: try half.prepared(data.features, sites: []), names: half.selected,
      outcome: data.outcome)
    let scaling = try prepared(make(Scaling.self), between)
    guard case .transform(let scaler) = scaling else { return }
    let scaled = try scaler.apply(between.features, sites: [])
    func check<Kind: Model>(_ model: Kind, _ outcome: Outcome, _ space: ScoreSpace) throws {
      var stream = SyntheticTable.stream()
      let fitted = try model.fit(
        Dataset(features: scaled, names: half.selected, outcome: outcome), using: &stream)
      let whole = FittedPipeline(
        inputs: data.names, steps: steps + [scaling], selected: half.selected, predictor: fitted)
      #expect(whole.explainability == .exact(.linear, space))
      let explanation = try whole.explanation(of: holed, background: holed)
      #expect(explanation.columns == ["c0", "c1", "c2", "c5"])
      #expect(explanation.space == space)
      let sums = explanation.contributions.sums().map { $0 + explanation.baseline }
      #expect(deviation(sums, explanation.scores) < 1e-12)
      // Slope on the table's scale times distance from the imputed column's mean.
      let slope = try #require((fitted as? any LinearPredictor)?.slopes?[1])
      let width = (scaler as? FittedScaling)?.widths[1] ?? .nan
      let imputed = Array(between.features.column(1))
      let mean = imputed.reduce(0, +) / Double(imputed.count)
      #expect(
        deviation(
          Array(explanation.contributions.column(2)), imputed.map { slope / width * ($0 - mean) })
          < 1e-12)
    }
    let classes = Outcome.binary(SyntheticTable.classes)
    let values = Outcome.continuous(SyntheticTable.values)
    try check(make(LogisticModel.self), classes, .logOdds)
    try check(make(LogisticModel.self) { $0.penalty = .elasticNet }, classes, .logOdds)
    try check(make(DiscriminantModel.self), classes, .logOdds)
    try check(make(LinearModel.self) { $0.penalty = .ridge }, values, .value)
    try check(make(CoxModel.self), SyntheticTable.survival, .logHazard)
    try check(make(RadScore.self), SyntheticTable.survival, .logHazard)
    try check(make(SVCModel.self) { $0.machine.kernel = .linear }, classes, .decision)
    try check(make(EpsilonSVRModel.self) { $0.machine.kernel = .linear }, values, .value)
  }

  /// A transform that bends its column: the model is a sum of functions of single columns all the
  /// same, and for independent columns Shapley values are what each function exceeds its mean by.
  @Test func bentColumnsAreExact() throws {
    let data = SyntheticTable.dataset(.continuous(SyntheticTable.values))
    let fitted = pipeline(
      try given([1, 0, 0, 0, 0, 2], 0, SyntheticTable.names),
      steps: [try prepared(make(LogShift.self), data)])
    let explanation = try fitted.explanation(of: training, background: training)
    let sum = explanation.contributions.column(5).reduce(0, +)
    #expect(abs(sum) < 1e-12)
    #expect(explanation.contributions.column(1).allSatisfy { $0 == 0 })
  }

  @Test func harmonisedColumnsKeepTheirNames() throws {
    var data = SyntheticTable.dataset(.binary(SyntheticTable.classes))
    data.sites = (0..<data.rowCount).map { $0 % 3 == 0 ? "A" : "B" }
    let combat = try make(ComBat.self) { $0.covariates = ["c5"] }
    let step = try prepared(combat, data)
    var fitted = pipeline(try given([1, 1, 0, 0, 0, 0], 0, SyntheticTable.names), steps: [step])
    fitted = FittedPipeline(
      inputs: data.names, steps: [step, .columns([0, 1])], selected: ["c0", "c1"],
      predictor: try given([1, 1], 0, ["c0", "c1"]))
    let rows = PipelineRows(data)
    let explanation = try fitted.explanation(of: rows, background: rows)
    #expect(explanation.columns == ["c0", "c1"])
    #expect(explanation.notes.count == 1 && explanation.notes[0].contains("adjusted with c5"))
    var stream = SyntheticTable.stream()
    let fold = try fitted.importance(on: data, metric: .auc, repeats: 2, using: &stream)
    #expect(fold.columns == [0, 1, 5])
  }

  @Test func patientsAreMeansOfTheirLesions() throws {
    let fitted = pipeline(try given([1, 2, 0, 0, 0, 0], 0, SyntheticTable.names))
    var features = SyntheticTable.features.rows([0, 1, 2, 3])
    features = FeatureMatrix(
      rowCount: 4, columnCount: 6, values: features.values.enumerated().map { $0 == 9 ? .nan : $1 })
    let explanation = try fitted.explanation(
      of: PipelineRows(features: features), background: training)
    let whole = explanation.perPatient([7, 4, 7, 7])
    #expect(whole.rows == [0, 1])
    #expect(
      whole.contributions.values[0]
        == [0, 2, 3].reduce(0) { $0 + explanation.contributions.values[$1] } / 3)
    #expect(whole.scores[1] == explanation.scores[1])
    #expect(abs(whole.contributions.sums()[0] + whole.baseline - whole.scores[0]) < 1e-14)
    // Column 2, row 1: a lone missing value stays missing.
    #expect(whole.values.values[5].isNaN)
    #expect(explanation.perPatient([0, 1, 2, 3]).contributions == explanation.contributions)
  }

  @Test func whatCannotBeExplainedSaysSo() throws {
    let data = SyntheticTable.dataset(.binary(SyntheticTable.classes))
    func refuse<Kind: Model>(_ model: Kind) throws {
      var stream = SyntheticTable.stream()
      let fitted = pipeline(try model.fit(data, using: &stream))
      guard case .permutationOnly(let reason) = fitted.explainability else {
        Issue.record("\(Kind.id) is explained")
        return
      }
      #expect(reason.contains(Kind.id.name))
      #expect(throws: LearningError.self) {
        try fitted.explanation(of: training, background: training)
      }
    }
    try refuse(make(SVCModel.self) { $0.machine.kernel = .rbf })
    try refuse(make(NearestNeighboursModel.self))
    try refuse(make(MultilayerPerceptron.self) { $0.maxIterations = 3 })
    let linear = pipeline(try given([1, 1, 1, 1, 1, 1], 0, SyntheticTable.names))
    #expect(throws: LearningError.self) {
      try linear.explanation(of: training, background: nil)
    }
    let holed = PipelineRows(features: SyntheticTable.holed)
    #expect(throws: LearningError.self) {
      try linear.explanation(of: training, background: holed)
    }
    #expect(throws: LearningError.self) {
      try linear.explanation(of: holed, background: training)
    }
  }

  /// Scores of a first model are no columns of the table, even if they have the name of one.
  @Test func secondStagesArePermutedOnly() throws {
    let data = SyntheticTable.dataset(.binary(SyntheticTable.classes))
    let ridge = try make(LogisticModel.self) { $0.penalty = .ridge }
    let stage = ScoreStage(
      ScoreStageParameters(),
      members: [.init(PipelineGrid(name: "c0", steps: [], models: [ridge]), point: 0)],
      aggregation: nil)
    let fitted = try PipelineGrid(name: "whole", steps: [[.scores(stage)]], models: [ridge])
      .fit(point: 0, to: data, at: FitAddress(seed: 1, key: 1))
    guard case .permutationOnly(let reason) = fitted.explainability else {
      Issue.record("a second stage is explained")
      return
    }
    #expect(reason.contains("scores of other models"))
    var stream = SyntheticTable.stream()
    let fold = try fitted.importance(on: data, metric: .auc, repeats: 2, using: &stream)
    #expect(fold.columns == Array(0..<6) && fold.drops[3] == [0, 0])
    #expect(fold.drops[2].allSatisfy { $0 > 0 })
  }

  @Test func columnsThatGiveNothingCanBeLeftOut() throws {
    let rows = PipelineRows(features: SyntheticTable.features.rows(Array(0..<20)))
    let fitted = pipeline(try given([1, 0, 2, 0, 0, 0], 0, SyntheticTable.names))
    let whole = try fitted.explanation(of: rows, background: rows)
    let part = whole.ofContributingColumns
    #expect(whole.columns.count == 6 && part.columns == ["c0", "c2"])
    #expect(Array(part.contributions.column(1)) == Array(whole.contributions.column(2)))
    #expect(Array(part.values.column(1)) == Array(whole.values.column(2)))
    #expect(part.notes.last?.contains("4 of 6 columns give nothing") == true)
    #expect(part.ofContributingColumns == part)
  }

  @Test func aConstantGivesNothing() throws {
    let data = SyntheticTable.dataset(.continuous(SyntheticTable.values))
    let fitted = FittedPipeline(
      inputs: data.names, steps: [.columns([])], selected: [],
      predictor: ConstantPredictor(fittedTo: data))
    let explanation = try fitted.explanation(of: training, background: training)
    #expect(explanation.columns.isEmpty && explanation.ranking.isEmpty)
    #expect(explanation.scores.allSatisfy { $0 == explanation.baseline })
  }

  @Test func oneRowAndRanks() throws {
    let fitted = pipeline(try given([1, -2, 0, 0, 0, 0], 0, SyntheticTable.names))
    let one = try fitted.explanation(
      of: PipelineRows(features: SyntheticTable.features.rows([8])), background: training)
    #expect(one.scores.count == 1 && one.contributions.rowCount == 1)
    let all = try fitted.explanation(of: training, background: training)
    #expect(all.ranking == [1, 0, 2, 3, 4, 5])
    #expect(all.meanMagnitudes[3] == 0)
    let none = try fitted.explanation(
      of: PipelineRows(features: SyntheticTable.features.rows([])), background: training)
    #expect(none.meanMagnitudes == [0, 0, 0, 0, 0, 0])
  }
}
