internal import Components
package import Features

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
  ]

  /// The family whose `id` is `name`.
  package static func family(named name: String) -> (any FeatureFamily.Type)? {
    families.first { $0.id.name == name }
  }
}
