/// The grid on which IBSI interpolates: its centre is the centre of the image, and it has
/// `ceil(n old / new)` voxels along an axis (reference manual of IBSI 1, section 2.4).
struct IBSIGrid {
  let grid: Grid
  /// Position of voxel (0, 0, 0) on the image's grid, voxels.
  let start: SIMD3<Double>
  /// Distance of two voxels on the image's grid, voxels.
  let step: SIMD3<Double>
  /// Whether every voxel centre is one of the image.
  let isNative: Bool

  /// - Throws: where the grid would be too large.
  init(image: Grid, resample: ResampleParameters) throws(PreparationError) {
    var size = image.size
    var spacing = image.spacing
    for axis in 0..<3 {
      let new = resample.spacing[axis]
      let old = image.spacing[axis]
      if new == 0 || abs(old - new) <= 1e-8 + 1e-5 * new { continue }
      // Spacings in files are often single precision: their noise shall not add a voxel.
      let count = (Double(image.size[axis]) * old / new - 1e-4).rounded(.up)
      guard count >= 1, count < 1e6 else {
        throw PreparationError(
          .tooLarge,
          "resampling from \(millimetres(old)) to \(millimetres(new)) would give \(count) "
            + "voxels along axis \(axis); allowed are 1 to 999999")
      }
      size[axis] = Int(count)
      spacing[axis] = new
    }
    let (plane, first) = size.x.multipliedReportingOverflow(by: size.y)
    let (voxels, second) = plane.multipliedReportingOverflow(by: size.z)
    guard !first, !second, voxels <= 1 << 28 else {
      throw PreparationError(
        .tooLarge,
        "resampling to \(text(spacing)) mm would give \(text(size)) voxels; allowed are 2^28")
    }
    self.init(image: image, size: size, spacing: spacing)
  }

  /// The image's own grid.
  init(image: Grid) { self.init(image: image, size: image.size, spacing: image.spacing) }

  private init(image: Grid, size: SIMD3<Int>, spacing: SIMD3<Double>) {
    isNative = spacing == image.spacing
    step = spacing / image.spacing
    let half = SIMD3<Double>(repeating: 0.5)
    let centre = half * (SIMD3<Double>(image.size) - SIMD3<Double>.one)
    start = centre - half * (SIMD3<Double>(size) - SIMD3<Double>.one) * step
    let origin =
      isNative
      ? image.origin : GridTransform(image).physicalPoint(ofContinuousIndex: start)
    grid = Grid(size: size, spacing: spacing, origin: origin, direction: image.direction)
  }

  /// Position of voxel `index` along an axis on the image's grid, voxels.
  func position(_ axis: Int, _ index: Int) -> Double {
    snapped(start[axis] + Double(index) * step[axis])
  }

  /// The voxels of a row of the grid along an axis as voxels of the image.
  func points(_ axis: Int, _ range: Range<Int>, of size: Int) -> [AxisPoint] {
    range.map { AxisPoint(position(axis, $0), size: size) }
  }
}

/// A multiple of 2^-36 voxels: positions that are halves or whole in exact arithmetic are so in
/// Double, so that ties fall the same way everywhere.
@inline(__always)
func snapped(_ position: Double) -> Double { (position * 0x1p36).rounded() * 0x1p-36 }

/// Where a point lies between two voxel centres along one axis; beyond the outer centres the outer
/// voxel is repeated.
struct AxisPoint {
  var below: Int
  var above: Int
  /// Distance from `below`, 0..<1 voxels.
  var fraction: Double

  init(_ position: Double, size: Int) {
    let last = size &- 1
    let clamped = min(max(position, 0), Double(last))
    below = Int(clamped)
    above = min(below &+ 1, last)
    fraction = clamped - Double(below)
  }

  /// The nearest voxel; halves go to the higher index.
  var nearest: Int { fraction >= 0.5 ? above : below }
}

extension IBSIGrid {
  /// Values of an image on a box of the grid by trilinear interpolation in Double, along x, then
  /// y, then z, or of the nearest voxels.
  /// - Parameter mask: nil, or where values are wanted; the others are 0.
  func values(
    of image: Volume, in box: IndexBox, isLinear: Bool, where mask: [UInt8]?
  ) -> [Double] {
    let size = image.grid.size
    let points = (0..<3).map { self.points($0, box.lower[$0]..<box.upper[$0], of: size[$0]) }
    var (low, high) = (SIMD3<Int>(), SIMD3<Int>())
    for axis in 0..<3 {
      low[axis] = points[axis][0].below
      high[axis] = points[axis][points[axis].count - 1].above
    }
    let needed = IndexBox(lower: low, size: high &- low &+ SIMD3(repeating: 1))
    let source = image.values(in: needed)
    let (row, plane) = (needed.size.x, needed.size.x * needed.size.y)
    let xs = points[0]
    return [Double](unsafeUninitializedCapacity: box.voxelCount) { buffer, filled in
      filled = box.voxelCount
      source.withUnsafeBufferPointer { source in
        var offset = 0
        for pz in points[2] {
          let (z0, z1) = ((pz.below - low.z) * plane, (pz.above - low.z) * plane)
          for py in points[1] {
            let (y0, y1) = ((py.below - low.y) * row, (py.above - low.y) * row)
            for (x, px) in xs.enumerated() {
              if let mask, mask[offset &+ x] == 0 {
                buffer[offset &+ x] = 0
                continue
              }
              if !isLinear {
                let z = pz.nearest == pz.below ? z0 : z1
                let y = py.nearest == py.below ? y0 : y1
                buffer[offset &+ x] = source[z &+ y &+ px.nearest &- low.x]
                continue
              }
              let (a, b) = (px.below &- low.x, px.above &- low.x)
              @inline(__always) func alongX(_ start: Int) -> Double {
                let first = source[start &+ a]
                return first + (source[start &+ b] - first) * px.fraction
              }
              @inline(__always) func alongY(_ start: Int) -> Double {
                let first = alongX(start &+ y0)
                return first + (alongX(start &+ y1) - first) * py.fraction
              }
              let first = alongY(z0)
              buffer[offset &+ x] = first + (alongY(z1) - first) * pz.fraction
            }
            offset &+= box.size.x
          }
        }
      }
    }
  }
}
