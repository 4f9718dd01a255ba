/// Where the voxels of a mask's grid lie, as seen from another grid: index = matrix * voxel + start.
struct MaskPlacement {
  /// Row-major 3 x 3, voxels of the mask per voxel of the grid.
  private let matrix: [Double]
  private let start: SIMD3<Double>
  let target: Grid
  let source: Grid

  /// - Parameter isShared: whether the mask's voxels are those of the image that `grid` is made of.
  init(of grid: IBSIGrid, onto maskGrid: Grid, isShared: Bool) {
    target = grid.grid
    source = maskGrid
    if isShared {
      start = grid.start
      matrix = [grid.step.x, 0, 0, 0, grid.step.y, 0, 0, 0, grid.step.z]
      return
    }
    let (to, from) = (GridTransform(maskGrid), GridTransform(grid.grid))
    let origin = to.continuousIndex(ofPhysicalPoint: from.origin)
    var matrix = [Double](repeating: 0, count: 9)
    for row in 0..<3 {
      for column in 0..<3 {
        for k in 0..<3 {
          matrix[row * 3 + column] +=
            to.physicalToIndex[row * 3 + k] * from.indexToPhysical[k * 3 + column]
        }
      }
    }
    self.matrix = matrix
    start = origin
  }

  func index(_ x: Int, _ y: Int, _ z: Int) -> SIMD3<Double> {
    var index = start
    for row in 0..<3 {
      index[row] += matrix[row * 3] * Double(x)
      index[row] += matrix[row * 3 + 1] * Double(y)
      index[row] += matrix[row * 3 + 2] * Double(z)
      index[row] = snapped(index[row])
    }
    return index
  }
}

extension MaskRegion {
  /// The VOI on another grid (reference manual of IBSI 1, section 2.5): the mask as an image of 0
  /// and 1 is linearly interpolated in Double, and a voxel is inside where the result is at least
  /// 0.5; or the nearest voxel of the mask decides.
  ///
  /// Both steps are stable: positions are multiples of 2^-36 voxels, and a result that is less
  /// than 1e-9 below 0.5 counts as 0.5. Beyond the outer voxel centres of the mask's grid its
  /// outer voxels are repeated for half a voxel.
  /// - Returns: nil where no voxel is inside.
  func interpolated(_ placement: MaskPlacement, isLinear: Bool) -> MaskRegion? {
    let source = placement.source
    let back = ScanlineMap(output: source, input: placement.target)
    // Interpolation reaches one voxel of the mask, half its diagonal is less.
    let reach =
      (3.0.squareRoot() * source.spacing.max() / placement.target.spacing.min()).rounded(.up)
    guard let candidates = back.inputBox(of: box, margin: Int(min(reach, 1e6)) + 1) else {
      return nil
    }
    let limit = SIMD3<Double>(source.size) - SIMD3(repeating: 0.5)
    var result = [UInt8](repeating: 0, count: candidates.voxelCount)
    var offset = 0
    for z in candidates.lower.z..<candidates.upper.z {
      for y in candidates.lower.y..<candidates.upper.y {
        for x in candidates.lower.x..<candidates.upper.x {
          let index = placement.index(x, y, z)
          let isOnGrid = all(index .>= -0.5) && all(index .<= limit)
          if isOnGrid && isInside(index, of: source.size, isLinear) { result[offset] = 1 }
          offset &+= 1
        }
      }
    }
    return MaskRegion(shrinking: result, in: candidates)
  }

  @inline(__always)
  private func isInside(_ index: SIMD3<Double>, of size: SIMD3<Int>, _ isLinear: Bool) -> Bool {
    let px = AxisPoint(index.x, size: size.x)
    let py = AxisPoint(index.y, size: size.y)
    let pz = AxisPoint(index.z, size: size.z)
    if !isLinear { return value(px.nearest, py.nearest, pz.nearest) == 1 }
    @inline(__always) func alongX(_ y: Int, _ z: Int) -> Double {
      let first = value(px.below, y, z)
      return first + (value(px.above, y, z) - first) * px.fraction
    }
    @inline(__always) func alongY(_ z: Int) -> Double {
      let first = alongX(py.below, z)
      return first + (alongX(py.above, z) - first) * py.fraction
    }
    let first = alongY(pz.below)
    return first + (alongY(pz.above) - first) * pz.fraction >= 0.5 - 1e-9
  }

  /// 1 in the VOI, 0 elsewhere, on the whole grid.
  @inline(__always)
  private func value(_ x: Int, _ y: Int, _ z: Int) -> Double {
    let (i, j, k) = (x &- box.lower.x, y &- box.lower.y, z &- box.lower.z)
    guard i >= 0, j >= 0, k >= 0, i < box.size.x, j < box.size.y, k < box.size.z else { return 0 }
    return Double(mask[(k &* box.size.y &+ j) &* box.size.x &+ i])
  }
}
