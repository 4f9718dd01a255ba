/// What the results of a study say about it, for the items of reporting lists.
///
/// A field is nil where nothing is known: its items are then the author's. An empty text or list
/// says that there is none, which is an answer. Texts and names stand inside sentences of a report;
/// they have no full stop.
package struct StudyEvidence: Sendable {
  package enum Outcome: String, Sendable { case binary, continuous, survival }

  /// How performance was estimated within the training rows; names as in a study file.
  package struct Validation: Sendable {
    package enum Scheme: String, Sendable {
      case folds = "cv"
      case leaveSiteOut = "leave-site-out"
      case splits = "split"
      case none
    }

    package var scheme: Scheme
    package var folds: Int
    /// Repeats of the folds, or number of splits.
    package var repeats: Int
    /// Folds within each training part that chose settings; 0 where nothing was searched.
    package var innerFolds: Int
    /// Whether another estimate, with steps fitted to all training rows, stands beside it.
    package var isAsPublishedToo: Bool

    package init(
      _ scheme: Scheme, folds: Int = 1, repeats: Int = 1, innerFolds: Int = 0,
      isAsPublishedToo: Bool = false
    ) {
      self.scheme = scheme
      self.folds = folds
      self.repeats = repeats
      self.innerFolds = innerFolds
      self.isAsPublishedToo = isAsPublishedToo
    }
  }

  /// A metric of performance and the method of its confidence interval, "" where it has none.
  package struct Performance: Sendable {
    package var metric: String
    package var interval: String

    package init(_ metric: String, interval: String) {
      self.metric = metric
      self.interval = interval
    }
  }

  // MARK: Provenance

  package var software: (name: String, version: String)?
  /// Whether the text of the study file, and with it every setting, is part of the report.
  package var hasStudyText: Bool?
  package var seed: UInt64?

  // MARK: Images and features

  /// Images of a patient, as the study names them ("CT", "PET").
  package var images: [String]?
  /// Steps before resampling ("z-score normalisation", "re-segmentation to -400 to 200 HU").
  package var imageProcessing: [String]?
  /// Voxel size and interpolation ("1 x 1 x 1 mm, cubic B-spline").
  package var resampling: String?
  /// Method and its number ("fixed bin width 25").
  package var discretisation: String?
  /// Filters with their settings, the unfiltered image among them.
  package var imageTypes: [String]?
  package var featureFamilies: [String]?
  /// Features of a volume of interest.
  package var featureCount: Int?
  /// Whether the numerical profile is IBSI's; false where it is that of another software.
  package var isIBSIProfile: Bool?
  /// Segmentations of the same volumes whose features were compared.
  package var segmentations: Int?
  /// Criterion by which features that do not repeat were left out ("ICC(A,1) of at least 0.75").
  package var repeatability: String?

  // MARK: Cohort

  /// Patients, rows and events of all parts, test and external rows included.
  package var patients: Int?
  package var rows: Int?
  /// Rows of class 1, or events.
  package var events: Int?
  package var sites: Int?
  /// Rows that were left out, for whatever reason the notes of the result give.
  package var rowsLeftOut: Int?
  package var testRows: Int?
  /// Rows of other institutions, by the cohort's own column.
  package var externalRows: Int?
  package var externalSites: Int?
  package var outcome: Outcome?
  /// The outcome's definition as the study file has it.
  package var outcomeDefinition: String?
  /// Columns beside radiomic features.
  package var clinicalColumns: [String]?
  package var missingValues: Int?
  /// What was done about them ("median of the training rows").
  package var missingPolicy: String?

  // MARK: Models

  /// Harmonisation between sites ("combat, parametric").
  package var harmonisation: String?
  package var scaling: [String]?
  package var balancing: [String]?
  /// What selects columns, models with a penalty that does so among them.
  package var selection: [String]?
  package var models: [String]?
  /// What was searched ("24 grid points of C and top").
  package var search: String?
  /// Metric by which settings were chosen.
  package var searchMetric: String?
  package var validation: Validation?
  package var bootstraps: Int?
  package var permutations: Int?
  /// Whether the fitted final models are in the result and can be applied to new tables.
  package var hasFinalModel: Bool?
  /// Recalibration or another update of a model after it was fitted.
  package var updating: String?

  // MARK: Evaluation

  package var performance: [Performance]?
  /// Whether performance is given for each site as well.
  package var hasPerformanceBySite: Bool?
  package var hasConfusionMatrix: Bool?
  /// Intercept and slope with intervals, or a test of fit, of predictions for unseen rows.
  package var hasCalibration: Bool?
  package var hasDecisionCurves: Bool?
  /// Whether columns of the models are ranked by importance or by how often they were selected.
  package var hasImportance: Bool?
  package var hasVolumeModel: Bool?
  /// Whether there is a model of clinical columns alone.
  package var hasClinicalModel: Bool?
  /// Whether there is a model of radiomic and clinical columns together.
  package var hasCombinedModel: Bool?
  /// Whether, of several images, there are models of one image each.
  package var hasSingleImageModels: Bool?
  /// Whether a constant or a simple statistical model stands beside the others.
  package var hasBaselineModel: Bool?
  /// Tests between models ("DeLong", "corrected resampled t").
  package var comparisonTests: [String]?
  /// Adjustment for several hypotheses ("Benjamini-Hochberg").
  package var multipleTesting: String?
  /// How risk groups were made ("median of the training rows").
  package var cutOff: String?
  /// Whether the cut-off was sought in the rows that it is tested on.
  package var isCutOffOptimised: Bool?

  package init() {}
}
