import ReportingLists

extension StudyEvidence {
  /// A study that did everything and says so.
  static var example: StudyEvidence {
    var evidence = StudyEvidence()
    evidence.software = ("RadCohort", "0.1.0")
    evidence.hasStudyText = true
    evidence.seed = 1
    evidence.images = ["CT", "PET"]
    evidence.imageProcessing = ["z-score normalisation"]
    evidence.resampling = "1 x 1 x 1 mm, cubic B-spline"
    evidence.discretisation = "fixed bin width 25"
    evidence.imageTypes = ["original", "wavelet coif1"]
    evidence.featureFamilies = ["firstorder", "glcm"]
    evidence.featureCount = 214
    evidence.isIBSIProfile = true
    evidence.segmentations = 2
    evidence.repeatability = "ICC(A,1) of at least 0.75"
    evidence.patients = 80
    evidence.rows = 100
    evidence.events = 32
    evidence.sites = 3
    evidence.rowsLeftOut = 1
    evidence.testRows = 20
    evidence.externalRows = 15
    evidence.externalSites = 1
    evidence.outcome = .binary
    evidence.outcomeDefinition = "response == 1"
    evidence.clinicalColumns = ["age", "sex=M"]
    evidence.missingValues = 7
    evidence.missingPolicy = "median of the training rows"
    evidence.harmonisation = "combat"
    evidence.scaling = ["scale"]
    evidence.balancing = ["smote"]
    evidence.selection = ["correlation", "mrmr"]
    evidence.models = ["logistic", "svc"]
    evidence.search = "6 grid points"
    evidence.searchMetric = "auc"
    evidence.validation = Validation(.folds, folds: 5, repeats: 2, innerFolds: 4)
    evidence.bootstraps = 200
    evidence.permutations = 1000
    evidence.hasFinalModel = true
    evidence.updating = "logistic recalibration"
    evidence.performance = [
      Performance("auc", interval: "LeDell 2015"), Performance("brier", interval: ""),
    ]
    evidence.hasPerformanceBySite = true
    evidence.hasConfusionMatrix = true
    evidence.hasCalibration = true
    evidence.hasDecisionCurves = true
    evidence.hasImportance = true
    evidence.hasVolumeModel = true
    evidence.hasClinicalModel = true
    evidence.hasCombinedModel = true
    evidence.hasSingleImageModels = true
    evidence.hasBaselineModel = true
    evidence.comparisonTests = ["DeLong"]
    evidence.multipleTesting = "Benjamini-Hochberg"
    evidence.cutOff = "the median of the training rows"
    evidence.isCutOffOptimised = false
    return evidence
  }

  /// A study that is known to have done nothing of it.
  static var nothingFound: StudyEvidence {
    var evidence = example
    evidence.hasStudyText = false
    evidence.images = ["CT"]
    evidence.imageProcessing = []
    evidence.resampling = ""
    evidence.discretisation = ""
    evidence.imageTypes = []
    evidence.featureFamilies = []
    evidence.featureCount = 1
    evidence.isIBSIProfile = false
    evidence.segmentations = 1
    evidence.repeatability = ""
    (evidence.patients, evidence.rows, evidence.events, evidence.sites) = (1, 1, 0, 1)
    (evidence.rowsLeftOut, evidence.testRows, evidence.externalRows) = (0, 0, 0)
    evidence.externalSites = 0
    evidence.outcomeDefinition = ""
    evidence.clinicalColumns = []
    evidence.missingValues = 0
    evidence.missingPolicy = ""
    (evidence.harmonisation, evidence.scaling, evidence.balancing) = ("", [], [])
    (evidence.selection, evidence.models, evidence.search) = ([], [], "")
    evidence.validation = Validation(.none)
    (evidence.bootstraps, evidence.permutations) = (0, 0)
    (evidence.hasFinalModel, evidence.updating) = (false, "")
    evidence.performance = []
    evidence.hasPerformanceBySite = false
    evidence.hasConfusionMatrix = false
    evidence.hasCalibration = false
    evidence.hasDecisionCurves = false
    evidence.hasImportance = false
    evidence.hasVolumeModel = false
    evidence.hasClinicalModel = false
    evidence.hasCombinedModel = false
    evidence.hasSingleImageModels = false
    evidence.hasBaselineModel = false
    (evidence.comparisonTests, evidence.multipleTesting, evidence.cutOff) = ([], "", "")
    return evidence
  }
}
