package import Components
package import Imaging

/// How often a feature family is computed: once per VOI, on the original image; or once per
/// response, on every image type.
package enum FeatureScope: String, Hashable, Sendable {
  case perVOI
  case perResponse
}

/// One column that a family gives.
package struct FeatureDescriptor: Hashable, Sendable {
  /// PyRadiomics' name, such as `JointEntropy`.
  package var name: String
  /// Permanent IBSI code, such as `TU9B`; nil where IBSI does not define the feature as computed.
  package var ibsi: String?
  /// False for features that PyRadiomics deprecates: computed only when named in `only`.
  package var isDefault: Bool
  /// Formula or meaning, unit included, one line.
  package var summary: String

  package init(_ name: String, ibsi: String?, isDefault: Bool = true, _ summary: String) {
    self.name = name
    self.ibsi = ibsi
    self.isDefault = isDefault
    self.summary = summary
  }
}

/// A family could not be computed on a region, for a reason that the user should read.
package struct FeatureError: Error, Hashable, Sendable, CustomStringConvertible {
  package var message: String
  package init(_ message: String) { self.message = message }
  package var description: String { message }
}

/// A family of features: one file, one line in `Catalog`.
package protocol FeatureFamily: Component {
  static var scope: FeatureScope { get }
  /// The profiles in which the family is computed when a study does not name families.
  static var profiles: Set<Profile> { get }
  /// How much of the image around the VOI the family reads, mm; 0 for none.
  static var reach: Double { get }
  /// All columns with default settings, the non-default ones included; PyRadiomics' families in
  /// its (alphabetical) order.
  static var columns: [FeatureDescriptor] { get }
  /// All columns with the settings of this instance.
  var columns: [FeatureDescriptor] { get }
  /// One value per element of `columns`; NaN where the feature is not defined for the region.
  func values(of region: Region) throws(FeatureError) -> [Double]
}

extension FeatureFamily {
  package static var reach: Double { 0 }
  package var columns: [FeatureDescriptor] { Self.columns }
}
