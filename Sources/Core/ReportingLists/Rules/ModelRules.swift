/// Preparation, selection, models and how they were chosen.
extension StudyEvidence.Validation {
  var sentence: String {
    let search = innerFolds > 1 ? ", settings chosen by \(innerFolds) inner folds" : ""
    let repeated = repeats > 1 ? ", repeated \(repeats) times" : ""
    switch scheme {
    case .folds: return "cross-validation with \(folds) folds\(repeated)\(search)"
    case .leaveSiteOut: return "one site left out at a time\(search)"
    case .splits: return "\(Wording.count(repeats, "split")) into training and test rows\(search)"
    case .none: return "no partitions of the training rows"
    }
  }
}

extension StudyEvidence {
  /// Whether performance was estimated on resampled or partitioned training rows.
  var isResampled: Bool? {
    guard let validation else { return nil }
    return validation.scheme != .none || (bootstraps ?? 0) > 0
  }
}

extension AnswerRule {
  static let split = AnswerRule { evidence in
    guard let validation = evidence.validation else { return .author }
    var text = "By patient: \(validation.sentence)"
    if let unseen = evidence.unseenRows { text += "; \(unseen)" }
    if let seed = evidence.seed { text += "; seed \(seed)" }
    return .yes("\(text).")
  }

  /// A partition that nothing was fitted across.
  static let soundSplit = AnswerRule { evidence in
    guard let validation = evidence.validation, let unseen = evidence.unseenRows else {
      return .author
    }
    let hasUnseen = (evidence.testRows ?? 0) + (evidence.externalRows ?? 0) > 0
    if validation.scheme == .none, !hasUnseen {
      return .no("There is no partition: performance is that of the rows that were fitted.")
    }
    let text = "Every step fitted to training rows of a partition by patient"
    if validation.isAsPublishedToo {
      return .partly("\(text); an estimate with steps fitted to all training rows beside it.")
    }
    return .yes("\(text): \(validation.sentence); \(unseen).")
  }

  static let scaling = AnswerRule { evidence in
    guard let scaling = evidence.scaling else { return .author }
    let steps = scaling + [evidence.harmonisation ?? ""].filter { !$0.isEmpty }
    return steps.isEmpty
      ? .yes("Features were not scaled.")
      : .yes("Fitted to training rows: \(Wording.list(steps)).")
  }

  static let confounders = AnswerRule { evidence in
    .text(evidence.harmonisation, none: .author) { .partly("Effects of sites: \($0).") }
  }

  static let selection = AnswerRule { evidence in
    .names(evidence.selection, none: .yes("Features were not selected before the model.")) {
      .yes("Fitted to training rows: \($0).")
    }
  }

  static let redundancy = AnswerRule { evidence in
    .names(evidence.selection, none: .no("No step removes features.")) { .yes("Steps: \($0).") }
  }

  static let predictors = AnswerRule { evidence in
    guard let count = evidence.featureCount else { return .author }
    let steps = evidence.selection.map(Wording.list) ?? ""
    let later = steps.isEmpty ? "" : "; selected by \(steps)"
    return .partly("\(Wording.count(count, "feature")) per volume of interest went in\(later).")
  }

  static let algorithms = AnswerRule { evidence in
    .names(evidence.models, none: .no("There is no model.")) { models in
      guard let software = evidence.software else { return .partly("Models: \(models).") }
      return .yes("Models: \(models), by \(software.name) \(software.version).")
    }
  }

  static let tuning = AnswerRule { evidence in
    .text(evidence.search, none: .yes("All settings were fixed beforehand.")) {
      .yes("Searched: \($0).")
    }
  }

  static let modelChoice = AnswerRule { evidence in
    guard let validation = evidence.validation, let search = evidence.search else {
      return .author
    }
    if search.isEmpty { return .yes("Nothing was chosen: each pipeline has one setting.") }
    let metric = evidence.searchMetric.map { " by \($0)" } ?? ""
    return .yes("Best mean of \(validation.innerFolds) inner folds\(metric), training rows only.")
  }

  static let modelBuilding = AnswerRule { evidence in
    guard let models = evidence.models, let validation = evidence.validation,
      let search = evidence.search
    else { return .author }
    if models.isEmpty { return .no("There is no model.") }
    let steps = Wording.list((evidence.selection ?? []) + models)
    let searched = search.isEmpty ? "fixed settings" : search
    return .partly("\(steps); \(searched); \(validation.sentence).")
  }

  static let finalModel = AnswerRule { evidence in
    guard evidence.hasFinalModel == true else { return .author }
    return .partly("The fitted models are in the result; `radcohort apply` uses them.")
  }

  static let predictionMethod = AnswerRule { evidence in
    guard evidence.hasFinalModel == true, evidence.unseenRows != nil else { return .author }
    return .yes("By the final models, fitted to all training rows and then left as they are.")
  }

  static let updating = AnswerRule { evidence in
    .text(evidence.updating, none: .notApplicable("No model was updated.")) {
      .yes("Update: \($0).")
    }
  }
}
