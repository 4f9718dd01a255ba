package import Components
package import Numerics

/// How a lambda of an elastic net is chosen, as settings of a model or selector.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `alpha` | 1 | 0 to 1 | share of the absolute penalty; 1 LASSO, 0 ridge |
/// | `choice` | min | min, 1se, fixed | best mean of the folds; sparsest within one standard error; `lambda` |
/// | `lambda` | 0.01 | > 0 | used where `choice` is fixed |
/// | `folds` | 10 | 2 to 1000 | inner folds, stratified and grouped by patient |
/// | `measure` | deviance | deviance, auc | what the folds measure |
/// | `foldLambdas` | shared | shared, interpolated | lambdas of the folds; interpolated as cv.glmnet |
/// | `lambdaCount` | 100 | 2 to 1000 | length of the sequence |
/// | `standardise` | true | | columns are fitted at population SD 1 |
package struct ElasticNetChoice: ParameterSet {
  package enum Rule: String, Hashable, Sendable, CaseIterable {
    case best = "min"
    case oneStandardError = "1se"
    case fixed
  }

  package var alpha = 1.0
  package var choice = Rule.best
  package var lambda = 0.01
  package var folds = 10
  package var measure = ElasticNetCrossValidation.Measure.deviance
  package var foldLambdas = ElasticNetCrossValidation.FoldLambdas.shared
  package var lambdaCount = 100
  package var standardise = true

  package init() {}

  package static let fields: [Field<ElasticNetChoice>] = [
    .number("alpha", \.alpha, in: 0...1, "share of the absolute penalty; 1 LASSO, 0 ridge"),
    .choice("choice", \.choice, "lambda: best of the folds, sparsest within one SE, or fixed"),
    .number(
      "lambda", \.lambda, in: 0...Double.greatestFiniteMagnitude, exclusiveLower: true,
      "lambda where choice is fixed"),
    .integer("folds", \.folds, in: 2...1000, "inner folds, stratified and grouped by patient"),
    .choice("measure", \.measure, "what the folds measure; auc for binary outcomes only"),
    .choice("foldLambdas", \.foldLambdas, "lambdas of the folds; interpolated as cv.glmnet"),
    .integer("lambdaCount", \.lambdaCount, in: 2...1000, "length of the sequence of lambda"),
    .flag("standardise", \.standardise, "columns are fitted at population SD 1"),
  ]

  package func checked() throws(InvalidInput) {
    var problems: [Problem] = []
    if !(0...1).contains(alpha) { problems.append(Problem("alpha", "\(alpha) is not in 0...1")) }
    if !(lambda > 0 && lambda.isFinite) {
      problems.append(Problem("lambda", "\(lambda) is not a finite number > 0"))
    }
    if folds < 2 { problems.append(Problem("folds", "\(folds) is not 2 or more")) }
    if lambdaCount < 2 {
      problems.append(Problem("lambdaCount", "\(lambdaCount) is not 2 or more"))
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
  }

  /// A fit at the chosen lambda, with the population SD of each column.
  package func fit(
    _ data: Dataset, using stream: inout RandomStream
  ) throws(LearningError) -> (fit: ElasticNetPath.Fit, deviations: [Double]) {
    var settings = ElasticNetSettings()
    settings.alpha = alpha
    settings.lambdaCount = lambdaCount
    settings.standardises = standardise
    if choice == .fixed {
      settings.lambdas = [lambda]
      let path = try ElasticNetPath.fit(data, settings)
      return (path.fits[0], path.deviations)
    }
    try RegressionInput.check(data)
    let assigned = try ElasticNetFolds.assign(data, count: folds, using: &stream)
    let tuned = try ElasticNetCrossValidation.run(
      data, settings, folds: assigned, measure: measure, foldLambdas: foldLambdas)
    let index = choice == .best ? tuned.bestIndex : tuned.oneStandardErrorIndex
    return (tuned.path.fits[index], tuned.path.deviations)
  }
}
