internal import Study

/// Image and VOI of a column, read from a name as extraction gives it:
/// `[IMAGE_][VOI_]IMAGETYPE_FAMILY_FEATURE`, as `radcohort export` and PyRadiomics write it.
package struct ColumnOrigin: Hashable, Sendable {
  /// "" where the name says none. With one part in front of the image type, which may be either, it
  /// is taken for the image.
  package let image: String
  package let voi: String

  /// The families that a name can hold.
  package static let families: Set<String> = [
    "firstorder", "shape", "shape2D", "glcm", "glrlm", "glszm", "gldm", "ngtdm", "morph", "loc",
    "stat", "ih", "ivh", "cm", "rlm", "szm", "dzm", "ngt", "ngl",
  ]

  package init(name: String) {
    let parts = name.split(separator: "_", omittingEmptySubsequences: false).prefix(4)
    let family = parts.indices.dropFirst().first { Self.families.contains(String(parts[$0])) }
    let prefix = family.map { parts[..<($0 - 1)] } ?? []
    image = prefix.first.map(String.init) ?? ""
    voi = prefix.count > 1 ? String(prefix[1]) : ""
  }
}
