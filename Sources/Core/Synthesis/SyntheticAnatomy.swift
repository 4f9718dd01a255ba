internal import Imaging
internal import Numerics

/// What a synthetic patient looks like: grids, body and lesions, in mm, LPS.
///
/// The body is an elliptic cylinder of soft tissue with a rim of fat in air. A lesion's intensities
/// are a mean, a fall-off towards the rim and correlated noise, whose amplitude grows with the
/// patient's heterogeneity and whose correlation length is drawn.
struct SyntheticAnatomy {
  let ctGrid: Grid
  let petGrid: Grid
  private let lesions: [LesionShape]
  /// Half-axes of the body, mm.
  private let body: SIMD2<Double>
  private let heterogeneity: Double
  /// Smoothing passes of the lesion's noise, on the CT and on the PET.
  private let ctPasses: SIMD3<Int>
  private let petPasses: SIMD3<Int>
  /// Mean of the lesions, HU.
  private let lesionDensity: Double
  /// Peak of the lesions, SUV.
  private let lesionUptake: Double

  init(record: SyntheticRecord, stream: inout RandomStream) {
    heterogeneity = min(2.5, max(-2.5, record.heterogeneity))
    // Some variety in size, so that units differ in cost.
    let width = 76 + 2 * stream.integer(below: 5)
    let slices = 22 + stream.integer(below: 5)
    ctGrid = Self.centredGrid(
      size: SIMD3(width, width, slices), spacing: SIMD3(0.98, 0.98, 3))
    let coarse = Int((Double(width) * 0.98 / 4.07).rounded())
    petGrid = Self.centredGrid(
      size: SIMD3(coarse, coarse, slices), spacing: SIMD3(4.07, 4.07, 3))
    body = SIMD2(0.49 * Double(width) * 0.98, 0.44 * Double(width) * 0.98)
    let first = LesionShape(
      centre: SIMD3(
        stream.uniform(in: -12 ..< -6), stream.uniform(in: -5..<5), stream.uniform(in: -6..<6)),
      radius: stream.uniform(in: 9..<15), stream: &stream)
    let second = LesionShape(
      centre: SIMD3(
        stream.uniform(in: 22..<25), stream.uniform(in: -6..<6), stream.uniform(in: -10..<10)),
      radius: stream.uniform(in: 6..<8), stream: &stream)
    lesions = record.lesionCount == 2 ? [first, second] : [first]
    let length = 1 + stream.integer(below: 4)
    ctPasses = SIMD3(length, length, length > 2 ? 1 : 0)
    petPasses = length > 2 ? SIMD3(1, 1, 1) : .zero
    lesionDensity = stream.uniform(in: 40..<70)
    lesionUptake = stream.uniform(in: 5..<11)
  }

  /// A grid around the origin of space.
  private static func centredGrid(size: SIMD3<Int>, spacing: SIMD3<Double>) -> Grid {
    let extent = SIMD3(Double(size.x - 1), Double(size.y - 1), Double(size.z - 1)) * spacing
    return Grid(size: size, spacing: spacing, origin: extent * -0.5)
  }

  /// Hounsfield units: air -1000, fat -100, soft tissue 40, lesions 40 to 70 with noise of
  /// 32 + 9 h.
  func ct(_ stream: inout RandomStream) -> SyntheticImage<Int16> {
    let scanner = CorrelatedNoise.field(
      size: ctGrid.size, passes: SIMD3(1, 1, 0), stream: &stream)
    let texture = CorrelatedNoise.field(size: ctGrid.size, passes: ctPasses, stream: &stream)
    let amplitude = 32 + 9 * heterogeneity
    var voxels = [Int16](repeating: 0, count: ctGrid.voxelCount)
    forEachVoxel(of: ctGrid) { index, x, y, z in
      var value = tissue(x, y) + 10 * scanner[index]
      if let (_, depth) = lesion(x, y, z) {
        let mean = lesionDensity - 20 * depth * depth
        value = mean + amplitude * texture[index] + 4 * scanner[index]
      }
      voxels[index] = Int16(min(3071, max(-1024, value)).rounded())
    }
    return SyntheticImage(grid: ctGrid, voxels: voxels)
  }

  /// Uptake: 1 in the body, 5 to 11 in the middle of a lesion, noise of 0.9 + 0.3 h in it.
  func pet(_ stream: inout RandomStream) -> SyntheticImage<Float> {
    let scanner = CorrelatedNoise.field(
      size: petGrid.size, passes: SIMD3(1, 1, 1), stream: &stream)
    let texture = CorrelatedNoise.field(size: petGrid.size, passes: petPasses, stream: &stream)
    let amplitude = 0.9 + 0.3 * heterogeneity
    var voxels = [Float](repeating: 0, count: petGrid.voxelCount)
    forEachVoxel(of: petGrid) { index, x, y, z in
      var value = isInBody(x, y) ? 1 + 0.12 * scanner[index] : 0.02
      if let (_, depth) = lesion(x, y, z) {
        value = lesionUptake * (1 - 0.5 * depth * depth) + amplitude * texture[index]
      }
      voxels[index] = Float(max(0, value))
    }
    return SyntheticImage(grid: petGrid, voxels: voxels)
  }

  /// Labels 1 and 2 of the voxels whose centre is in a lesion.
  func mask(on grid: Grid) -> SyntheticImage<UInt8> {
    var voxels = [UInt8](repeating: 0, count: grid.voxelCount)
    forEachVoxel(of: grid) { index, x, y, z in
      if let (label, _) = lesion(x, y, z) { voxels[index] = label }
    }
    return SyntheticImage(grid: grid, voxels: voxels)
  }

  /// The lesion at this place and how deep in it, 0 in the middle to 1 at the rim.
  private func lesion(_ x: Double, _ y: Double, _ z: Double) -> (label: UInt8, depth: Double)? {
    for (index, lesion) in lesions.enumerated() {
      let depth = lesion.depth(x: x, y: y, z: z)
      if depth < 1 { return (UInt8(index + 1), depth) }
    }
    return nil
  }

  private func bodyDepth(_ x: Double, _ y: Double) -> Double {
    let u = x / body.x
    let v = y / body.y
    return u * u + v * v
  }

  private func isInBody(_ x: Double, _ y: Double) -> Bool { bodyDepth(x, y) < 1 }

  private func tissue(_ x: Double, _ y: Double) -> Double {
    let depth = bodyDepth(x, y)
    return depth >= 1 ? -1000 : depth >= 0.85 ? -100 : 40
  }

  /// Calls `body` with every voxel's index and place in mm.
  private func forEachVoxel(
    of grid: Grid, _ body: (_ index: Int, _ x: Double, _ y: Double, _ z: Double) -> Void
  ) {
    var index = 0
    for k in 0..<grid.size.z {
      let z = grid.origin.z + Double(k) * grid.spacing.z
      for j in 0..<grid.size.y {
        let y = grid.origin.y + Double(j) * grid.spacing.y
        for i in 0..<grid.size.x {
          body(index, grid.origin.x + Double(i) * grid.spacing.x, y, z)
          index += 1
        }
      }
    }
  }
}
