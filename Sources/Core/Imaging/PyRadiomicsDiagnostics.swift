internal import Numerics

/// Who computed, for the five `diagnostics_Versions_` columns. PyRadiomics names its libraries; a
/// program that writes these columns names its own.
package struct DiagnosticVersions: Hashable, Sendable {
  package var radiomics: String
  package var numerics: String
  package var imaging: String
  package var wavelets: String
  package var language: String

  package init(
    radiomics: String, numerics: String, imaging: String, wavelets: String, language: String
  ) {
    self.radiomics = radiomics
    self.numerics = numerics
    self.imaging = imaging
    self.wavelets = wavelets
    self.language = language
  }
}

/// What the caller knows and the images do not say.
package struct DiagnosticTexts: Hashable, Sendable {
  package var versions: DiagnosticVersions
  /// The settings, and the image types with theirs.
  package var settings: String
  package var imageTypes: String
  /// SHA-1 of the voxels in memory order, 40 lower-case hexadecimal digits: of the image in its own
  /// type, of the mask as UInt32 (PyRadiomics casts it), both little-endian.
  package var imageHash: String
  package var maskHash: String

  package init(
    versions: DiagnosticVersions, settings: String, imageTypes: String, imageHash: String,
    maskHash: String
  ) {
    self.versions = versions
    self.settings = settings
    self.imageTypes = imageTypes
    self.imageHash = imageHash
    self.maskHash = maskHash
  }
}

/// The 22 `diagnostics_` columns of PyRadiomics 3.0.1 (`generalinfo.py`) without those that
/// interpolation and resegmentation add: of the image and the mask as they were read.
package enum PyRadiomicsDiagnostics {
  /// Names in PyRadiomics' order.
  package static let names: [String] = [
    "Versions_PyRadiomics", "Versions_Numpy", "Versions_SimpleITK", "Versions_PyWavelet",
    "Versions_Python", "Configuration_Settings", "Configuration_EnabledImageTypes",
    "Image-original_Hash", "Image-original_Dimensionality", "Image-original_Spacing",
    "Image-original_Size", "Image-original_Mean", "Image-original_Minimum",
    "Image-original_Maximum", "Mask-original_Hash", "Mask-original_Spacing", "Mask-original_Size",
    "Mask-original_BoundingBox", "Mask-original_VoxelNum", "Mask-original_VolumeNum",
    "Mask-original_CenterOfMassIndex", "Mask-original_CenterOfMass",
  ].map { "diagnostics_" + $0 }

  /// Names and values as PyRadiomics' CSV has them: numbers as Python writes them, tuples as
  /// "(1.0, 1.0, 1.0)".
  ///
  /// - Parameters:
  ///   - image: as read.
  ///   - region: the label's voxels; not empty.
  ///   - maskGrid: the grid of the mask, which `region` is on.
  package static func columns(
    image: Volume, region: MaskRegion, maskGrid: Grid, texts: DiagnosticTexts
  ) -> [(name: String, text: String)] {
    precondition(region.count > 0, "a VOI has voxels")
    let range = ImageSummary(image.voxels)
    let box = region.box
    let centre = region.centreOfMass
    let place = GridTransform(maskGrid).physicalPoint(ofContinuousIndex: centre)
    let versions = texts.versions
    let values = [
      versions.radiomics, versions.numerics, versions.imaging, versions.wavelets,
      versions.language, texts.settings, texts.imageTypes, texts.imageHash, "3D",
      text(image.grid.spacing), text(image.grid.size), range.mean.description,
      range.minimum.description, range.maximum.description, texts.maskHash,
      text(maskGrid.spacing), text(maskGrid.size),
      "(\(box.lower.x), \(box.lower.y), \(box.lower.z), \(box.size.x), \(box.size.y), "
        + "\(box.size.z))",
      "\(region.count)", "\(region.componentCount)", text(centre), text(place),
    ]
    return zip(names, values).map { ($0, $1) }
  }
}

/// Mean, minimum and maximum of all voxels; the mean with the rounding of `numpy.mean` of the
/// image as float64: halves down to blocks of 128, without a copy of the image.
private struct ImageSummary {
  let mean: Double
  private(set) var minimum = Double.infinity
  private(set) var maximum = -Double.infinity

  init(_ voxels: VoxelStorage) {
    var (low, high) = (Double.infinity, -Double.infinity)
    let sum = withUnsafeTemporaryAllocation(of: Double.self, capacity: 128) { block in
      guard let block = block.baseAddress else { return 0.0 }
      func pairwise(_ start: Int, _ count: Int) -> Double {
        if count <= 128 {
          voxels.copy(from: start, count: count, to: block)
          for i in 0..<count {
            low = min(low, block[i])
            high = max(high, block[i])
          }
          return PairwiseSum.sum(block, count)
        }
        var half = count / 2
        half -= half % 8
        return pairwise(start, half) + pairwise(start + half, count - half)
      }
      return pairwise(0, voxels.count)
    }
    mean = sum / Double(voxels.count)
    minimum = low
    maximum = high
  }
}

extension MaskRegion {
  /// Mean index of the voxels on the mask's grid, (x, y, z).
  fileprivate var centreOfMass: SIMD3<Double> {
    var sum = SIMD3<Int>.zero
    var index = 0
    for z in box.lower.z..<box.upper.z {
      for y in box.lower.y..<box.upper.y {
        for x in box.lower.x..<box.upper.x {
          if mask[index] != 0 { sum &+= SIMD3(x, y, z) }
          index += 1
        }
      }
    }
    return SIMD3<Double>(sum) / Double(count)
  }

  /// Number of parts that do not touch each other, not even at a corner.
  fileprivate var componentCount: Int {
    let size = box.size
    var isNew = mask.map { $0 != 0 }
    var waiting: [Int] = []
    var parts = 0
    for first in isNew.indices where isNew[first] {
      parts += 1
      isNew[first] = false
      waiting.append(first)
      while let voxel = waiting.popLast() {
        let (x, y, z) = (voxel % size.x, voxel / size.x % size.y, voxel / (size.x * size.y))
        for k in max(z - 1, 0)...min(z + 1, size.z - 1) {
          for j in max(y - 1, 0)...min(y + 1, size.y - 1) {
            for i in max(x - 1, 0)...min(x + 1, size.x - 1) {
              let other = (k * size.y + j) * size.x + i
              if isNew[other] {
                isNew[other] = false
                waiting.append(other)
              }
            }
          }
        }
      }
    }
    return parts
  }
}
