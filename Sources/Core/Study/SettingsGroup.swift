package import Components

/// One group of settings, such as `resample`: its key in the study file and where its owner (the
/// study or one of its images) keeps it. Reading, the JSON Schema, `describe` and the plan's
/// identity all walk the tables of groups, `StudyFile.settings` and `ImageSection.settings`.
package struct SettingsGroup<Owner: Sendable>: Sendable {
  package let key: String
  /// One sentence for `describe` and the schema.
  package let summary: String
  /// Name, default, summary and range of every field.
  package let fields: [FieldDescription]
  let read: @Sendable (inout Owner, inout SectionReader) -> Void
  /// The value on one line, or "off".
  package let text: @Sendable (Owner) -> String

  /// Settings that there always are; their defaults hold where the key is absent.
  static func always<Parameters: ParameterSet>(
    _ key: String, _ path: WritableKeyPath<Owner, Parameters> & Sendable, _ summary: String
  ) -> SettingsGroup {
    SettingsGroup(key: key, summary: summary, fields: Parameters.descriptions) { owner, reader in
      owner[keyPath: path] = reader.parameters(key, Parameters.self) ?? Parameters()
    } text: {
      $0[keyPath: path].encoded().flowText
    }
  }

  /// A step that is off where the key is absent.
  static func optional<Parameters: ParameterSet>(
    _ key: String, _ path: WritableKeyPath<Owner, Parameters?> & Sendable, _ summary: String
  ) -> SettingsGroup {
    SettingsGroup(
      key: key, summary: summary + " Off when absent.", fields: Parameters.descriptions
    ) { owner, reader in
      owner[keyPath: path] = reader.parameters(key, Parameters.self)
    } text: {
      $0[keyPath: path]?.encoded().flowText ?? "off"
    }
  }
}
