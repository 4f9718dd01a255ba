package import Components

/// How XGBoost looks for splits.
package enum XGBoostMethod: String, Hashable, Sendable, CaseIterable {
  /// Every value of every column (tree_method "exact").
  case exact
  /// 256 quantiles per column (tree_method "hist").
  case hist
}

/// `xgboost:` of a study file; defaults are those of XGBoost 1.7.
///
/// | Setting | XGBoost's name | Default | Range |
/// |---|---|---|---|
/// | `rounds` | num_boost_round, n_estimators | 100 | 1...100000 |
/// | `learningRate` | eta, learning_rate | 0.3 | > 0 and <= 1 |
/// | `maxDepth` | max_depth | 6 | 1...32 |
/// | `minChildWeight` | min_child_weight | 1 | >= 0 |
/// | `gamma` | gamma, min_split_loss | 0 | >= 0 |
/// | `subsample` | subsample | 1 | > 0 and <= 1 |
/// | `colsampleByTree` | colsample_bytree | 1 | > 0 and <= 1 |
/// | `lambda` | lambda, reg_lambda | 1 | >= 0 |
/// | `alpha` | alpha, reg_alpha | 0 | >= 0 |
/// | `scalePosWeight` | scale_pos_weight | 1 | > 0; binary outcomes |
/// | `balanced` | | false | scale_pos_weight from the training rows |
/// | `maxDeltaStep` | max_delta_step | 0 | >= 0 |
/// | `method` | tree_method | exact | exact, hist |
/// | `baseScore` | base_score | 0.5 | see `BoostingObjective` |
/// | `earlyStopping` | early_stopping_rounds | 0 | 0 (off)...100000 |
/// | `earlyStoppingShare` | | 0.2 | 0.05...0.5 |
/// | `earlyStoppingRefit` | | true | |
package struct XGBoostParameters: ParameterSet {
  package var rounds = 100
  package var learningRate = 0.3
  package var maxDepth = 6
  package var minChildWeight = 1.0
  package var gamma = 0.0
  package var subsample = 1.0
  package var colsampleByTree = 1.0
  package var lambda = 1.0
  package var alpha = 0.0
  package var scalePosWeight = 1.0
  /// The weight of the positive rows is multiplied by (weight of the negative rows) / (weight of
  /// the positive rows).
  package var balanced = false
  package var maxDeltaStep = 0.0
  package var method = XGBoostMethod.exact
  package var baseScore = 0.5
  /// Rounds without improvement after which training stops; 0: all rounds are trained.
  package var earlyStopping = 0
  /// Share of the patients of each class on which improvement is measured.
  package var earlyStoppingShare = 0.2
  /// Whether all rows are fitted again with the number of rounds that was best.
  package var earlyStoppingRefit = true

  package init() {}

  package static let fields: [Field<XGBoostParameters>] = [
    .integer("rounds", \.rounds, in: 1...100_000, "number of trees"),
    .number(
      "learningRate", \.learningRate, in: 0...1, exclusiveLower: true,
      "what each tree is multiplied by"),
    .integer("maxDepth", \.maxDepth, in: 1...32, "levels of splits of a tree"),
    .number("minChildWeight", \.minChildWeight, in: any, "least sum of Hessians in a node"),
    .number("gamma", \.gamma, in: any, "least gain of a split that is kept"),
    .number(
      "subsample", \.subsample, in: 0...1, exclusiveLower: true,
      "share of the rows that each tree sees"),
    .number(
      "colsampleByTree", \.colsampleByTree, in: 0...1, exclusiveLower: true,
      "share of the columns that each tree sees"),
    .number("lambda", \.lambda, in: any, "L2 penalty on the values of leaves"),
    .number("alpha", \.alpha, in: any, "L1 penalty on the values of leaves"),
    .number(
      "scalePosWeight", \.scalePosWeight, in: any, exclusiveLower: true,
      "binary: what the weight of positive rows is multiplied by"),
    .flag(
      "balanced", \.balanced,
      "binary: scalePosWeight is the weight of the negative over that of the positive rows"),
    .number("maxDeltaStep", \.maxDeltaStep, in: any, "largest value of a leaf; 0: no limit"),
    .choice("method", \.method, "exact: every value; hist: 256 quantiles per column"),
    .number(
      "baseScore", \.baseScore, in: -greatest...greatest,
      "start of all predictions: probability (binary), value, or hazard ratio (survival)"),
    .integer(
      "earlyStopping", \.earlyStopping, in: 0...100_000,
      "stop after this many rounds without improvement on held-out patients; 0: off"),
    .number(
      "earlyStoppingShare", \.earlyStoppingShare, in: 0.05...0.5,
      "share of the training patients that is held out for it"),
    .flag(
      "earlyStoppingRefit", \.earlyStoppingRefit,
      "fit all rows again with the best number of rounds; false: keep the model without them"),
  ]

  private static let greatest = Double(Float.greatestFiniteMagnitude)
  private static let any = 0...greatest
}
