/// Images and features.
extension AnswerRule {
  static let imageProcessing = AnswerRule { evidence in
    .names(evidence.imageProcessing, none: .yes("Images went in as they were.")) {
      .yes("Before features: \($0).")
    }
  }

  static let resampling = AnswerRule { evidence in
    .text(evidence.resampling, none: .yes("Images were not resampled.")) {
      .yes("Resampling: \($0).")
    }
  }

  static let discretisation = AnswerRule { evidence in
    .text(evidence.discretisation, none: .yes("Grey levels were not discretised.")) {
      .yes("Discretisation: \($0).")
    }
  }

  static let imageTypes = AnswerRule { evidence in
    .names(evidence.imageTypes, none: .no("No image type is named.")) {
      .yes("Image types: \($0).")
    }
  }

  static let software = AnswerRule { evidence in
    guard let software = evidence.software else { return .author }
    let name = "\(software.name) \(software.version)"
    guard let isIBSI = evidence.isIBSIProfile else { return .partly("Computed by \(name).") }
    return .yes("Computed by \(name), by the \(isIBSI ? "IBSI" : "PyRadiomics") profile.")
  }

  /// Software that follows a standard: values of another profile deviate from it where that does.
  static let standardisedSoftware = AnswerRule { evidence in
    guard let software = evidence.software, let isIBSI = evidence.isIBSIProfile else {
      return .author
    }
    let name = "\(software.name) \(software.version)"
    return isIBSI
      ? .yes("\(name) with definitions of IBSI.")
      : .partly("\(name) with PyRadiomics' definitions, which deviate from IBSI's in places.")
  }

  static let families = AnswerRule { evidence in
    .names(evidence.featureFamilies, none: .no("No family of features was computed.")) {
      .yes("Families: \($0).")
    }
  }

  static let featureCount = AnswerRule { evidence in
    guard let count = evidence.featureCount else { return .author }
    return .yes("\(Wording.count(count, "feature")) per volume of interest.")
  }

  static let settings = AnswerRule { evidence in
    .flag(
      evidence.hasStudyText, yes: "The study file with every setting is in the report.",
      no: "The report has no study file.")
  }

  /// Settings that are at hand; to publish them is the author's.
  static let settingsToShare = AnswerRule { evidence in
    guard evidence.hasStudyText == true else { return .author }
    return .partly("The study file is in the report and can be published with it.")
  }

  static let featureParameters = AnswerRule { evidence in
    guard let families = evidence.featureFamilies, let hasText = evidence.hasStudyText else {
      return .author
    }
    if families.isEmpty { return .no("No family of features was computed.") }
    let list = Wording.list(families)
    return hasText
      ? .yes("Families (\(list)) and the study file with every setting are in the report.")
      : .partly("Families: \(list).")
  }

  /// Described in full; whether it suits the images is the author's to say.
  static let suitableProcessing = AnswerRule { evidence in
    guard let resampling = evidence.resampling, let discretisation = evidence.discretisation,
      let types = evidence.imageTypes
    else { return .author }
    let voxels = resampling.isEmpty ? "not resampled" : resampling
    let levels = discretisation.isEmpty ? "not discretised" : discretisation
    let filters = types.isEmpty ? "no image types" : "image types \(Wording.list(types))"
    return .partly("Described: \(voxels); \(levels); \(filters).")
  }

  static let singleImage = AnswerRule { evidence in
    guard let images = evidence.images else { return .author }
    if images.count == 1 { return .yes("One image: \(images[0]).") }
    guard let hasSingle = evidence.hasSingleImageModels else { return .author }
    let list = Wording.list(images)
    return hasSingle
      ? .partly("Models of one image each stand beside those of \(list).")
      : .no("Images \(list) together; no model of one of them alone.")
  }

  /// Features are computed by formulas: nothing here learns from voxels.
  static let noDeepLearning = AnswerRule { evidence in
    guard evidence.featureFamilies != nil else { return .author }
    return .notApplicable("Features are hand-crafted; there is no end-to-end deep learning.")
  }

  static let segmentationReliability = AnswerRule { evidence in
    .text(evidence.repeatability, none: .no("Features were not compared between segmentations.")) {
      let count = evidence.segmentations.map { " of \(Wording.count($0, "segmentation"))" } ?? ""
      return .yes("Repeatability\(count): \($0).")
    }
  }

  static let robustFeatures = AnswerRule { evidence in
    .text(evidence.repeatability, none: .no("No feature was left out for lack of repeatability.")) {
      .yes("Features that do not repeat were left out: \($0).")
    }
  }
}
