package import Components
package import Imaging

/// `maps:` of a study file: features of the surroundings of every voxel, as images. PyRadiomics'
/// `execute(voxelBased=True)`.
///
/// | setting | default | range | meaning |
/// |---|---|---|---|
/// | `features` | [] | column names | one map each, such as `original_glcm_JointEntropy` |
/// | `kernelRadius` | 1 | 1...20 | the kernel reaches so many voxels from its centre |
/// | `maskedKernel` | true | | the kernel and the grey levels use VOI voxels only |
/// | `initValue` | 0 | | value of a map outside the VOI |
package struct VoxelMapParameters: ParameterSet {
  package var features: [String] = []
  package var kernelRadius = 1
  package var maskedKernel = true
  package var initValue = 0.0

  package init() {}

  package static let fields: [Field<Self>] = [
    .texts(
      "features", \.features,
      "Columns of which maps are made, such as original_glcm_JointEntropy; not of shape."),
    .integer(
      "kernelRadius", \.kernelRadius, in: 1...20,
      "Voxels from the centre of the kernel to its border (infinity norm)."),
    .flag(
      "maskedKernel", \.maskedKernel,
      "Use only voxels of the volume of interest; otherwise also those around it, for grey levels"
        + " as well."),
    .number(
      "initValue", \.initValue,
      in: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude,
      "Value of a map outside the volume of interest."),
  ]
}

/// A column name of PyRadiomics in its three parts: image type, family, feature.
package struct VoxelMapColumn: Hashable, Sendable {
  package let name: String
  /// "original", "wavelet-LLH", "log-sigma-3-0-mm-3D".
  package let imageType: String
  package let family: ComponentID
  package let feature: String

  /// - Returns: nil where the name does not have the three parts.
  package init?(_ name: String) {
    let parts = name.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.name = name
    imageType = String(parts[0])
    family = ComponentID(String(parts[1]))
    feature = String(parts[2])
  }
}

extension VoxelMapParameters {
  /// The columns that `features` name, in their order.
  /// - Throws: every name that is not a column, is given twice or belongs to a shape family, and an
  ///   empty list.
  package func columns() throws(InvalidInput) -> [VoxelMapColumn] {
    var problems: [Problem] = []
    var columns: [VoxelMapColumn] = []
    if features.isEmpty {
      problems.append(
        Problem("features", "no column is named; one map is made for each, at least one is needed"))
    }
    for name in features {
      guard let column = VoxelMapColumn(name) else {
        problems.append(
          Problem(
            "features",
            "\"\(name.prefix(80))\" is not a column; expected image type, family and feature, as "
              + "in original_glcm_JointEntropy"))
        continue
      }
      if column.family.name.hasPrefix("shape") {
        problems.append(
          Problem("features", "\"\(name)\": shape features have no value at a voxel"))
      } else if columns.contains(column) {
        problems.append(Problem("features", "\"\(name)\" is given twice"))
      } else {
        columns.append(column)
      }
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    return columns
  }
}

/// One feature at every voxel of a box.
package struct VoxelMap: Hashable, Sendable {
  /// Name of the feature within its family, such as `JointEntropy`.
  package let feature: String
  /// One value for each voxel of the box, x fastest: `initValue` outside the VOI, NaN where the
  /// feature is not defined for the kernel.
  package let values: [Double]
  /// Why the map has no values at all; "" where it has.
  package let note: String
}

/// A family that has a value for the kernel around a voxel.
///
/// Definitions are those of the whole VOI, with three differences that PyRadiomics 3.0.1 makes
/// (with its default `voxelBatch`, all voxels at once): grey levels, and Ng in Idmn and Idn, are
/// those of the whole VOI; a direction without pairs is not a number, so GLCM's JointAverage, a
/// plain mean over directions, is NaN at such a voxel (all others leave the direction out); and MCC
/// has no map at all where there is such a voxel, because its eigenvalues are computed for all
/// voxels in one call, which fails.
protocol VoxelMapFamily: FeatureFamily {
  /// - Parameter columns: indices into `columns`.
  func rows(of kernels: VoxelMapKernels, columns: [Int]) throws(FeatureError) -> VoxelMapRows
}

/// The values that a family gives for the voxels of a VOI.
struct VoxelMapRows {
  /// VOI voxels in memory order, one row of `width` columns each.
  var values: [Double]
  let width: Int
  /// Per column, why it has no values; "" where it has.
  var notes: [String]

  init(voxelCount: Int, width: Int) {
    values = [Double](repeating: .nan, count: voxelCount * width)
    self.width = width
    notes = [String](repeating: "", count: width)
  }
}

extension FeatureFamily {
  /// Whether maps can be made of its features.
  package var hasMaps: Bool { self is any VoxelMapFamily }
}

extension VoxelMapKernels {
  /// Maps of some features of a family, in the order of `features`.
  /// - Throws: where the family has no value at a voxel, does not have a feature, or could not be
  ///   computed on the VOI.
  package func maps(of family: any FeatureFamily, features: [String]) throws(FeatureError)
    -> [VoxelMap]
  {
    let id = type(of: family).id
    guard let family = family as? any VoxelMapFamily else {
      throw FeatureError("\(id) features have no value at a voxel; maps cannot be made of them")
    }
    let names = family.columns.map { $0.name }
    var columns: [Int] = []
    for feature in features {
      guard let column = names.firstIndex(of: feature) else {
        throw FeatureError("\(id) has no feature \"\(feature)\": " + unknown(feature, names))
      }
      columns.append(column)
    }
    let rows = try family.rows(of: self, columns: columns)
    return features.indices.map { column in
      var values = [Double](repeating: parameters.initValue, count: box.values.count)
      if rows.notes[column].isEmpty {
        for (row, voxel) in voxels.enumerated() {
          values[voxel.box] = rows.values[row * rows.width + column]
        }
      }
      return VoxelMap(feature: features[column], values: values, note: rows.notes[column])
    }
  }

  private func unknown(_ feature: String, _ names: [String]) -> String {
    let hint = nearest(to: feature, in: names).map { "did you mean \"\($0)\"? " } ?? ""
    return hint + "(valid: \(names.joined(separator: ", ")))"
  }
}

extension WorkingImage {
  /// The box on which maps are made: the VOI's box with `margin` voxels around it, cut at the
  /// image, as PyRadiomics crops (`padDistance` = `kernelRadius`).
  /// - Returns: the box and where it is on the grid of `image`.
  package func voxelBox(margin: Int) -> (box: VoxelBox, place: IndexBox) {
    let place = box.padded(by: margin, within: image.grid.size)
    var mask = [UInt8](repeating: 0, count: place.voxelCount)
    place.forEachRow(of: box) { target, source in
      for x in 0..<box.size.x { mask[target + x] = self.mask[source + x] }
    }
    let voxels = VoxelBox(
      size: place.size, spacing: image.grid.spacing, pixelType: image.pixelType,
      values: image.values(in: place), mask: mask)
    return (voxels, place)
  }
}
