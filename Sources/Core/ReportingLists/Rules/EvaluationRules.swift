/// What was estimated, how surely, and compared with what.
extension StudyEvidence {
  var metricNames: String? { performance.map { Wording.list($0.map(\.metric)) } }

  /// Methods of intervals, each once, in the order of the metrics.
  var intervalMethods: [String]? {
    performance?.reduce(into: [String]()) { methods, line in
      if !line.interval.isEmpty, !methods.contains(line.interval) { methods.append(line.interval) }
    }
  }
}

extension AnswerRule {
  static let testing = AnswerRule { evidence in
    guard let unseen = evidence.unseenRows else { return .author }
    let inner = evidence.validation.map { "; \($0.sentence)" } ?? ""
    return .yes("\(unseen)\(inner).")
  }

  static let internalTest = AnswerRule { evidence in
    guard let rows = evidence.testRows else { return .author }
    if rows > 0 { return .yes("\(Wording.count(rows, "test row")), scored by locked models.") }
    guard let validation = evidence.validation else { return .author }
    return validation.scheme == .splits
      ? .yes("Test rows of \(Wording.count(validation.repeats, "split")).")
      : .no("No test rows apart from those of partitions.")
  }

  static let externalTest = AnswerRule { evidence in
    guard let rows = evidence.externalRows else { return .author }
    guard rows > 0 else {
      guard let validation = evidence.validation else { return .author }
      return validation.scheme == .leaveSiteOut
        ? .partly("Each site was left out once, if sites are institutions.")
        : .no("No rows of other institutions.")
    }
    let sites = evidence.externalSites.map { " of \(Wording.count($0, "site"))" } ?? ""
    return .yes("\(Wording.count(rows, "external row"))\(sites), scored by locked models.")
  }

  /// Why these metrics is the author's to say.
  static let metrics = AnswerRule { evidence in
    .text(evidence.metricNames, none: .no("No metric is reported.")) { .partly("Metrics: \($0).") }
  }

  static let suitableMetrics = AnswerRule { evidence in
    guard let names = evidence.metricNames, let outcome = evidence.outcome else { return .author }
    if names.isEmpty { return .no("No metric is reported.") }
    if outcome == .binary {
      guard let hasMatrix = evidence.hasConfusionMatrix else { return .author }
      return hasMatrix
        ? .yes("\(names), and a confusion matrix.") : .partly("\(names); no confusion matrix.")
    }
    return .yes("For a \(outcome.rawValue) outcome: \(names).")
  }

  static let uncertainty = AnswerRule { evidence in
    .names(evidence.intervalMethods, none: .no("Metrics have no confidence intervals.")) {
      .yes("Confidence intervals: \($0).")
    }
  }

  static let performance = AnswerRule { evidence in
    .text(evidence.metricNames, none: .no("No performance is reported.")) {
      .yes("\($0), separately for training, partitioned, test and external rows.")
    }
  }

  /// Performance of subgroups is the author's.
  static let performanceWithIntervals = AnswerRule { evidence in
    guard let names = evidence.metricNames, let methods = evidence.intervalMethods else {
      return .author
    }
    if names.isEmpty { return .no("No performance is reported.") }
    return methods.isEmpty
      ? .no("\(names), without confidence intervals.")
      : .partly("\(names), with confidence intervals (\(Wording.list(methods))).")
  }

  static let calibration = AnswerRule { evidence in
    .flag(
      evidence.hasCalibration, yes: "Calibration of predictions for unseen rows is reported.",
      no: "Calibration is not reported.")
  }

  static let comparisonTests = AnswerRule { evidence in
    .names(evidence.comparisonTests, none: .no("Models are not compared by a test.")) { tests in
      let adjusted = evidence.multipleTesting.map { $0.isEmpty ? "" : ", adjusted by \($0)" } ?? ""
      return .yes("Models compared by \(tests)\(adjusted).")
    }
  }

  static let nonRadiomic = AnswerRule { evidence in
    guard let models = evidence.nonRadiomicModels else { return .author }
    if models.isEmpty { return .no("There is no model without radiomic features.") }
    let combined = evidence.hasCombinedModel == true ? ["radiomic and clinical columns"] : []
    var text = "Beside radiomic models: \(Wording.list(models + combined))"
    if evidence.hasDecisionCurves == true { text += "; with decision curves" }
    return .yes("\(text).")
  }

  /// A comparison counts with a test or net benefit.
  static let addedValue = AnswerRule { evidence in
    guard let models = evidence.nonRadiomicModels else { return .author }
    if models.isEmpty { return .no("There is no model without radiomic features.") }
    let list = Wording.list(models)
    let tests = evidence.comparisonTests ?? []
    if tests.isEmpty, evidence.hasDecisionCurves != true {
      return .partly("\(list), without a test or decision curves.")
    }
    let how = tests + (evidence.hasDecisionCurves == true ? ["decision curves"] : [])
    return .yes("Compared with \(list) by \(Wording.list(how)).")
  }

  static let baseline = AnswerRule { evidence in
    guard let hasBaseline = evidence.hasBaselineModel else { return .author }
    guard hasBaseline else { return .no("There is no simple model to compare with.") }
    return .names(
      evidence.comparisonTests, none: .partly("A simple model, without a test of the difference.")
    ) { .yes("Compared with a simple model by \($0).") }
  }

  static let importance = AnswerRule { evidence in
    .flag(
      evidence.hasImportance, yes: "Columns are ranked by what they contribute.",
      no: "What columns contribute is not reported.")
  }

  static let featureStatistics = AnswerRule { evidence in
    guard let hasImportance = evidence.hasImportance else { return .author }
    return hasImportance
      ? .partly("Selected columns with how often they were selected.")
      : .no("Selected columns are not reported.")
  }

  static let siteDifferences = AnswerRule { evidence in
    if evidence.validation?.scheme == .leaveSiteOut { return .yes("Each site was left out once.") }
    guard let bySite = evidence.hasPerformanceBySite else { return .author }
    return bySite
      ? .yes("Performance is given for each site.")
      : .notApplicable("Differences between sites were not looked at.")
  }

  static let siteMethods = AnswerRule { evidence in
    guard let harmonisation = evidence.harmonisation, !harmonisation.isEmpty else {
      return siteDifferences.find(evidence)
    }
    return .partly("Effects of sites on features: \(harmonisation).")
  }

  static let modelOutput = AnswerRule { evidence in
    guard let models = evidence.models, let outcome = evidence.outcome else { return .author }
    if models.isEmpty { return .no("There is no model.") }
    let output =
      switch outcome {
      case .binary: "a score per row, with a probability where the model has one"
      case .continuous: "a value per row"
      case .survival: "a risk score per row"
      }
    return .text(evidence.cutOff, none: .partly("Output: \(output); no classes are made of it.")) {
      .partly("Output: \(output); groups by \($0).")
    }
  }
}

extension StudyEvidence {
  /// Models without radiomic features; nil where it is not known.
  var nonRadiomicModels: [String]? {
    guard hasVolumeModel != nil || hasClinicalModel != nil else { return nil }
    var models: [String] = []
    if hasVolumeModel == true { models.append("volume alone") }
    if hasClinicalModel == true { models.append("clinical columns alone") }
    return models
  }
}
