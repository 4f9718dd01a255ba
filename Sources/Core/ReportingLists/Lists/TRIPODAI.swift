extension ReportingList {
  /// What an article on a prediction model should report.
  ///
  /// Collins, Moons, Dhiman et al. 2024, Table 2: 27 items, 52 with their parts.
  package static let tripodAI = ReportingList(
    name: "TRIPOD+AI", source: "Collins et al. 2024, BMJ 385:e078378, 10.1136/bmj-2023-078378",
    unit: nil, items: tripodFront + tripodMethods + tripodOpenScience + tripodResults)

  private static let tripodFront: [ReportingItem] = [
    .init("1", "Title", "Title: a prediction model, for whom, of what", .author),
    .init("2", "Abstract", "Abstract by TRIPOD+AI's own list", .author),
    .init("3a", "Background", "Medical setting, reasons, earlier models", .author),
    .init("3b", "Background", "For which patients, used by whom and when", .author),
    .init("3c", "Background", "Known inequalities in health", .author),
    .init("4", "Objectives", "Aims: development, evaluation or both", .author),
  ]

  private static let tripodMethods: [ReportingItem] = [
    .init("5a", "Data", "Sources of data and whom they stand for", .author),
    .init("5b", "Data", "Dates of inclusion and follow-up", .author),
    .init("6a", "Participants", "Setting, number and place of centres", .sites),
    .init("6b", "Participants", "Who was included", .author),
    .init("6c", "Participants", "Treatments and how they were handled", .author),
    .init("7", "Data preparation", "Pre-processing and checks of quality", .suitableProcessing),
    .init("8a", "Outcome", "What is predicted, when, and how it was assessed", .outcome),
    .init("8b", "Outcome", "Who judged the outcome", .author),
    .init("8c", "Outcome", "Blinding of those who judged it", .author),
    .init("9a", "Predictors", "How the first set of predictors came about", .predictors),
    .init("9b", "Predictors", "Definition of every predictor", .featureParameters),
    .init("9c", "Predictors", "Who judged predictors", .author),
    .init("10", "Sample size", "How the number of patients came about", .author),
    .init("11", "Missing data", "Missing values and rows left out", .missingValues),
    .init("12a", "Analytical methods", "How data were divided and used", .split),
    .init("12b", "Analytical methods", "Scaling and form of predictors", .scaling),
    .init("12c", "Analytical methods", "Model, steps, search, internal validation", .modelBuilding),
    .init("12d", "Analytical methods", "Differences between centres", .siteMethods),
    .init("12e", "Analytical methods", "Metrics and plots, and why these", .metrics),
    .init("12f", "Analytical methods", "Recalibration or other updates", .updating),
    .init("12g", "Analytical methods", "How predictions were computed", .predictionMethod),
    .init("13", "Class imbalance", "Balancing of classes and what followed", .imbalance),
    .init("14", "Fairness", "What was done for fairness", .author),
    .init("15", "Model output", "What the model gives, thresholds", .modelOutput),
    .init("16", "Training versus evaluation", "How the data of the two differ", .author),
    .init("17", "Ethical approval", "Committee and consent", .author),
  ]

  private static let tripodOpenScience: [ReportingItem] = [
    .init("18a", "Open science", "Funding", .author),
    .init("18b", "Open science", "Conflicts of interest", .author),
    .init("18c", "Open science", "Protocol", .author),
    .init("18d", "Open science", "Registration", .author),
    .init("18e", "Open science", "Availability of data", .author),
    .init("18f", "Open science", "Availability of code of the analysis", .settingsToShare),
    .init("19", "Patient and public involvement", "What patients took part in", .author),
  ]

  private static let tripodResults: [ReportingItem] = [
    .init("20a", "Participants", "Flow of patients, with and without the outcome", .flow),
    .init("20b", "Participants", "Characteristics, overall and by source", .counts),
    .init("20c", "Participants", "Predictors in evaluation beside development", .author),
    .init("21", "Model development", "Patients and events of every analysis", .countsOfAnalyses),
    .init("22", "Model specification", "The whole model, for new patients", .finalModel),
    .init(
      "23a", "Model performance", "Performance with intervals, also of subgroups",
      .performanceWithIntervals),
    .init("23b", "Model performance", "Performance by centre", .siteDifferences),
    .init("24", "Model updating", "Updated model and its performance", .updating),
    .init("25", "Discussion", "Interpretation, fairness included", .author),
    .init("26", "Discussion", "Limits and what they bias", .author),
    .init("27a", "Discussion", "What to do about poor or missing inputs", .author),
    .init("27b", "Discussion", "What is asked of users", .author),
    .init("27c", "Discussion", "Next steps", .author),
  ]
}
