import Report
import Statistics

/// Figures of numbers that a formula makes.
enum SyntheticFigures {
  /// In (0, 1), spread evenly and without a pattern that an eye would see.
  static func spread(_ index: Int, _ stream: Int) -> Double {
    var mixed = UInt64(truncatingIfNeeded: index &* 1000 &+ stream) &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return (Double((mixed ^ mixed >> 31) >> 48) + 0.5) / 65536
  }

  static let classNames = (negative: "IDH wild type", positive: "IDH mutant")

  static func rows(_ name: String, count: Int = 120, signal: Double = 0.35, stream: Int = 1) throws
    -> ScoredClasses
  {
    var scores: [Double] = []
    var positives: [Bool] = []
    for row in 0..<count {
      let isPositive = spread(row, 77) < 0.4
      let noise = (spread(row, stream) + spread(row, stream + 1) + spread(row, stream + 2)) / 3
      scores.append(min(0.99, max(0.01, 0.35 + (isPositive ? signal : 0) + 1.3 * (noise - 0.5))))
      positives.append(isPositive)
    }
    return try ScoredClasses(name: name, scores: scores, positives: positives)
  }

  static func group(_ name: String, count: Int, scale: Double, stream: Int) throws -> SurvivalGroup
  {
    let time = (0..<count).map {
      (scale * (0.05 + 2 * spread($0, stream) * spread($0, 9))).rounded()
    }
    let event = (0..<count).map { spread($0, stream + 50) < 0.7 }
    return SurvivalGroup(name: name, try FollowUp(time: time, event: event))
  }

  static let features = [
    "wavelet-LLH_glcm_ClusterShade", "original_firstorder_90Percentile",
    "log-sigma-3-0-mm-3D_gldm_LargeDependenceHighGrayLevelEmphasis", "original_shape_Sphericity",
    "wavelet-HHL_glszm_SizeZoneNonUniformityNormalized", "age", "<script>alert(1)</script>",
    "original_ngtdm_Busyness", "original_glrlm_RunEntropy",
    "log-sigma-1-0-mm-3D_firstorder_Kurtosis",
  ]

  static func discrimination() throws -> [Figure] {
    let lasso = try rows("lasso-logistic")
    let svm = try rows("svm", signal: 0.2, stream: 31)
    let repeats = try (0..<5).map { try rows("lasso-logistic", stream: 100 + 10 * $0) }
    let repeated = try ROCFigureCurve(
      name: "lasso-logistic", repeats: repeats,
      area: ReportedEstimate(0.8123, lower: 0.724, upper: 0.9, method: "LeDell 2015"))
    return [
      .roc([try ROCFigureCurve(lasso), try ROCFigureCurve(svm)], note: "Test rows."),
      .roc([repeated]),
      try .precisionRecall([lasso, svm]),
      try .calibration(lasso, recalibration: (-0.12, 1.31)),
      try .decisionCurves([lasso, svm]),
      try .scoreDistribution(lasso, classNames: classNames, axis: "Predicted probability"),
      try .waterfall(
        lasso, cutOff: 0.5, cutOffOrigin: "fixed before the study", classNames: classNames,
        axis: "Predicted probability"),
      try .confusion(
        try ConfusionTable(scores: lasso.scores, positives: lasso.positives, cutOff: 0.5),
        name: "lasso-logistic", cutOff: "a probability of at least 0.5", classNames: classNames),
    ]
  }

  static func survival() throws -> [Figure] {
    let groups = [
      try group("Low risk", count: 70, scale: 2200, stream: 3),
      try group("High risk", count: 61, scale: 1100, stream: 4),
    ]
    return [
      try .kaplanMeier(groups, timeTitle: "Time since diagnosis (days)"),
      .forest(
        [
          ForestRow("Age, per decade", 1.32, 1.08, 1.61), ForestRow("IDH mutant", 0.31, 0.14, 0.7),
          ForestRow(features[2], 1.9, 1.12, 3.2), ForestRow("Grade 4", 2.7, 0.9, 8.1),
          ForestRow("Not defined", .nan, .nan, .nan),
        ], title: "Hazard ratios", measure: "Hazard ratio", reference: 1, isLogarithmic: true,
        method: "95% intervals: Wald"),
    ]
  }

  static func resampling() -> [Figure] {
    let null = (0..<999).map { 0.3 + 0.4 * (spread($0, 5) + spread($0, 6) + spread($0, 7)) / 3 }
    let sweep = (0..<200).map { 0.6 + 0.3 * (spread($0, 15) + spread($0, 16)) / 2 }
    let selected = features.enumerated().map { index, name in
      SelectionRow(
        name, frequency: 1 - Double(index) / 10.5, bootstrapFrequency: 0.9 - Double(index) / 12,
        isFinal: index < 4)
    }
    let count = features.count
    var matrix: [Double] = []
    for i in 0..<count {
      for j in 0..<count {
        let distance = Double((i - j) * (i - j))
        matrix.append(
          i == j ? 1 : (i + j) % 5 == 4 ? -0.6 / (1 + distance / 9) : 1 / (1 + distance))
      }
    }
    matrix[3] = .nan
    matrix[3 * count] = .nan
    let lanes = (1...6).map { rank in
      TimelineLane(
        "Rank \(rank)",
        (0..<40).map { unit in
          let start = Double(unit) * 12 + 5 * spread(unit, rank)
          return .init(
            start: start, end: start + 4 + 6 * spread(unit, rank + 20), kind: unit < 30 ? 0 : 1)
        })
    }
    return [
      .permutationNull(
        permuted: null, observed: 0.81, p: 0.001, metric: "AUC", refitted: "the whole pipeline",
        monteCarlo: (0, 0.0037)),
      .distribution(
        sweep, marks: [HistogramMark("This split", 0.83)], title: "Split sweep",
        axis: "AUC of the test rows", counted: "Splits"),
      .selectionFrequency(selected, pipeline: "lasso-logistic", fits: 10),
      .correlation(names: features, matrix: matrix, kind: "Spearman", count: 120),
      .timeline(lanes, kinds: ["Search", "Estimate"]),
    ]
  }

  static func all() throws -> [Figure] { try discrimination() + survival() + resampling() }

  static func report() throws -> HTMLReport {
    var metrics = ReportTable(
      caption: "Metrics with 95% intervals.",
      columns: [
        .init("Pipeline"), .init("Rows"), .init("Metric"), .init("Estimate", isNumeric: true),
        .init("n", isNumeric: true), .init("Events", isNumeric: true), .init("Interval"),
      ])
    for (index, name) in ["lasso-logistic", "svm"].enumerated() {
      for (place, rows) in ["nested", "as-published", "test"].enumerated() {
        let value = 0.8123 - 0.05 * Double(index) + 0.07 * Double(place % 2)
        metrics.append(
          [
            name, rows, "auc", NumberText.interval(value, value - 0.09, min(1, value + 0.08)),
            "120",
            "45", "LeDell 2015, mean variance of the repeats",
          ], isDoubtful: place == 1)
      }
    }
    var long = ReportTable(
      caption: "Features.", columns: [.init("Feature"), .init("Frequency", isNumeric: true)])
    for index in 0..<60 {
      long.append([
        features[index % 10] + "_\(index)", NumberText.percentage(spread(index, 3)),
      ])
    }
    return HTMLReport(
      study: "IDH <b>& friends</b>", fingerprint: "9f8a7c6b5d4e3f2a1b0c", date: "21 November 2026",
      facts: [("Patients", "120"), ("Outcome", "idh == 1")],
      sections: [
        .init(
          "Results",
          [
            .paragraph(
              "Every data-dependent step was fitted inside the training part of its fold."),
            .warning("Rows in grey italics are optimistic: the model has seen them."),
            .table(metrics),
          ],
          subsections: [
            .init("Discrimination", try discrimination().map { .figure($0) }),
            .init("Survival", try survival().map { .figure($0) }),
          ]),
        .init(
          "Stability", resampling().map { .figure($0) } + [.table(long)]),
        .init(
          "Provenance",
          [
            .facts([("Seed", "1"), ("Study", "<script>alert(1)</script>")]),
            .listing(title: "Study file", text: "study: IDH\nfeatures: [\"<script>\"]\n"),
            .list(["12 rows without outcome were left out", "a & b"]),
          ]),
        .init("Results", [.paragraph("A second section of the same name.")]),
      ])
  }
}
