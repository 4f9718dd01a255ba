extension ReportingList {
  /// Quality of methods, from 0 to 100 %.
  ///
  /// Kocak, Akinci D'Antonoli, Mercaldo et al. 2024, Table 1: 30 items in 9 categories. The score is
  /// the weight of the fulfilled items over that of the applicable ones. Weights are in hundredths
  /// of a percent and sum to 10 000.
  package static let metrics = ReportingList(
    name: "METRICS",
    source: "Kocak et al. 2024, Insights Imaging 15:8, 10.1186/s13244-023-01572-w", unit: .percent,
    items: metricsData + metricsModels)

  private static let metricsData: [ReportingItem] = [
    .init("1", "Study design", "Written by a checklist of the field", points: 0...368, .author),
    .init("2", "Study design", "Patients stand for the population", points: 0...735, .author),
    .init("3", "Study design", "Reference standard of high quality", points: 0...919, .author),
    .init("4", "Imaging data", "Several institutions", points: 0...438, .severalSites),
    .init("5", "Imaging data", "Images as in clinical routine", points: 0...292, .author),
    .init("6", "Imaging data", "Protocol and acquisition reported", points: 0...438, .author),
    .init("7", "Imaging data", "Time from image to reference standard", points: 0...292, .author),
    .init("8", "Segmentation", "Method of segmentation described", points: 0...337, .author),
    .init(
      "9", "Segmentation", "Fully automated segmentation evaluated, where there is one",
      points: 0...225, .author),
    .init(
      "10", "Segmentation", "Test segmentations as in practice: one reader or automated",
      points: 0...112, .author),
    .init(
      "11", "Image processing and feature extraction", "Suitable processing, described",
      points: 0...622, .suitableProcessing),
    .init(
      "12", "Image processing and feature extraction", "Software that follows a standard",
      points: 0...311, .standardisedSoftware),
    .init(
      "13", "Image processing and feature extraction", "Settings of extraction reported",
      points: 0...415, .featureParameters),
    .init(
      "14", "Feature processing", "Unstable features removed", points: 0...200, .robustFeatures),
    .init("15", "Feature processing", "Redundant features removed", points: 0...200, .redundancy),
    .init(
      "16", "Feature processing", "Number of features in proportion to the data",
      points: 0...300, .author),
    .init(
      "17", "Feature processing", "End-to-end deep learning tested for robustness",
      points: 0...200, .noDeepLearning),
  ]

  private static let metricsModels: [ReportingItem] = [
    .init("18", "Preparation for modelling", "Sound partitions", points: 0...599, .soundSplit),
    .init(
      "19", "Preparation for modelling", "Confounders looked for and handled", points: 0...300,
      .confounders),
    .init(
      "20", "Metrics and comparison", "Metrics that suit the task", points: 0...352,
      .suitableMetrics),
    .init("21", "Metrics and comparison", "Uncertainty", points: 0...234, .uncertainty),
    .init("22", "Metrics and comparison", "Calibration", points: 0...176, .calibration),
    .init(
      "23", "Metrics and comparison", "One image, or several shown to be better",
      points: 0...117, .singleImage),
    .init(
      "24", "Metrics and comparison", "Gain over a method without radiomics", points: 0...293,
      .addedValue),
    .init(
      "25", "Metrics and comparison", "Gain over a simple or classical model", points: 0...176,
      .baseline),
    .init("26", "Testing", "Unseen rows of the same source", points: 0...375, .internalTest),
    .init("27", "Testing", "Rows of other institutions", points: 0...749, .externalTest),
    .init("28", "Open science", "Data available", points: 0...75, .author),
    .init("29", "Open science", "Code available", points: 0...75, .author),
    .init("30", "Open science", "Model available", points: 0...75, .author),
  ]
}
