package import Components
internal import Features
internal import Imaging

/// One group of settings of an image, such as `resample`: its key in the study file and where it
/// is kept. Reading, the JSON Schema, `describe` and the plan's identity all walk the one table
/// `ImageSection.settings`.
package struct ImageSetting: Sendable {
  package let key: String
  /// One sentence for `describe` and the schema.
  package let summary: String
  /// Name, default, summary and range of every field.
  package let fields: [FieldDescription]
  let read: @Sendable (inout ImageSection, inout SectionReader) -> Void
  /// The value on one line, or "off".
  let text: @Sendable (ImageSection) -> String

  /// Settings that an image always has; their defaults hold where the key is absent.
  fileprivate static func always<Parameters: ParameterSet>(
    _ key: String, _ path: WritableKeyPath<ImageSection, Parameters> & Sendable, _ summary: String
  ) -> ImageSetting {
    ImageSetting(key: key, summary: summary, fields: Parameters.descriptions) { image, reader in
      image[keyPath: path] = reader.parameters(key, Parameters.self) ?? Parameters()
    } text: {
      $0[keyPath: path].encoded().flowText
    }
  }

  /// A step that is off where the key is absent.
  fileprivate static func optional<Parameters: ParameterSet>(
    _ key: String, _ path: WritableKeyPath<ImageSection, Parameters?> & Sendable,
    _ summary: String
  ) -> ImageSetting {
    ImageSetting(
      key: key, summary: summary + " Off when absent.", fields: Parameters.descriptions
    ) { image, reader in
      image[keyPath: path] = reader.parameters(key, Parameters.self)
    } text: {
      $0[keyPath: path]?.encoded().flowText ?? "off"
    }
  }
}

extension ImageSection {
  /// All groups of settings of an image, in the order in which they take effect.
  package static let settings: [ImageSetting] = [
    .always("geometry", \.preparation.geometry, "What to do when image and mask grids differ."),
    .optional("normalize", \.preparation.normalize, "Intensity normalisation."),
    .optional("resample", \.preparation.resample, "Resampling of image and mask."),
    .optional("resegment", \.preparation.resegment, "Narrowing of the mask by intensity."),
    .always("region", \.preparation.region, "Which masks are accepted."),
    .always("discretisation", \.discretisation, "How intensities become grey levels."),
    .always("neighbourhood", \.neighbourhood, "Which neighbours texture families see."),
  ]
}
