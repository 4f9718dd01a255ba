package import Components
package import Habitats

/// `habitats:` of a study file: the voxels of one VOI are clustered, and each cluster is a VOI of
/// its own, `habitat-1` being the one with the lowest mean of the first image.
package struct HabitatSection: ParameterSet {
  static let namePrefix = "habitat-"

  /// Name of the VOI that is divided; "" is the first.
  package var voi = ""
  /// Images whose intensities are clustered; the first one's grid is that of the habitats.
  package var images: [String] = []
  /// Local feature maps of the first image that are clustered as well, by column name.
  package var maps: [String] = []
  /// Voxels around the centre of a local feature.
  package var kernelRadius = 1
  package var clustering = HabitatParameters()

  package init() {}

  package static let fields: [Field<Self>] =
    [
      .text("voi", \.voi, "VOI that is divided; the first when left out"),
      .texts(
        "images", \.images,
        "images whose intensities are clustered; the first gives the grid; all when left out"),
      .texts(
        "maps", \.maps,
        "local features of the first image to cluster as well, such as original_firstorder_Entropy"),
      .integer("kernelRadius", \.kernelRadius, in: 1...10, "voxels around the centre of a map"),
    ] + HabitatParameters.fields.map { $0.lifted(to: \.clustering) }
}

extension HabitatSection {
  /// Names of the VOIs that come of it.
  package var regionNames: [String] {
    (1...clustering.k).map { "\(Self.namePrefix)\($0)" }
  }
}
