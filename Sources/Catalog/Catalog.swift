internal import Components
package import Features
package import Filters
package import Imaging

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
    SeparableWaveletFilter.self,
    SimoncelliWaveletFilter.self,
    RieszLaplacianFilter.self,
    RieszSimoncelliFilter.self,
  ]

  /// The families that a profile computes when a study names none.
  package static func families(of profile: Profile) -> [any FeatureFamily.Type] {
    families.filter { $0.profiles.contains(profile) }
  }

  /// The family whose `id` is `name`.
  package static func family(named name: String) -> (any FeatureFamily.Type)? {
    families.first { $0.id.name == name }
  }
}
