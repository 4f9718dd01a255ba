package import Components
package import Learning
package import Numerics

/// Gradient boosted trees by the XGBoost library (Chen & Guestrin 2016, "XGBoost: a scalable tree
/// boosting system", KDD).
///
/// Objectives: binary:logistic, reg:squarederror, survival:cox (Breslow's ties; without entry
/// times). Missing values are allowed: each split learns where they go. Row weights are used. Of
/// splits with equal gain, the one on the column that comes first is taken. The library runs on
/// one thread; its seed is one draw from the stream, so equal streams give equal bits. The default
/// measure of the objective decides early stopping: logloss, RMSE, or the negative partial log
/// likelihood.
package struct XGBoostModel: Model {
  package static let id: ComponentID = "xgboost"
  package static let outcomes: Set<OutcomeKind> = [.binary, .continuous, .survival]
  package static let summary = "Gradient boosted trees (XGBoost); scores are raw margins."

  package let parameters: XGBoostParameters

  package init(_ parameters: XGBoostParameters) throws(InvalidInput) {
    // Decoding checks every field.
    _ = try XGBoostParameters.decode(parameters.encoded(), at: "")
    if parameters.balanced, parameters.scalePosWeight != 1 {
      throw InvalidInput(
        "balanced", "scalePosWeight is \(parameters.scalePosWeight) already; give one of the two")
    }
    self.parameters = parameters
  }

  /// One table made for this fit alone; see `fit(_:using:)` with an `XGBoostTable` for grids.
  package func fit(
    _ data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> FittedXGBoost {
    try fit(XGBoostTable(data), using: &stream)
  }

  /// The same fit, bit for bit, to rows that are in XGBoost's form already: for many settings on
  /// one training set.
  package func fit(
    _ table: XGBoostTable, using stream: inout RandomStream
  ) throws(LearningError) -> FittedXGBoost {
    let seed = Self.seed(&stream)
    if parameters.earlyStopping == 0 {
      return try fitted(table, rounds: parameters.rounds, seed: seed)
    }
    let split = try InnerSplit(
      table.data, share: parameters.earlyStoppingShare, using: &stream)
    let stopped = try stopped(
      training: XGBoostTable(table.data.rows(split.training)),
      validation: XGBoostTable(table.data.rows(split.validation)), seed: seed)
    return parameters.earlyStoppingRefit
      ? try fitted(table, rounds: stopped.rounds, seed: seed) : stopped
  }

  /// Fits to several numbers of rounds at the price of the largest.
  ///
  /// Each is bit-equal to a fit of its own, with `rounds` set to it, from a copy of the stream.
  /// - Parameter rounds: >= 1 each, in any order; the parameter of that name is not used.
  package func fitShared(
    _ table: XGBoostTable, rounds: [Int], using stream: inout RandomStream
  ) throws(LearningError) -> [FittedXGBoost] {
    precondition(rounds.allSatisfy { $0 >= 1 }, "numbers of rounds are >= 1")
    if parameters.earlyStopping > 0 {
      throw LearningError("earlyStopping chooses the rounds itself: no grid over rounds with it")
    }
    let seed = Self.seed(&stream)
    guard let most = rounds.max() else { return [] }
    let longest = try trained(table, rounds: most, seed: seed)
    return try rounds.map { count throws(LearningError) in
      try longest.first(rounds: count).checked()
    }
  }

  /// 31 bits, as the library's seed is a signed number.
  static func seed(_ stream: inout RandomStream) -> UInt32 { stream.nextUInt32() >> 1 }

  /// A fit with a given seed of the library's generator, without early stopping.
  package func fitted(
    _ table: XGBoostTable, rounds: Int, seed: UInt32
  ) throws(LearningError) -> FittedXGBoost {
    try trained(table, rounds: rounds, seed: seed).checked()
  }

  /// As `fitted`, whatever came of it.
  func trained(
    _ table: XGBoostTable, rounds: Int, seed: UInt32
  ) throws(LearningError) -> FittedXGBoost {
    let booster = try Booster(
      parameters.settings(for: table, seed: seed), for: [table])
    for round in 0..<rounds { try booster.update(round, on: table) }
    return FittedXGBoost(try BoostedTrees(booster.model()))
  }

  /// Trains until the measure on the other rows has not improved for `earlyStopping` rounds.
  /// - Returns: the model up to the best round; the first of several that are equally good.
  package func stopped(
    training: XGBoostTable, validation: XGBoostTable, seed: UInt32
  ) throws(LearningError) -> FittedXGBoost {
    let booster = try Booster(
      parameters.settings(for: training, seed: seed), for: [training, validation])
    var (best, bestRounds) = (Double.infinity, 0)
    for round in 0..<parameters.rounds {
      try booster.update(round, on: training)
      let measure = try booster.measure(round, on: validation)
      if measure.isNaN {
        throw LearningError(
          "xgboost: earlyStopping cannot measure the held-out rows (the measure is not a number)")
      }
      if round == 0 || measure < best { (best, bestRounds) = (measure, round + 1) }
      if round + 1 - bestRounds >= parameters.earlyStopping { break }
    }
    return try FittedXGBoost(BoostedTrees(booster.model()).first(rounds: bestRounds)).checked()
  }
}

extension XGBoostParameters {
  /// The library's parameters for one training set.
  /// - Throws: a base score that the objective does not allow.
  package func settings(
    for table: XGBoostTable, seed: UInt32
  ) throws(LearningError) -> [(name: String, value: String)] {
    try table.objective.checkBaseScore(baseScore)
    var settings = [
      ("objective", table.objective.rawValue), ("base_score", "\(baseScore)"),
      ("tree_method", method.rawValue), ("learning_rate", "\(learningRate)"),
      ("max_depth", "\(maxDepth)"), ("min_child_weight", "\(minChildWeight)"),
      ("gamma", "\(gamma)"), ("subsample", "\(subsample)"),
      ("colsample_bytree", "\(colsampleByTree)"), ("lambda", "\(lambda)"), ("alpha", "\(alpha)"),
      ("max_delta_step", "\(maxDeltaStep)"), ("seed", "\(seed)"), ("nthread", "1"),
      ("verbosity", "0"),
    ]
    if case .logistic = table.objective {
      let scale = balanced ? table.negativeOverPositive : scalePosWeight
      settings.append(("scale_pos_weight", "\(scale)"))
    } else if balanced || scalePosWeight != 1 {
      throw LearningError("xgboost: balanced and scalePosWeight need a binary outcome")
    }
    return settings
  }
}
