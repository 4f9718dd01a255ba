extension ReportingList {
  /// What an article on radiomics should report.
  ///
  /// Kocak, Baessler, Bakas et al. 2023, Table 1: 58 items, of which 53 and 58 are recommended
  /// without being essential.
  package static let clear = ReportingList(
    name: "CLEAR", source: "Kocak et al. 2023, Insights Imaging 14:75, 10.1186/s13244-023-01415-8",
    unit: nil, items: clearFront + clearMethods + clearModels + clearBack)

  private static let clearFront: [ReportingItem] = [
    .init("1", "Title", "Title that names radiomics and the kind of study", .author),
    .init("2", "Abstract", "Abstract with the facts that matter, in sections", .author),
    .init("3", "Keywords", "Keywords of the field", .author),
    .init("4", "Introduction", "What is known, medically or technically", .author),
    .init("5", "Introduction", "Why radiomics is tried", .author),
    .init("6", "Introduction", "Aims", .author),
    .init("7", "Study design", "Which guidelines were followed", .author),
    .init("8", "Study design", "Ethics: approval, consent, protection of data", .author),
    .init("9", "Study design", "How the number of patients came about", .author),
    .init("10", "Study design", "Prospective or retrospective, cohort or case-control", .author),
    .init("11", "Study design", "Who was included and excluded", .author),
    .init("12", "Study design", "Figure of the technical steps", .author),
    .init("13", "Data", "Where data come from, public or not", .author),
    .init("14", "Data", "Patients who were in earlier publications", .author),
    .init("15", "Data", "How rows were divided", .split),
    .init("16", "Data", "Scanners, acquisition and reconstruction", .author),
    .init("17", "Data", "Predictors that are not radiomic", .clinicalColumns),
    .init("18", "Data", "Outcome or reference standard", .outcome),
  ]

  private static let clearMethods: [ReportingItem] = [
    .init("19", "Segmentation", "How volumes were segmented", .author),
    .init("20", "Segmentation", "Who segmented, with what experience", .author),
    .init("21", "Pre-processing", "Processing of images", .imageProcessing),
    .init("22", "Pre-processing", "Resampling with its settings", .resampling),
    .init("23", "Pre-processing", "Grey-level discretisation with its settings", .discretisation),
    .init("24", "Pre-processing", "Image types: unfiltered and filtered", .imageTypes),
    .init("25", "Feature extraction", "Software and its definitions", .software),
    .init("26", "Feature extraction", "Families of features", .families),
    .init("27", "Feature extraction", "Number of features", .featureCount),
    .init("28", "Feature extraction", "Settings that were left at defaults", .settings),
    .init("29", "Data preparation", "Missing values", .missingValues),
    .init("30", "Data preparation", "Unequal classes", .imbalance),
    .init(
      "31", "Data preparation", "Reliability of features against segmentation",
      .segmentationReliability),
    .init("32", "Data preparation", "Scaling of features", .scaling),
    .init("33", "Data preparation", "Reduction of features", .selection),
  ]

  private static let clearModels: [ReportingItem] = [
    .init("34", "Modelling", "Algorithms and software of models", .algorithms),
    .init("35", "Modelling", "Fitting and search of settings", .tuning),
    .init("36", "Modelling", "Confounders", .confounders),
    .init("37", "Modelling", "How the final model was chosen", .modelChoice),
    .init("38", "Evaluation", "On which data models were tested", .testing),
    .init("39", "Evaluation", "Metrics and why these", .metrics),
    .init("40", "Evaluation", "Measures of uncertainty", .uncertainty),
    .init("41", "Evaluation", "Tests between models", .comparisonTests),
    .init("42", "Evaluation", "Methods without radiomics, and combined ones", .nonRadiomic),
    .init("43", "Evaluation", "What explains predictions", .importance),
  ]

  private static let clearBack: [ReportingItem] = [
    .init("44", "Results", "Characteristics of patients in each part of the data", .counts),
    .init("45", "Results", "Flow of patients from eligible to analysed", .flow),
    .init("46", "Results", "Statistics of features that were kept", .featureStatistics),
    .init("47", "Results", "Performance on each part of the data", .performance),
    .init("48", "Results", "Performance beside methods without radiomics", .nonRadiomic),
    .init("49", "Discussion", "What was found, in short", .author),
    .init("50", "Discussion", "Earlier work and what differs", .author),
    .init("51", "Discussion", "What follows for practice", .author),
    .init("52", "Discussion", "Strengths and limits", .author),
    .init("53", "Open science", "Images and segmentations made available (recommended)", .author),
    .init("54", "Open science", "Features made available", .author),
    .init("55", "Open science", "Settings of extraction made available", .settingsToShare),
    .init("56", "Open science", "Code of the models made available", .settingsToShare),
    .init("57", "Open science", "Final models made available", .finalModel),
    .init("58", "Open science", "A tool that others can use (recommended)", .author),
  ]
}
