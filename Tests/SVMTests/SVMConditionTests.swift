import Components
import Learning
import Numerics
import SVMAdapter
import Testing

@Suite("Support vector machines in all conditions")
struct SVMConditionTests {
  private let iris = SVMTable.named("iris")!.data("class", test: false)
  private let cars = SVMTable.named("mtcars")!.data("y", test: false)

  private func platt() throws -> SVCModel { try make(SVCModel.self) { $0.probability = .platt } }

  /// Bit patterns, also after writing and reading.
  @Test func stateGivesTheSameBits() throws {
    let kernels = try SVMKernel.allCases.map { kernel in
      try fitted(
        make(SVCModel.self) {
          $0.machine.kernel = kernel
          $0.probability = .platt
          $0.machine.scaling = kernel == .rbf ? .e1071 : .none
        }, iris)
    }
    let scaled = try fitted(make(EpsilonSVRModel.self) { $0.machine.scaling = .e1071 }, cars)
    let free = try fitted(make(EpsilonSVRModel.self) { $0.epsilon = 1000 }, cars)
    let constant = try fitted(
      make(NuSVRModel.self) { $0.machine.scaling = .e1071 },
      SVMTable.hostile(varying: false).data("y", test: false))
    #expect(free.supportVectorCount == 0 && constant.scaling.constantColumns == [2, 3])
    let tables = kernels.map { _ in iris } + [cars, cars]
    let hostile = SVMTable.hostile(varying: false).data("y", test: true)
    for (fit, data) in zip(kernels + [scaled, free, constant], tables + [hostile]) {
      let read = try FittedSVM(fit.state)
      #expect(read == fit && read.state == fit.state)
      #expect(try bits(read.scores(data.features)) == bits(fit.scores(data.features)))
      #expect(try read.probabilities(data.features) == fit.probabilities(data.features))
      #expect(read.importances == fit.importances)
    }
  }

  private func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }

  @Test func fitsAreRepeatable() throws {
    let first = try fitted(platt(), iris)
    #expect(try fitted(platt(), iris).state == first.state)
    let other = try fitted(platt(), iris, index: 1)
    #expect(other.sigmoid != first.sigmoid && other.rho == first.rho)
    #expect(try fitted(make(SVCModel.self), iris) == fitted(make(SVCModel.self), iris, index: 1))
  }

  /// Rows one by one, in another order, or columns in another order change no score beyond the
  /// order of summation.
  @Test func rowsAndColumnsMayComeInAnyOrder() throws {
    let model = try make(SVCModel.self) { $0.machine.tolerance = 1e-10 }
    let fit = try fitted(model, iris)
    let scores = try fit.scores(iris.features)
    for row in [0, 17, 74] { #expect(try fit.scores(iris.features.rows([row])) == [scores[row]]) }
    #expect(try fit.scores(iris.features.rows([])).isEmpty)
    let turned = try fitted(model, iris.columns([3, 1, 0, 2]))
    #expect(deviation(try turned.scores(iris.columns([3, 1, 0, 2]).features), scores) < 1e-6)
    let reversed = try fitted(model, iris.rows((0..<75).reversed()))
    #expect(deviation(try reversed.scores(iris.features), scores) < 1e-6)
  }

  /// Class 1 has the larger scores whichever class the first row is of.
  @Test func positiveScoresMeanClassOne() throws {
    for rows in [Array(0..<75), Array((0..<75).reversed())] {
      let data = iris.rows(rows)
      guard case .binary(let classes) = data.outcome else { return }
      for kernel in [SVMKernel.linear, .rbf, .poly] {
        let fit = try fitted(
          make(SVCModel.self) {
            $0.machine.kernel = kernel
            $0.probability = .platt
          }, data)
        let scores = try fit.scores(data.features)
        let right = zip(scores, classes).reduce(0) { $0 + (($1.0 > 0) == ($1.1 == 1) ? 1 : 0) }
        #expect(right >= 70)
        let probabilities = try #require(try fit.probabilities(data.features))
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        #expect(zip(order, order.dropFirst()).allSatisfy { probabilities[$0] <= probabilities[$1] })
      }
    }
  }

  /// sum of coefficient * support vector, by scores: the decision value is linear.
  @Test func linearImportancesAreTheWeights() throws {
    let fit = try fitted(make(SVCModel.self) { $0.machine.kernel = .linear }, iris)
    let unit = FeatureMatrix(
      rowCount: 5,
      columns: (0..<4).map { j in (0..<5).map { $0 == j + 1 ? 1 : 0 } })
    let scores = try fit.scores(unit)
    #expect(
      deviation(
        try #require(fit.importances), scores.dropFirst().map { ($0 - scores[0]).magnitude })
        < 1e-12)
    #expect(try fitted(make(SVCModel.self), iris).importances == nil)
  }

  @Test func classWeights() throws {
    let cars = SVMTable.named("mtcars")!.data("class", test: false)
    var stream = RandomStream(seed: 1, domain: .synthesis, index: 0)
    let weighted = try ClassWeights(ClassWeightsParameters()).balanced(cars, using: &stream)
    let balanced = try make(SVCModel.self) {
      $0.classWeight = .balanced
      $0.machine.scaling = .e1071
    }
    let plain = try make(SVCModel.self) { $0.machine.scaling = .e1071 }
    let expected = try fitted(balanced, cars).scores(cars.features)
    #expect(deviation(try fitted(plain, weighted).scores(cars.features), expected) < 1e-9)
    #expect(deviation(try fitted(plain, cars).scores(cars.features), expected) > 0.01)
    #expect(refusal { _ = try fitted(balanced, weighted) }.contains("weighted already"))
    var uneven = cars
    uneven.weights = (0..<cars.rowCount).map { $0 == 3 ? 2 : 1 }
    #expect(refusal { _ = try fitted(plain, uneven) }.contains("weighs classes, not rows"))
    #expect(
      refusal { _ = try fitted(make(EpsilonSVRModel.self), uneven) }.contains("no row weights"))
    uneven.weights = cars.weights.map { _ in 2 } + Array(repeating: 2, count: cars.rowCount)
    #expect(try fitted(plain, uneven) == fitted(plain, cars))
  }

  /// Rows of one patient are left out together: classes that say nothing, each row twice, look
  /// predictable only where a row is predicted from its copy.
  @Test func plattKeepsPatientsTogether() throws {
    var twice = iris.rows((0..<75).flatMap { [$0, $0] })
    twice.outcome = .binary(
      (0..<75).flatMap { row in
        let positive: UInt8 = (row * row + 3 * row) % 7 < 3 ? 1 : 0
        return [positive, positive]
      })
    twice.groups = (0..<75).flatMap { [$0, $0] }
    var apart = twice
    apart.groups = Array(0..<150)
    let model = try make(SVCModel.self) {
      $0.probability = .platt
      $0.machine.gammaRule = .fixed
      $0.machine.gamma = 50
    }
    let slopes = try [twice, apart].map { try #require(fitted(model, $0).sigmoid).slope }
    #expect(slopes[0] > -1 && slopes[1] < -2, "\(slopes)")
    twice.groups = twice.groups.map { _ in 0 }
    #expect(refusal { _ = try fitted(model, twice) }.contains("2 patients"))
  }
}

@Suite("Support vector machines refuse with a sentence")
struct SVMRefusalTests {
  private let iris = SVMTable.named("iris")!.data("class", test: false)
  private let cars = SVMTable.named("mtcars")!.data("y", test: false)

  private func refusals(_ data: Dataset) -> [String] {
    [
      refusal { _ = try fitted(make(SVCModel.self), data) },
      refusal { _ = try fitted(make(EpsilonSVRModel.self), data) },
      refusal { _ = try fitted(make(NuSVRModel.self), data) },
    ]
  }

  @Test func values() throws {
    for (value, word) in [(Double.nan, "missing"), (.infinity, "infinite")] {
      var data = iris
      data.features = data.features.with(value, row: 4, column: 2)
      for sentence in refusals(data) {
        #expect(sentence.contains("\"c2\"") && sentence.contains(word))
      }
      let fit = try fitted(make(SVCModel.self), iris)
      #expect(refusal { _ = try fit.scores(data.features) }.contains("\"c2\""))
    }
    var large = iris
    large.features = large.features.with(1e200, row: 4, column: 2)
    for sentence in refusals(large) { #expect(sentence.contains("too large")) }
    let poly = try fitted(make(SVCModel.self) { $0.machine.kernel = .poly }, iris)
    #expect(refusal { _ = try poly.scores(large.features) }.contains("row 5 are too large"))
  }

  @Test func shapes() throws {
    for sentence in refusals(iris.columns([])) { #expect(sentence.contains("needs a column")) }
    for sentence in refusals(iris.rows([0, 1, 2])) {
      #expect(sentence.contains("at least 1 row(s) of each class"))
    }
    #expect(refusal { _ = try fitted(make(NuSVRModel.self), cars.rows([0])) }.contains("2 rows"))
    let fit = try fitted(make(SVCModel.self), iris)
    #expect(refusal { _ = try fit.scores(cars.features) }.contains("fitted to 4 columns"))
    let pair = try fitted(make(SVCModel.self), iris.rows([0, 70]))
    #expect(pair.supportVectorCount == 2)
  }

  @Test func outcomes() throws {
    #expect(refusal { _ = try fitted(make(SVCModel.self), cars) }.contains("binary outcome"))
    var data = cars
    data.outcome = .survival(
      time: Array(repeating: 1, count: 24), event: Array(repeating: 1, count: 24), entry: [])
    #expect(refusals(data).allSatisfy { $0.contains("binary outcome") })
    data.outcome = .continuous([.nan] + Array(repeating: 1, count: 23))
    #expect(refusal { _ = try fitted(make(NuSVRModel.self), data) }.contains("missing"))
    data.outcome = .continuous(Array(repeating: 4, count: 24))
    let scaled = try make(EpsilonSVRModel.self) { $0.machine.scaling = .e1071 }
    #expect(refusal { _ = try fitted(scaled, data) }.contains("outcome is constant"))
    let flat = try fitted(make(EpsilonSVRModel.self), data)
    #expect(try flat.scores(data.features).allSatisfy { ($0 - 4).magnitude <= 0.1 })
  }

  @Test func settings() {
    func problem(_ key: String, _ value: SettingValue) -> String {
      let map = SettingValue.map(SettingMap([.init(key: key, value: value)]))
      return refusal { _ = try SVCModel.decode(map, at: "models.svc") }
    }
    #expect(problem("gammaRule", .text("fixed")).contains("needs gamma > 0"))
    #expect(problem("gamma", .number(0.1)).contains("only read with gammaRule fixed"))
    #expect(problem("C", .integer(0)).contains("> 0"))
    #expect(problem("degree", .integer(0)).contains("1...20"))
    #expect(problem("probability", .text("isotonic")).contains("none, platt"))
    #expect(problem("epsilon", .integer(1)).contains("unknown key"))
    #expect(SVCParameters.fields.count == 11 && NuSVRParameters.fields.count == 10)
  }

  @Test func damagedStates() throws {
    let fit = try fitted(make(SVCModel.self) { $0.probability = .platt }, iris)
    var state = fit.state
    state.kind = "logistic"
    #expect(refusal { _ = try FittedSVM(state) }.contains("not a state of a support vector"))
    for index in [0, 1, 2, 3, 6] {
      state = fit.state
      state.numbers[index] = 1e15
      #expect(refusal { _ = try FittedSVM(state) }.contains("damaged"))
    }
    state = fit.state
    state.numbers.removeLast()
    #expect(refusal { _ = try FittedSVM(state) }.contains("damaged"))
    state = fit.state
    state.texts[0] = "precomputed"
    #expect(refusal { _ = try FittedSVM(state) }.contains("damaged"))
  }
}
