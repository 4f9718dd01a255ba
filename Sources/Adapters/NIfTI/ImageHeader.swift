package import Imaging

/// What the header of an image file says, after all of its fields were checked.
package struct ImageHeader: Hashable, Sendable {
  package enum Format: String, Hashable, Sendable {
    case nifti1, nifti2, nrrd
  }

  package var path: String
  package var format: Format
  /// LPS, as ITK makes it.
  package var grid: Grid
  /// Type of the stored numbers.
  package var storedType: PixelType
  /// Factor and summand of the stored numbers; 1 and 0 where there are none.
  package var slope: Double
  package var intercept: Double
  /// The file with the voxels; another than `path` for .hdr/.img pairs and .nhdr.
  package var dataPath: String
  package var isCompressed: Bool
  package var isBigEndian: Bool
  /// Bytes before the voxels: in the file, or in the uncompressed stream of a .nii.gz.
  package var dataOffset: Int
  /// Compressed bytes begin here in the file (attached NRRD); 0 for .nii.gz.
  package var streamOffset: Int

  /// Bytes of all voxels.
  package var dataByteCount: Int { grid.voxelCount * storedType.byteCount }

  package var isScaled: Bool { slope != 1 || intercept != 0 }

  /// The pixel type that SimpleITK 2.5 gives the image: scaled integers become float32.
  package var pixelType: PixelType {
    isScaled && storedType.isInteger ? .float32 : storedType
  }
}

/// Most voxels an image may have: 2^36, 128 GiB at two bytes each.
let voxelLimit = 1 << 36

/// Checks sizes and multiplies them without overflow.
func checkedSize(
  _ sizes: [Int], names: [String], file: String
) throws(ImageFileError) -> SIMD3<Int> {
  var product = 1
  for (size, name) in zip(sizes, names) {
    guard size >= 1 else {
      throw ImageFileError(file, "\(name) is \(size); sizes must be at least 1")
    }
    let (next, overflow) = product.multipliedReportingOverflow(by: size)
    guard !overflow, next <= voxelLimit else {
      let list = sizes.map { "\($0)" }.joined(separator: " x ")
      throw ImageFileError(file, "the header claims \(list) voxels; at most 2^36 are allowed")
    }
    product = next
  }
  return SIMD3(sizes[0], sizes[1], sizes[2])
}

/// Refuses grids that are no images of a body: spacings of 1e-9 to 1e6 mm and origins within 1e9 mm
/// are accepted, and axes that span space.
func checkGeometry(_ grid: Grid, file: String) throws(ImageFileError) {
  for axis in 0..<3 {
    guard grid.spacing[axis] >= 1e-9, grid.spacing[axis] <= 1e6 else {
      throw ImageFileError(
        file,
        "the spacing along axis \(axis) is \(grid.spacing[axis]) mm; allowed are 1e-9 to 1e6 mm")
    }
    guard abs(grid.origin[axis]) <= 1e9 else {
      throw ImageFileError(
        file, "the origin is \(grid.origin[axis]) mm along axis \(axis); allowed are +-1e9 mm")
    }
  }
  guard grid.direction.allSatisfy(\.isFinite), abs(determinant(grid.direction)) > 1e-6 else {
    throw ImageFileError(file, "the directions of the axes are not finite or do not span space")
  }
}
