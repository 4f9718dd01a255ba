package import Imaging

/// How the axial slices of a grid are shown: the patient's right at the left of the picture, the
/// front on top, as radiologists look at them.
///
/// Slices are those of the grid's own axes: across is the axis closest to the long axis of the body,
/// so an oblique grid is shown along its own rows and columns.
package struct SlicePlane: Hashable, Sendable {
  /// Voxel axes (0, 1, 2): across the slices, along a row of the picture, down a column of it.
  package let across: Int
  package let right: Int
  package let down: Int
  /// Whether the index falls to the right, and downwards.
  package let isRightReversed: Bool
  package let isDownReversed: Bool

  /// - Parameter direction: of a grid: its axes as columns, LPS, row-major 3 x 3.
  package init(_ direction: [Double]) {
    precondition(direction.count == 9, "a direction is a 3 x 3 matrix")
    func share(_ axis: Int, ofPatientAxis row: Int) -> Double {
      direction[row * 3 + axis].magnitude
    }
    // Of equals, the slices are the last axis and the rows the first.
    var across = 2
    for axis in [1, 0]
    where share(axis, ofPatientAxis: 2) > share(across, ofPatientAxis: 2) + 1e-9 {
      across = axis
    }
    let rest = [0, 1, 2].filter { $0 != across }
    let isSwapped = share(rest[1], ofPatientAxis: 0) > share(rest[0], ofPatientAxis: 0) + 1e-9
    self.across = across
    right = isSwapped ? rest[1] : rest[0]
    down = isSwapped ? rest[0] : rest[1]
    isRightReversed = direction[right] < 0
    isDownReversed = direction[3 + down] < 0
  }

  /// The slice with the most voxels of a region, the first of several; an index of its grid.
  package func largestSlice(of region: MaskRegion) -> Int {
    let size = region.box.size
    var counts = [Int](repeating: 0, count: size[across])
    var offset = 0
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x where region.mask[offset &+ x] != 0 {
          counts[SIMD3(x, y, z)[across]] &+= 1
        }
        offset &+= size.x
      }
    }
    let most = counts.max() ?? 0
    return region.box.lower[across] + (counts.firstIndex(of: most) ?? 0)
  }

  /// A grid of one slice of square pixels that lies as the picture does.
  /// - Parameters:
  ///   - grid: that the plane is of.
  ///   - centre: of the picture, in voxels of `grid`.
  ///   - side: of the picture, mm.
  ///   - pixels: along a side.
  func picture(of grid: Grid, centre: SIMD3<Double>, side: Double, pixels: Int) -> Grid {
    let spacing = side / Double(pixels)
    var direction = [Double](repeating: 0, count: 9)
    for row in 0..<3 {
      direction[row * 3] = (isRightReversed ? -1 : 1) * grid.direction[row * 3 + right]
      direction[row * 3 + 1] = (isDownReversed ? -1 : 1) * grid.direction[row * 3 + down]
      direction[row * 3 + 2] = grid.direction[row * 3 + across]
    }
    let middle = GridTransform(grid).physicalPoint(ofContinuousIndex: centre)
    let reach = (Double(pixels) - 1) / 2 * spacing
    var origin = middle
    for row in 0..<3 { origin[row] -= reach * (direction[row * 3] + direction[row * 3 + 1]) }
    return Grid(
      size: SIMD3(pixels, pixels, 1), spacing: SIMD3(spacing, spacing, grid.spacing[across]),
      origin: origin, direction: direction)
  }
}
