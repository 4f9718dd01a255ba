import Components
import Learning
import Numerics
import Testing

@Suite struct StackingTests {
  private let table = NetworkTable(120, 7)
  private let groups = (0..<120).map { $0 / 2 }

  private func stack(
    _ change: (inout StackingParameters) -> Void = { _ in }
  ) throws -> Stacking {
    var parameters = StackingParameters()
    change(&parameters)
    let logistic = try make(LogisticModel.self)
    return try Stacking(
      parameters,
      members: [
        .init("PET", logistic, columns: .named(["c0", "c1", "c2"])),
        .init("CT", logistic, columns: .blocks(["ct"])),
      ], final: logistic, further: .named(["c6"]))
  }

  private var data: Dataset {
    var data = table.dataset("binary", groups: groups)
    data.blocks = ["pet", "pet", "pet", "ct", "ct", "ct", "clinical"]
    return data
  }

  /// scikit-learn's cross_val_predict and LogisticRegression with the same folds. Both solve the
  /// likelihood to about 1e-8 at worst: 1e-7.
  @Test(arguments: StackingOutput.allCases)
  func againstScikitLearn(_ output: StackingOutput) throws {
    let expected = try #require(NetworkTable.golden["stack \(output.rawValue)"])
    var stream = newStream()
    let folds = groups.map { $0 * 3 % 4 }
    let fitted = try stack { $0.output = output }.fit(data, folds: folds, using: &stream)
    let final = try #require(fitted.final as? FittedLinear)
    let scores = try fitted.scores(data.features)
    #expect(
      deviation([final.intercept] + final.coefficients + scores.prefix(20), expected) < 1e-7)
  }

  @Test func statesComeBackWithEqualBits() throws {
    var (a, b) = (newStream(), newStream())
    let inner = try stack()
    let network = try make(MultilayerPerceptron.self) {
      ($0.hiddenLayers, $0.maxIterations) = ([3], 10)
    }
    // A stack on a stack, so that reading goes down.
    let outer = try Stacking(
      StackingParameters(), members: [.init("stack", inner), .init("network", network)],
      final: try make(RadScore.self) { ($0.penalty, $0.net.choice) = (.ridge, .fixed) })
    let fitted = try outer.fit(data, using: &a)
    #expect(try outer.fit(data, using: &b).state == fitted.state)
    let read = try FittedStacking(fitted.state)
    let scores = try fitted.scores(data.features)
    #expect(read.state == fitted.state)
    #expect(try read.scores(data.features).map(\.bitPattern) == scores.map(\.bitPattern))
    #expect(try read.probabilities(data.features) != nil)
    #expect(read.members.map(\.name) == ["stack", "network"])
    let second = try fitted.secondStage(data.features)
    #expect(second.columnCount == 2 && second.rowCount == 120)
    #expect(Array(second.column(0)) == (try fitted.members[0].predictor.scores(data.features)))
    var cut = fitted.state
    cut.parts.removeLast()
    #expect(refusal { _ = try FittedStacking(cut) }.contains("damaged"))
    cut.parts.append(FittedState(kind: "unheard"))
    #expect(refusal { _ = try FittedStacking(cut) }.contains("\"unheard\""))
  }

  /// A base model that learns rows by heart gains nothing from it: out of fold it knows nothing.
  @Test func scoresAreOutOfFold() throws {
    let noise = NetworkTable(120, 3)
    let random = Dataset(
      features: noise.features, names: ["c0", "c1", "c2"],
      outcome: .binary((0..<120).map { SelectorTables.noise(77, $0 / 2) < 0.5 ? 1 : 0 }),
      groups: groups)
    let network = try make(MultilayerPerceptron.self) {
      ($0.hiddenLayers, $0.activation, $0.solver) = ([12], .tanh, .lbfgs)
      ($0.alpha, $0.maxIterations) = (0.01, 300)
    }
    let logistic = try make(LogisticModel.self)
    let stack = try Stacking(
      StackingParameters(), members: [.init("network", network)], final: logistic)
    var stream = newStream()
    let fitted = try stack.fit(random, using: &stream)
    guard case .binary(let classes) = random.outcome else { return }
    let base = try fitted.members[0].predictor.scores(random.features)
    let final = try #require(fitted.final as? FittedLinear)
    // On the rows of the fit the network looks good; the final model was not shown that.
    #expect(areaUnderCurve(base, classes) > 0.8)
    #expect(final.importances![0] < 0.6)
  }

  /// Base models are fitted once for all final models, those of another stack by themselves.
  @Test func gridsGiveTheBitsOfSingleFits() throws {
    let logistic = try make(LogisticModel.self)
    let network = try make(MultilayerPerceptron.self) {
      ($0.hiddenLayers, $0.maxIterations) = ([3], 10)
    }
    let forests = try [2, 9].map { count in try make(ForestModel.self) { $0.trees = count } }
    let linear = try make(LinearModel.self)
    let finals: [any Model] = [logistic, forests[0], network, forests[1], linear]
    var stacks = try finals.map { final in
      try Stacking(StackingParameters(), members: [.init("base", network)], final: final)
    }
    stacks.append(
      try Stacking(StackingParameters(), members: [.init("base", logistic)], final: logistic))
    stacks.append(try make(Stacking.self))
    let streams = [RandomStream](repeating: newStream(), count: stacks.count)
    let together = Stacking.fitAll(stacks, to: data, using: streams)
    #expect(together.count == stacks.count)
    for (stack, result) in zip(stacks, together) {
      var stream = newStream()
      do throws(LearningError) {
        let alone = try stack.fit(data, using: &stream)
        #expect(try result.get().state == alone.state)
      } catch {
        #expect(result.error == error)
      }
    }
    #expect(together[4].error?.message.contains("linear cannot be fitted to a binary") == true)
    #expect(together[6].error?.message.contains("base models") == true)
  }

  @Test func refusals() throws {
    let logistic = try make(LogisticModel.self)
    var stream = newStream()
    let message = refusal {
      _ = try Stacking(
        StackingParameters(),
        members: [.init("a", logistic), .init("a", logistic), .init("", logistic)],
        final: logistic)
    }
    #expect(message.contains("given twice") && message.contains("base model 3 has no name"))
    #expect(
      refusal { _ = try Stacking(StackingParameters(), members: [], final: logistic) }
        .contains("needs a base model"))
    #expect(
      refusal { _ = try make(Stacking.self).fit(data, using: &stream) }.contains("final model"))
    let lost = try Stacking(
      StackingParameters(), members: [.init("PET", logistic, columns: .named(["x"]))],
      final: logistic)
    #expect(
      refusal { _ = try lost.fit(data, using: &stream) }
        .contains("base model \"PET\": the table has no column x"))
    let same = try Stacking(
      StackingParameters(), members: [.init("c6", logistic)], final: logistic, further: .all)
    #expect(refusal { _ = try same.fit(data, using: &stream) }.contains("\"c6\""))
    let continuous = table.dataset("continuous", groups: groups)
    let block = try Stacking(
      StackingParameters(), members: [.init("CT", logistic, columns: .blocks(["mr"]))],
      final: logistic)
    #expect(
      refusal { _ = try block.fit(data, using: &stream) }.contains("the table has no block mr"))
    let plain = try Stacking(
      StackingParameters(), members: [.init("a", logistic)], final: logistic)
    #expect(
      refusal { _ = try plain.fit(continuous, using: &stream) }
        .contains("logistic cannot be fitted to a continuous outcome"))
    let few = data.rows([0, 1, 2, 3])
    #expect(refusal { _ = try plain.fit(few, using: &stream) }.contains("5 folds"))
    var probabilities = StackingParameters()
    probabilities.output = .probabilities
    let linear = try make(LinearModel.self)
    let none = try Stacking(probabilities, members: [.init("a", linear)], final: linear)
    #expect(
      refusal { _ = try none.fit(continuous, using: &stream) }.contains("has no probabilities"))
    let fitted = try plain.fit(data, using: &stream)
    #expect(refusal { _ = try fitted.scores(data.features.columns([0])) }.contains("7 columns"))
  }
}

extension Result where Failure == LearningError {
  fileprivate var error: LearningError? {
    if case .failure(let error) = self { error } else { nil }
  }
}
