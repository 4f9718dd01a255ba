internal import Components
internal import Features
internal import Fusion
internal import Imaging

extension ImageSection {
  /// All groups of settings of an image, in the order in which they take effect.
  package static let settings: [SettingsGroup<ImageSection>] = [
    .optional("suv", \.uptake, "From activity to standardised uptake values."),
    .optional("align", \.alignment, "Interpolation onto the grid of another image."),
    .optional("fusion", \.fusion, "An image made of two others."),
    .always("geometry", \.preparation.geometry, "What to do when image and mask grids differ."),
    .optional("normalize", \.preparation.normalize, "Intensity normalisation."),
    .optional("resample", \.preparation.resample, "Resampling of image and mask."),
    .optional("resegment", \.preparation.resegment, "Narrowing of the mask by intensity."),
    .always("region", \.preparation.region, "Which masks are accepted."),
    .always("discretisation", \.discretisation, "How intensities become grey levels."),
    .always("neighbourhood", \.neighbourhood, "Which neighbours texture families see."),
  ]
}
