import Components
import Learning
import Numerics
import Testing

/// The fits are those of the regression models, which are compared with glmnet and R elsewhere; here
/// it is what a radiomics score does with them.
@Suite struct RadScoreTests {
  private let table = ElasticNetTable(rows: 80, columns: 12)

  private func fit<M: Model>(_ model: M, _ data: Dataset) throws -> M.Fitted {
    var stream = newStream()
    return try model.fit(data, using: &stream)
  }

  @Test(arguments: ["gaussian", "binomial", "cox"])
  func coefficientsAreThoseOfTheRegression(_ family: String) throws {
    let data = table.dataset(family)
    let fitted = try fit(make(RadScore.self) { $0.net.folds = 5 }, data)
    let linear: FittedLinear
    switch family {
    case "gaussian":
      linear = try fit(
        make(LinearModel.self) { ($0.penalty, $0.net.folds) = (.elasticNet, 5) }, data)
    case "binomial":
      linear = try fit(
        make(LogisticModel.self) { ($0.penalty, $0.net.folds) = (.elasticNet, 5) }, data)
    default:
      linear = try fit(make(CoxModel.self) { ($0.penalty, $0.net.folds) = (.elasticNet, 5) }, data)
    }
    #expect(fitted.linear == linear && fitted.importances == linear.importances)
    #expect(fitted.terms.count == linear.coefficients.count { $0 != 0 } && !fitted.terms.isEmpty)
    let sums = (0..<80).map { row in
      fitted.terms.reduce(0.0) { sum, term in
        sum + term.coefficient
          * data.features.column(data.names.firstIndex(of: term.name)!)
          .map { $0 }[row]
      }
    }
    let scores = try fitted.scores(data.features)
    #expect(deviation(scores, sums) < 1e-14)
    let with = try fit(
      make(RadScore.self) { ($0.net.folds, $0.intercept) = (5, true) }, data)
    #expect(try with.scores(data.features) == linear.scores(data.features))
    #expect(try fitted.probabilities(data.features) == linear.probabilities(data.features))
    let read = try FittedRadScore(fitted.state)
    #expect(try read == fitted && read.scores(data.features) == scores)
    #expect(try PredictorRegistry.core.predictor(from: with.state).state == with.state)
  }

  @Test func givenCoefficients() throws {
    let data = makeDataset([[1, 2, 3], [.nan, 5, 6], [7, 8, 9]], .binary([0, 0, 0]))
    let score = try make(RadScore.self) {
      ($0.columns, $0.coefficients, $0.constant) = (["c2", "c0"], [2, -1], 0.5)
    }
    let fitted = try fit(score, data)
    #expect(try fitted.scores(data.features) == [13.5, 14.5, 15.5] && fitted.isGiven)
    #expect(fitted.terms.map(\.name) == ["c0", "c2"])
    #expect(try fitted.probabilities(data.features) == nil)
    #expect(try FittedRadScore(fitted.state) == fitted)
    let all = try make(RadScore.self) { $0.coefficients = [1, 0, 1] }
    #expect(try fit(all, data).scores(data.features) == [8, 10, 12])
    let some = try make(RadScore.self) { $0.coefficients = [1, 2] }
    #expect(refusal { _ = try fit(some, data) }.contains("2 coefficients are given for 3 columns"))
    let lost = try make(RadScore.self) { ($0.columns, $0.coefficients) = (["x"], [1]) }
    #expect(refusal { _ = try fit(lost, data) }.contains("has not: x"))
    let holes = try make(RadScore.self) { ($0.columns, $0.coefficients) = (["c1"], [1]) }
    let broken = try fit(holes, data)
    #expect(refusal { _ = try broken.scores(data.features) }.contains("\"c1\" is missing in row 1"))
    #expect(refusal { _ = try fitted.scores(data.features.columns([0])) }.contains("3 columns"))
  }

  @Test func refusals() throws {
    let message = refusal {
      _ = try make(RadScore.self) {
        ($0.columns, $0.coefficients) = (["a", "a", "b"], [.nan])
        ($0.net.alpha, $0.constant) = (2, .infinity)
      }
    }
    for name in ["columns: 3", "given twice", "coefficients: ", "alpha: ", "constant: "] {
      #expect(message.contains(name))
    }
    let score = try make(RadScore.self)
    let oneClass = makeDataset([[1, 2, 3]], .binary([1, 1, 1]))
    #expect(refusal { _ = try fit(score, oneClass) }.contains("one class only"))
    #expect(refusal { _ = try fit(score, oneClass.columns([])) }.contains("needs a column"))
    #expect(refusal { _ = try fit(score, oneClass.rows([0])) }.contains("2 rows or more"))
    let auc = try make(RadScore.self) { $0.net.measure = .auc }
    #expect(refusal { _ = try fit(auc, table.dataset("cox")) }.contains("binary outcome"))
    #expect(refusal { _ = try FittedRadScore(FittedState(kind: "radscore")) }.contains("damaged"))
  }
}
