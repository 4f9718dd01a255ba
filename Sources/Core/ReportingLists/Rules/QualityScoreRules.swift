/// Items of the radiomics quality score whose points do not follow from a verdict alone.
extension AnswerRule {
  static let multipleSegmentations = AnswerRule { evidence in
    guard let count = evidence.segmentations else { return .author }
    return count > 1
      ? .yes("Features of \(count) segmentations were compared.")
      : .no("One segmentation of each volume.")
  }

  static let reductionOrAdjustment = AnswerRule { evidence in
    guard let selection = evidence.selection else { return .author }
    let adjustment = evidence.multipleTesting ?? ""
    if selection.isEmpty, adjustment.isEmpty {
      // Without knowledge of an adjustment its absence cannot be scored.
      return evidence.multipleTesting == nil
        ? .author : .no("Features were neither reduced nor tests adjusted.")
    }
    let how = selection + (adjustment.isEmpty ? [] : [adjustment])
    return .yes("By \(Wording.list(how)).")
  }

  static let multivariable = AnswerRule { evidence in
    .flag(
      evidence.hasCombinedModel, yes: "Models have radiomic and clinical columns together.",
      no: "No model has clinical columns beside radiomic ones.")
  }

  /// Groups at a cut-off that was not sought in the same rows, or a continuous score.
  static let cutOffs = AnswerRule { evidence in
    if let cutOff = evidence.cutOff, !cutOff.isEmpty {
      guard let isOptimised = evidence.isCutOffOptimised else { return .author }
      return isOptimised
        ? .partly("Groups by \(cutOff), which was sought in the rows that it is tested on.")
        : .yes("Groups by \(cutOff).")
    }
    guard evidence.cutOff != nil, evidence.models?.isEmpty == false else { return .author }
    return .yes("Scores are continuous; no cut-off was sought.")
  }

  static let discrimination = AnswerRule { evidence in
    guard let performance = evidence.performance, let resampled = evidence.isResampled,
      evidence.outcome != nil, evidence.outcome != .continuous
    else { return .author }
    if performance.isEmpty { return .no("No metric is reported.") }
    let hasCertainty =
      performance.contains { !$0.interval.isEmpty } || (evidence.permutations ?? 0) > 0
    let names = evidence.metricNames ?? ""
    return scored(
      "\(names)\(hasCertainty ? ", with intervals or a permutation test" : "")", hasCertainty,
      resampled)
  }

  static let calibrationScore = AnswerRule { evidence in
    guard let hasCalibration = evidence.hasCalibration, let resampled = evidence.isResampled else {
      return .author
    }
    guard hasCalibration else { return .no("Calibration is not reported.") }
    return scored("Calibration is reported", true, resampled)
  }

  /// One point for a statistic with its significance and one where it was resampled as well;
  /// whether resampling counts without significance is left open.
  private static func scored(
    _ text: String, _ isSignificant: Bool, _ isResampled: Bool
  ) -> Finding {
    let sentence = "\(text)\(isResampled ? ", of resampled rows" : "")."
    switch (isSignificant, isResampled) {
    case (true, true): return Finding(.known(.yes, sentence), score: 2...2)
    case (true, false): return Finding(.known(.partly, sentence), score: 1...1)
    case (false, true): return Finding(.known(.partly, sentence), score: 0...1)
    case (false, false): return .no(sentence)
    }
  }

  /// 2 points for rows of the same institution, 3, 4 and 5 for those of one, two and more others, 4
  /// for a signature that was published before, which only the author knows; -5 without any. Whether
  /// sites that are left out in turn count is left open.
  static let validationScore = AnswerRule { evidence in
    guard let test = evidence.testRows, let external = evidence.externalRows else { return .author }
    if external > 0 {
      let rows = Wording.count(external, "external row")
      guard let sites = evidence.externalSites, sites > 0 else {
        return Finding(.known(.partly, "\(rows); sites are not known."), score: 3...5)
      }
      let sentence = "\(rows) of \(Wording.count(sites, "site"))."
      if sites > 2 { return .yes(sentence) }
      return Finding(.known(.partly, sentence), score: 2 + sites...4)
    }
    if test > 0 {
      return Finding(
        .known(.partly, "\(Wording.count(test, "test row")) of the same table."), score: 2...4)
    }
    guard let validation = evidence.validation else { return .author }
    switch validation.scheme {
    case .splits:
      let sentence = "Test rows of \(Wording.count(validation.repeats, "split"))."
      return Finding(.known(.partly, sentence), score: 2...4)
    case .leaveSiteOut: return .partly("Each site was left out once.")
    case .folds, .none: return .no("No rows apart from those of partitions.")
    }
  }

  static let clinicalUtility = AnswerRule { evidence in
    evidence.hasDecisionCurves == true ? .yes("Decision curves are reported.") : .author
  }
}
