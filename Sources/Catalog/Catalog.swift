internal import Components
package import Features
package import Filters

/// What a study file can name: one line per component.
package enum Catalog {
  /// In the order of result columns.
  package static let families: [any FeatureFamily.Type] = [
    FirstOrder.self,
    Shape.self,
    GLCM.self,
    GLRLM.self,
    GLSZM.self,
    GLDM.self,
    NGTDM.self,
    Morphology.self,
    LocalIntensity.self,
    IntensityStatistics.self,
    IntensityHistogram.self,
    IntensityVolumeHistogram.self,
    IBSICooccurrence.self,
    IBSIRunLength.self,
    IBSISizeZone.self,
    IBSIDistanceZone.self,
    IBSIToneDifference.self,
    IBSILevelDependence.self,
  ]

  /// In the order of result columns.
  package static let filters: [any ImageFilter.Type] = [
    OriginalFilter.self,
    WaveletFilter.self,
    LaplacianOfGaussianFilter.self,
    SquareFilter.self,
    SquareRootFilter.self,
    LogarithmFilter.self,
    ExponentialFilter.self,
    GradientFilter.self,
    LBP2DFilter.self,
    LBP3DFilter.self,
    MeanFilter.self,
    GaussianLaplacianFilter.self,
    LawsFilter.self,
    GaborFilter.self,
  ]

  /// The family whose `id` is `name`.
  package static func family(named name: String) -> (any FeatureFamily.Type)? {
    families.first { $0.id.name == name }
  }
}
