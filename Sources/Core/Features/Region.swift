internal import Components
package import Imaging
internal import Numerics

/// Grey levels of the VOI of one image.
package struct GreyLevels {
  /// One per VOI voxel, in memory order, 1-based.
  package let levels: [UInt16]
  /// Levels that occur, ascending.
  package let present: [Int]
  /// How many voxels have each of `present`.
  package let counts: [Int]
  /// Position in `present` plus 1 of each level; 0 for a level that does not occur.
  package let compact: [UInt16]

  /// The highest level: PyRadiomics' Ng, levels that do not occur included.
  package var maximum: Int { present.last ?? 0 }
}

/// One VOI of one image: what every feature family computes on.
///
/// Everything that more than one family needs is computed once, when first asked for. Both boxes
/// are cut to their VOI first, so voxels outside the VOI and the size of the box do not matter.
/// Not Sendable: it belongs to the thread that made it.
package final class Region {
  package let discretisation: DiscretisationParameters
  package let neighbourhood: NeighbourhoodParameters
  /// mm, (x, y, z).
  package let spacing: SIMD3<Double>
  package let shapeSpacing: SIMD3<Double>
  package let pixelType: PixelType
  package let mask: MaskSpans
  package let shapeMask: MaskSpans
  /// First voxel of the tight box of `shapeMask`, counted in voxels (x, y, z) from the first voxel
  /// of the tight box of `mask`; both masks lie on one grid.
  package let shapeOffset: SIMD3<Int>
  /// How intensities become grey levels: PyRadiomics' bins, or those of IBSI.
  package let levelRule: LevelRule
  /// The image around the VOI, for families that look beyond it; nil where there is none.
  package let surroundings: WorkingImage?
  /// Intensities of the VOI, in memory order.
  package let intensities: [Double]
  package let minimum: Double
  package let maximum: Double

  private var greyLevels: GreyLevels?
  private var volumes: [Int: LevelVolume] = [:]
  private var compactVolume: LevelVolume?
  private var sums: [NeighbourSums] = []
  private var surface: SurfaceMesh?

  /// - Parameters:
  ///   - intensity: image and VOI (after resegmentation) of the intensity families.
  ///   - shape: the VOI of the shape family; its values are not read. nil takes `intensity`.
  ///   - shapeOffset: first voxel of the box `shape`, counted from that of the box `intensity`.
  ///   - levelRule: which bins `discretisation` means.
  ///   - surroundings: the image around the VOI; its box and mask are those of `intensity`.
  /// - Throws: when a VOI is empty or an intensity in it is not finite.
  package init(
    intensity: VoxelBox, shape: VoxelBox? = nil, shapeOffset: SIMD3<Int> = .zero,
    discretisation: DiscretisationParameters = .init(), levelRule: LevelRule = .pyradiomics,
    neighbourhood: NeighbourhoodParameters = .init(), surroundings: WorkingImage? = nil
  ) throws(FeatureError) {
    self.discretisation = discretisation
    self.neighbourhood = neighbourhood
    self.levelRule = levelRule
    self.surroundings = surroundings
    spacing = intensity.spacing
    pixelType = intensity.pixelType
    mask = MaskSpans(intensity)
    if let shape {
      shapeMask = MaskSpans(shape)
      shapeSpacing = shape.spacing
      self.shapeOffset = shapeOffset &+ shapeMask.lower &- mask.lower
    } else {
      shapeMask = mask
      shapeSpacing = intensity.spacing
      self.shapeOffset = .zero
    }
    if mask.voxelCount == 0 || shapeMask.voxelCount == 0 {
      throw FeatureError("the volume of interest is empty")
    }
    intensities = Self.gather(intensity, mask)
    (minimum, maximum) = try Self.range(intensities)
  }

  private static func gather(_ box: VoxelBox, _ mask: MaskSpans) -> [Double] {
    let (sx, sy) = (box.size.x, box.size.y)
    return Array(unsafeUninitializedCapacity: mask.voxelCount) { buffer, filled in
      box.values.withUnsafeBufferPointer { values in
        for span in mask.spans {
          let (z, y) = (Int(span.z) + mask.lower.z, Int(span.y) + mask.lower.y)
          let start = (z * sy + y) * sx + Int(span.x) + mask.lower.x
          (buffer.baseAddress! + filled).initialize(
            from: values.baseAddress! + start, count: Int(span.count))
          filled += Int(span.count)
        }
      }
    }
  }

  private static func range(_ values: [Double]) throws(FeatureError) -> (Double, Double) {
    var (low, high) = (values[0], values[0])
    var poison = 0.0
    values.withUnsafeBufferPointer { values in
      var i = 0
      while i < values.count {
        let value = values[i]
        low = value < low ? value : low
        high = value > high ? value : high
        poison += value * 0
        i &+= 1
      }
    }
    if poison != 0 || poison.isNaN || !(high - low).isFinite {
      throw FeatureError("the volume of interest holds intensities that are not finite")
    }
    return (low, high)
  }

  package var voxelCount: Int { mask.voxelCount }
  /// Size of the tight box, (x, y, z).
  package var size: SIMD3<Int> { mask.size }

  /// Grey levels after discretisation.
  /// - Throws: when there are more than 65,535, or when intensities that should be levels are not.
  package func levels() throws(FeatureError) -> GreyLevels {
    if let greyLevels { return greyLevels }
    let bins: any LevelBins
    do {
      bins = try levelRule.bins(
        minimum: minimum, maximum: maximum, pixelType: pixelType, parameters: discretisation)
    } catch {
      throw FeatureError(error.description)
    }
    let count = intensities.count
    var isComplete = true
    let levels = [UInt16](unsafeUninitializedCapacity: count) { buffer, filled in
      isComplete = intensities.withUnsafeBufferPointer { bins.fill(buffer.baseAddress!, from: $0) }
      filled = count
    }
    guard isComplete else {
      throw FeatureError(
        "discretisation.method none takes intensities as grey levels, but they are not whole "
          + "numbers from 1 to \(BinEdges.maximumLevel) (minimum \(minimum), maximum \(maximum))")
    }
    let result = Self.summary(levels, highest: bins.highest)
    greyLevels = result
    return result
  }

  private static func summary(_ levels: [UInt16], highest: Int) -> GreyLevels {
    var histogram = [Int](repeating: 0, count: highest + 2)
    levels.withUnsafeBufferPointer { levels in
      histogram.withUnsafeMutableBufferPointer { histogram in
        let h = histogram.baseAddress!
        for level in levels { h[Int(level)] &+= 1 }
      }
    }
    let present = histogram.indices.filter { histogram[$0] > 0 }
    var compact = [UInt16](repeating: 0, count: (present.last ?? 0) + 1)
    for (position, level) in present.enumerated() { compact[level] = UInt16(position + 1) }
    return GreyLevels(
      levels: levels, present: present, counts: present.map { histogram[$0] }, compact: compact)
  }

  /// The levels in the tight box with a margin of zeros.
  package func volume(margin: Int = 1) throws(FeatureError) -> LevelVolume {
    if let volume = volumes[margin] { return volume }
    let volume = LevelVolume(mask, levels: try levels().levels, margin: margin)
    volumes[margin] = volume
    return volume
  }

  /// As `volume`, but with positions in `GreyLevels.present` plus 1 in place of levels.
  package func compactLevels(margin: Int = 1) throws(FeatureError) -> LevelVolume {
    let grey = try levels()
    if grey.present.count == grey.maximum { return try volume(margin: margin) }
    if let compactVolume, compactVolume.margin == margin { return compactVolume }
    let levels = grey.levels.map { grey.compact[Int($0)] }
    let volume = LevelVolume(mask, levels: levels, margin: margin)
    compactVolume = volume
    return volume
  }

  /// Neighbour counts and differences; shared by GLDM and NGTDM.
  /// - Parameter alpha: nil when the dependence counts are not needed.
  package func neighbourSums(distances: [Int], alpha: Int?) throws(FeatureError) -> NeighbourSums {
    if let known = sums.first(where: {
      $0.distances == distances && (alpha == nil || $0.alpha == alpha)
    }) {
      return known
    }
    let made = try NeighbourSums(self, distances: distances, alpha: alpha ?? 0)
    sums.append(made)
    return made
  }

  /// The mesh of the shape VOI.
  package func mesh() -> SurfaceMesh {
    if let surface { return surface }
    let made = SurfaceMesh(shapeMask, spacing: shapeSpacing)
    surface = made
    return made
  }
}
