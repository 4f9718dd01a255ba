extension ReportingList {
  /// Radiomics quality score, -8 to 36 points.
  ///
  /// Lambin, Leijenaar, Deist et al. 2017: 16 items; the groups are ours.
  package static let rqs = ReportingList(
    name: "RQS",
    source: "Lambin et al. 2017, Nat Rev Clin Oncol 14:749-762, 10.1038/nrclinonc.2017.141",
    unit: .points,
    items: [
      .init("1", "Images", "Protocol documented (1), protocol public (1)", points: 0...2, .author),
      .init("2", "Images", "Several segmentations", points: 0...1, .multipleSegmentations),
      .init("3", "Images", "Phantoms on all scanners", points: 0...1, .author),
      .init("4", "Images", "Images at further times", points: 0...1, .author),
      .init(
        "5", "Features", "Features reduced, or tests adjusted for their number", points: -3...3,
        .reductionOrAdjustment),
      .init("6", "Models", "Radiomic with other predictors", points: 0...1, .multivariable),
      .init("7", "Models", "Biology behind the features", points: 0...1, .author),
      .init("8", "Models", "Cut-offs that were not sought, or scores", points: 0...1, .cutOffs),
      .init(
        "9", "Models", "Discrimination with significance (1), resampled (1)", points: 0...2,
        .discrimination),
      .init(
        "10", "Models", "Calibration with significance (1), resampled (1)", points: 0...2,
        .calibrationScore),
      .init("11", "Evidence", "Prospective study in a registry", points: 0...7, .author),
      .init("12", "Evidence", "Validation on other data", points: -5...5, .validationScore),
      .init("13", "Evidence", "Compared with the gold standard", points: 0...2, .author),
      .init("14", "Evidence", "Use for patients", points: 0...2, .clinicalUtility),
      .init("15", "Evidence", "Cost-effectiveness", points: 0...1, .author),
      .init(
        "16", "Evidence", "Open: scans, segmentations, code, features (1 each)", points: 0...4,
        .author),
    ])
}
