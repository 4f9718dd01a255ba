package import Components
package import Learning

/// `validation:` of a model study: how performance is estimated.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `scheme` | cv | cv, leave-site-out, split, none | outer partitions |
/// | `folds` | 10 | 2 to 1000 | outer folds of `cv` |
/// | `repeats` | 1 | 1 to 100000 | repeats of `cv`, or number of seeded splits of `split` |
/// | `training`, `test` | 7, 3 | >= 1 | the ratio of `split` |
/// | `innerFolds` | 10 | 2 to 1000 | folds that choose a grid point |
/// | `metric` | by outcome | | what inner folds compare; the headline of the result |
/// | `mode` | nested | nested, as-published | see below |
///
/// `as-published` fits the steps before the model to the whole training cohort and only then
/// cross-validates, as many papers do; it runs beside the nested estimate, needs a held-out test
/// cohort, and everything it says of training rows is marked optimistic.
package struct ValidationParameters: ParameterSet {
  package enum Scheme: String, Hashable, Sendable, CaseIterable {
    case crossValidation = "cv"
    case leaveSiteOut = "leave-site-out"
    case split
    case none
  }

  package enum Mode: String, Hashable, Sendable, CaseIterable {
    case nested
    case asPublished = "as-published"
  }

  package var scheme = Scheme.crossValidation
  package var folds = 10
  package var repeats = 1
  package var training = 7
  package var test = 3
  package var innerFolds = 10
  package var metric = ""
  package var mode = Mode.nested

  package init() {}

  package static let fields: [Field<Self>] = [
    .choice("scheme", \.scheme, "outer partitions: folds, one site left out, seeded splits, none"),
    .integer("folds", \.folds, in: 2...1000, "outer folds of cv"),
    .integer("repeats", \.repeats, in: 1...100_000, "repeats of cv, or number of splits"),
    .integer("training", \.training, in: 1...1_000_000, "training part of the ratio of a split"),
    .integer("test", \.test, in: 1...1_000_000, "test part of the ratio of a split"),
    .integer("innerFolds", \.innerFolds, in: 2...1000, "folds that choose a grid point"),
    .text("metric", \.metric, "what inner folds compare; by the outcome's kind when left out"),
    .choice("mode", \.mode, "nested, or also as-published: steps fitted outside the folds"),
  ]
}

/// `permutation:` of a model study: the null distribution of the outer estimate.
package struct PermutationParameters: ParameterSet {
  package enum Refitted: String, Hashable, Sendable, CaseIterable {
    /// Everything, selection included.
    case pipeline
    /// The model only: the steps before it keep seeing the observed outcome.
    case model
  }

  package var count = 1000
  package var repeats = 1
  package var refitted = Refitted.pipeline
  package var withinSites = false

  package init() {}

  package static let fields: [Field<Self>] = [
    .integer("count", \.count, in: 1...10_000_000, "permutations of the outcome between patients"),
    .integer(
      "repeats", \.repeats, in: 1...100_000,
      "repeats of the cross-validation in each, at most those of the validation"),
    .choice("refitted", \.refitted, "pipeline: everything is fitted anew; model: the last step"),
    .flag("withinSites", \.withinSites, "outcomes change places within a site only"),
  ]
}

/// `bootstrap:` of a model study: the whole pipeline refitted on resampled patients, for the .632+
/// estimate and Harrell's optimism.
package struct BootstrapParameters: ParameterSet {
  package var count = 200
  package var stratified = true

  package init() {}

  package static let fields: [Field<Self>] = [
    .integer("count", \.count, in: 1...10_000_000, "resamples of the training patients"),
    .flag("stratified", \.stratified, "each class of outcome keeps its number of patients"),
  ]
}

/// `intervals:` of a model study: confidence intervals of metrics over patients.
package struct IntervalParameters: ParameterSet {
  package var level = 0.95
  package var resamples = 2000

  package init() {}

  package static let fields: [Field<Self>] = [
    .number("level", \.level, in: 0.5...0.999, "coverage"),
    .integer("resamples", \.resamples, in: 100...1_000_000, "bootstrap resamples of patients"),
  ]
}

/// `aggregate:` of a model study: scores of a patient's rows (lesions) become one score, and all
/// metrics are of patients.
package struct AggregateParameters: ParameterSet {
  package var method = LesionAggregation.mean
  package var volume = ""

  package init() {}

  package static let fields: [Field<Self>] = [
    .choice("method", \.method, LesionAggregation.summary),
    .text("volume", \.volume, "column with the lesion's volume, where the method needs it"),
  ]
}

/// `repeatability:` of a model study: features that repeated masks or scans reproduce. It looks at no
/// outcome, so it is the one filter that is fitted outside the folds.
package struct RepeatabilityParameters: ParameterSet {
  package enum Preset: String, Hashable, Sendable, CaseIterable {
    case none
    /// ICC(1,1) of perturbed images, the lower limit of its 95 % interval at or above 0.9.
    case perturbationRobustness
  }

  package var tables: [String] = []
  package var preset = Preset.none
  package var filter = ICCFilterParameters()

  package init() {}

  package static let fields: [Field<Self>] =
    [
      .texts(
        "tables", \.tables,
        "tables of the same columns, one per measurement; one alone is compared with the study's"),
      .choice(
        "preset", \.preset,
        "perturbationRobustness: form ICC(1), threshold 0.9 on the lower 95 % limit (Zwanenburg 2019)"
      ),
    ] + ICCFilterParameters.fields.map { $0.lifted(to: \.filter) }

  /// What features are kept by.
  package var criterion: ICCFilterParameters {
    preset == .none ? filter : .perturbationRobustness()
  }
}

/// `columns:` of a model study.
package struct ModelColumns: ParameterSet {
  package var patient = ""
  package var lesion = ""
  package var session = ""
  package var split = ""
  package var site = ""
  package var weight = ""

  package init() {}

  package static let fields: [Field<Self>] = [
    .text("patient_id", \.patient, "column with the patient's name (default patient_id)"),
    .text("lesion", \.lesion, "column with the lesion's name (default lesion, if there is one)"),
    .text("session", \.session, "column with the scan session (default session, if there is one)"),
    .text("split", \.split, "column with train, test or external; all rows train when left out"),
    .text("site", \.site, "column with site or scanner, for harmonisation and leave-site-out"),
    .text("weight", \.weight, "column with row weights > 0"),
  ]
}
