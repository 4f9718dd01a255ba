internal import Report
internal import Statistics

extension ModelResult {
  /// Calibration and decision curve, where the model has probabilities.
  func probabilityBlocks(_ cohort: ScoredCohort) -> [HTMLReport.Block] {
    guard let probabilities = cohort.probabilities else {
      return [
        .paragraph(
          "\(cohort.name) gives scores and no probabilities: calibration and decision curves do"
            + " not apply.")
      ]
    }
    let positives = cohort.positives
    let bins = max(2, min(10, cohort.count / 10))
    let calibration = try? LogisticCalibration(
      probabilities: probabilities, positives: positives, level: level)
    var blocks: [HTMLReport.Block] = [
      .drawn("Calibration") { () throws(StatisticsError) in
        try .calibration(
          ScoredClasses(name: cohort.name, scores: probabilities, positives: positives),
          bins: bins,
          recalibration: calibration.flatMap { fit in
            fit.slope.flatMap { slope in
              fit.interceptBesideSlope.map { (intercept: $0.value, slope: slope.value) }
            }
          }, level: level, note: cohort.note)
      },
      .drawn("Decision curve") { () throws(StatisticsError) in
        try .decisionCurves(
          [ScoredClasses(name: cohort.name, scores: probabilities, positives: positives)],
          note: cohort.note)
      },
    ]
    if let table = calibrationTable(cohort, probabilities, calibration, bins: bins) {
      blocks.append(.table(table))
    }
    return blocks
  }

  private func calibrationTable(
    _ cohort: ScoredCohort, _ probabilities: [Double], _ calibration: LogisticCalibration?,
    bins: Int
  ) -> ReportTable? {
    let left = calibration?.excludedRowCount ?? 0
    var table = ReportTable(
      caption: "Calibration of \(cohort.name), \(cohort.kind.title): \(counted(cohort))"
        + " (\(NumberText.level(level)) Wald intervals, likelihood-ratio tests against a perfect"
        + " calibration)."
        + (left == 0
          ? ""
          : " \(NumberText.count(left)) rows of probability 0 or 1 have no logit: intercept and"
            + " slope are of the others."),
      columns: [
        .init("Measure"), .init("Value", isNumeric: true), .init("p", isNumeric: true),
        .init("Note"),
      ])
    func append(
      _ title: String, _ value: ReportCell, _ test: ChiSquaredTest? = nil, _ note: String = ""
    ) {
      table.append([title, value, test.map { ReportCell.p($0.p) } ?? "", note])
    }
    if let fit = calibration {
      append(
        "Intercept (calibration in the large)",
        cell(fit.intercept.value, fit.intercept.interval), fit.interceptTest, "ideal 0")
      append(
        "Slope", cell(fit.slope?.value, fit.slope?.interval), fit.slopeTest,
        fit.slopeNote ?? "ideal 1")
      if let both = fit.test {
        append("Intercept and slope together", "", both, "two degrees of freedom")
      }
      append("Observed to expected events", .fixed(fit.observedToExpected), nil, "ideal 1")
    }
    if let groups = try? CalibrationBins(
      probabilities: probabilities, positives: cohort.positives, count: bins, level: level),
      let test = try? HosmerLemeshow(groups, rows: .new)
    {
      let freedom = test.degreesOfFreedom
      table.append([
        "Hosmer-Lemeshow χ²",
        ReportCell(
          NumberText.fixed(test.chiSquared),
          [("", test.chiSquared), ("degrees of freedom", Double(freedom))]),
        ReportCell.p(test.p),
        "\(test.groupCount) groups as in the figure, \(freedom) degrees of freedom, as of rows"
          + " that were not fitted to",
      ])
    }
    if let curve = try? CalibrationCurve(
      probabilities: probabilities, positives: cohort.positives)
    {
      for (title, error) in [
        ("Mean distance of the loess curve (ICI)", curve.meanError),
        ("Median distance (E50)", curve.medianError),
        ("0.9 quantile of the distance (E90)", curve.error90),
        ("Largest distance (Emax)", curve.maximumError),
      ] { append(title, .fixed(error, places: 3), nil, "ideal 0") }
    }
    if let brier = try? BrierScore(probabilities: probabilities, positives: cohort.positives) {
      append(
        "Brier score", .fixed(brier.score, places: 3), nil,
        "\(NumberText.fixed(brier.reference, places: 3)) of the prevalence alone")
      if let scaled = brier.scaled {
        append(
          "Scaled Brier score", .fixed(scaled, places: 3), nil,
          "1 perfect, 0 as the prevalence alone")
      }
    }
    return table.isEmpty ? nil : table
  }
}
