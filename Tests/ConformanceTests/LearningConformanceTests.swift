import Catalog
import Components
import Evaluation
import Learning
import ModelStudy
import Numerics
import Testing

/// The contract of everything that a model study can name. A new component is tested by its line in
/// the catalog.
@Suite struct LearningConformanceTests {
  /// 60 rows of 60 patients (or 20 of three rows), 8 columns of normal noise, two of which carry
  /// the outcome.
  static func table(_ kind: OutcomeKind, rowsPerPatient: Int = 1) -> Dataset {
    var stream = RandomStream(seed: 7, domain: .synthesis, index: 1)
    let (rows, width) = (60, 8)
    let columns = (0..<width).map { _ in (0..<rows).map { _ in stream.normal() } }
    let signal = (0..<rows).map { columns[0][$0] - 0.5 * columns[3][$0] + stream.normal() }
    let outcome: Outcome =
      switch kind {
      case .binary: .binary(signal.map { $0 > 0.1 ? 1 : 0 })
      case .continuous: .continuous(signal)
      case .survival:
        .survival(
          // Each step of 1 in the signal halves the time or more.
          time: signal.map { value in
            let halvings = min(3, max(-3, value))
            return (stream.uniform() + 0.5) * (halvings < 0 ? 1 - halvings : 1 / (1 + halvings))
          },
          event: (0..<rows).map { _ in stream.uniform() < 0.7 ? 1 : 0 }, entry: [])
      }
    return Dataset(
      features: FeatureMatrix(rowCount: rows, columns: columns),
      names: (0..<width).map { "f\($0)" }, outcome: outcome,
      groups: (0..<rows).map { $0 / rowsPerPatient },
      blocks: (0..<width).map { $0 < 4 ? "CT" : "PET" },
      sites: (0..<rows).map { $0 % 2 == 0 ? "A" : "B" })
  }

  private static func stream() -> RandomStream {
    RandomStream(seed: 11, domain: .fit, index: 5)
  }

  private static func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }

  // MARK: Models

  private func fit<Kind: Model>(_ type: Kind.Type, _ data: Dataset) throws -> any Predictor {
    var stream = Self.stream()
    return try type.init(Kind.Parameters()).fit(data, using: &stream)
  }

  private static let models = Catalog.learning.models.map { $0.id.name }

  private func model(_ name: String) throws -> any Model.Type {
    try #require(Catalog.learning.models.first { $0.id.name == name })
  }

  /// A table that the model takes; mixed models need patients with several rows.
  static func table(for type: any Model.Type, _ kind: OutcomeKind) -> Dataset {
    let needsRepeats = ["glmm", "gee", "cluster-logistic"].contains(type.id.name)
    return table(kind, rowsPerPatient: needsRepeats ? 3 : 1)
  }

  @Test(arguments: models) func aRefitGivesEqualBits(name: String) throws {
    let type = try model(name)
    for kind in type.outcomes {
      let data = Self.table(for: type, kind)
      let first = try fit(type, data)
      let second = try fit(type, data)
      #expect(first.state == second.state)
      #expect(
        try Self.bits(first.scores(data.features)) == Self.bits(second.scores(data.features)))
    }
  }

  @Test(arguments: models) func storedAndReadItScoresTheSame(name: String) throws {
    let type = try model(name)
    for kind in type.outcomes {
      let data = Self.table(for: type, kind)
      let fitted = try fit(type, data)
      let read = try Catalog.fitted.predictors.predictor(from: fitted.state)
      #expect(try Self.bits(read.scores(data.features)) == Self.bits(fitted.scores(data.features)))
      let probabilities = try fitted.probabilities(data.features)
      #expect(try read.probabilities(data.features).map(Self.bits) == probabilities.map(Self.bits))
    }
  }

  @Test(arguments: models) func theOrderOfScoredRowsDoesNotMatter(name: String) throws {
    let type = try model(name)
    for kind in type.outcomes {
      let data = Self.table(for: type, kind)
      let fitted = try fit(type, data)
      let scores = try fitted.scores(data.features)
      let order = Array((0..<data.rowCount).reversed())
      let turned = try fitted.scores(data.features.rows(order))
      #expect(Self.bits(turned) == Self.bits(order.map { scores[$0] }))
      let alone = try fitted.scores(data.features.rows([17]))
      #expect(Self.bits(alone) == Self.bits([scores[17]]))
    }
  }

  @Test(arguments: models) func scoresArePlausible(name: String) throws {
    let type = try model(name)
    for kind in type.outcomes {
      let data = Self.table(for: type, kind)
      let fitted = try fit(type, data)
      let scores = try fitted.scores(data.features)
      #expect(scores.count == data.rowCount && scores.allSatisfy(\.isFinite))
      let metric: Metric =
        switch kind {
        case .binary: .auc
        case .continuous: .spearman
        case .survival: .concordance
        }
      // Higher scores mean the positive class, the larger value, the earlier event.
      let value = metric.value(data.outcome, scores: scores).value
      #expect(value > (kind == .continuous ? 0.3 : 0.6), "\(name) \(kind): \(value)")
      if let probabilities = try fitted.probabilities(data.features) {
        #expect(probabilities.allSatisfy { $0 >= 0 && $0 <= 1 })
        #expect(Metric.auc.value(data.outcome, scores: probabilities).value > 0.6)
      }
      if let importances = fitted.importances { #expect(importances.count == data.columnCount) }
    }
  }

  @Test(arguments: models) func oneClassIsRefused(name: String) throws {
    let type = try model(name)
    guard type.outcomes.contains(.binary) else { return }
    var data = Self.table(for: type, .binary)
    data.outcome = .binary([UInt8](repeating: 1, count: data.rowCount))
    // Regressions of 0 and 1 may take a constant; whatever they do, it is no crash.
    if type.outcomes == [.binary] {
      #expect(throws: LearningError.self) { try self.fit(type, data) }
    } else {
      _ = try? fit(type, data)
    }
  }

  @Test(arguments: models) func otherOutcomesAreRefused(name: String) throws {
    let type = try model(name)
    for kind in OutcomeKind.allCases where !type.outcomes.contains(kind) {
      #expect(throws: LearningError.self) { try self.fit(type, Self.table(kind)) }
    }
  }

  @Test(arguments: models) func constantAndMissingColumnsDoNotCrash(name: String) throws {
    let type = try model(name)
    for kind in type.outcomes {
      let data = Self.table(for: type, kind)
      for filler in [3.0, .nan] {
        var columns = (0..<data.columnCount).map { Array(data.features.column($0)) }
        columns[5] = [Double](repeating: filler, count: data.rowCount)
        var changed = data
        changed.features = FeatureMatrix(rowCount: data.rowCount, columns: columns)
        do {
          let fitted = try fit(type, changed)
          let scores = try fitted.scores(changed.features)
          #expect(scores.allSatisfy { $0.isFinite })
        } catch let error as LearningError {
          // A sentence that names the column, or says what is wrong with it.
          #expect(error.message.count > 20)
        }
      }
    }
  }

  // MARK: Steps

  @Test(arguments: Catalog.learning.preparations.map { $0.id.name })
  func preparationsAreFrozen(name: String) throws {
    let type = try #require(Catalog.learning.preparations.first { $0.id.name == name })
    let data = Self.table(.binary)
    let fitted = try fitStep(type, data)
    #expect(try fitStep(type, data).state == fitted.state)
    let all = try fitted.apply(data.features, sites: data.sites)
    #expect(all.columnCount == fitted.names.count)
    // A row becomes the same whatever rows come with it.
    let some = try fitted.apply(
      data.features.rows([3, 41]), sites: [data.sites[3], data.sites[41]])
    #expect(Self.bits(some.values) == Self.bits(all.rows([3, 41]).values))
    let read = try Catalog.fitted.transform(fitted.state)
    #expect(
      try Self.bits(read.apply(data.features, sites: data.sites).values) == Self.bits(all.values))
  }

  private func fitStep<Kind: Preparation>(
    _ type: Kind.Type, _ data: Dataset
  ) throws -> any FittedTransform {
    var stream = Self.stream()
    return try type.init(Kind.Parameters()).fit(data, using: &stream)
  }

  @Test(arguments: Catalog.learning.selectors.map { $0.id.name })
  func selectorsChooseColumnsOnce(name: String) throws {
    let type = try #require(Catalog.learning.selectors.first { $0.id.name == name })
    for kind in type.outcomes {
      let data = Self.table(kind)
      let chosen: [Int]
      do {
        chosen = try select(type, data)
      } catch let error as LearningError {
        #expect(error.message.count > 10)
        continue
      }
      #expect(Set(chosen).count == chosen.count)
      #expect(chosen.allSatisfy { (0..<data.columnCount).contains($0) })
      #expect(try select(type, data) == chosen)
    }
  }

  private func select<Kind: Selector>(_ type: Kind.Type, _ data: Dataset) throws -> [Int] {
    var stream = Self.stream()
    return try type.init(Kind.Parameters()).select(from: data, using: &stream)
  }

  @Test(arguments: Catalog.learning.balancings.map { $0.id.name })
  func balancingsGiveBothClassesTheSameWeight(name: String) throws {
    let type = try #require(Catalog.learning.balancings.first { $0.id.name == name })
    let data = Self.table(.binary)
    let balanced = try balance(type, data)
    guard case .binary(let classes) = balanced.outcome else {
      Issue.record("the outcome is no longer binary")
      return
    }
    let weights =
      balanced.weights.isEmpty
      ? [Double](repeating: 1, count: balanced.rowCount) : balanced.weights
    let positive = zip(classes, weights).reduce(0) { $0 + ($1.0 == 1 ? $1.1 : 0) }
    let negative = zip(classes, weights).reduce(0) { $0 + ($1.0 == 0 ? $1.1 : 0) }
    #expect(abs(positive - negative) < 1e-9)
    #expect(Array(balanced.groups.prefix(data.rowCount)) == data.groups)
  }

  private func balance<Kind: Balancing>(_ type: Kind.Type, _ data: Dataset) throws -> Dataset {
    var stream = Self.stream()
    return try type.init(Kind.Parameters()).balanced(data, using: &stream)
  }
}
