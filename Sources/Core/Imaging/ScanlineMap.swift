/// The continuous input index of every voxel of an output grid, as ITK's `ResampleImageFilter`
/// computes it for linear transforms: the two ends of each output row are mapped through
/// millimetres, what lies between is interpolated.
struct ScanlineMap {
  let output: Grid
  let input: Grid
  private let outputTransform: GridTransform
  private let inputTransform: GridTransform

  init(output: Grid, input: Grid) {
    self.output = output
    self.input = input
    outputTransform = GridTransform(output)
    inputTransform = GridTransform(input)
  }

  /// Input indices of output voxels (0, y, z) and (size.x, y, z); the second is one past the row.
  func ends(y: Int, z: Int) -> (start: SIMD3<Double>, end: SIMD3<Double>) {
    let first = outputTransform.physicalPoint(ofIndex: SIMD3(0, y, z))
    let last = outputTransform.physicalPoint(ofIndex: SIMD3(output.size.x, y, z))
    return (
      inputTransform.continuousIndex(ofPhysicalPoint: first),
      inputTransform.continuousIndex(ofPhysicalPoint: last)
    )
  }

  /// Fraction of the row at column `x`.
  @inline(__always)
  func fraction(_ x: Int) -> Double { Double(x) / Double(output.size.x) }

  @inline(__always)
  static func index(
    _ start: SIMD3<Double>, _ end: SIMD3<Double>, _ fraction: Double
  ) -> SIMD3<Double> {
    start + fraction * (end - start)
  }

  /// Whether a continuous index lies in the image: at most half a voxel outside its outer centres,
  /// the upper edge excluded.
  @inline(__always)
  static func isInside(_ index: SIMD3<Double>, _ size: SIMD3<Int>) -> Bool {
    index.x >= -0.5 && index.x < Double(size.x) - 0.5
      && index.y >= -0.5 && index.y < Double(size.y) - 0.5
      && index.z >= -0.5 && index.z < Double(size.z) - 0.5
  }

  /// The box of input voxels on which the output voxels of `box` fall, `margin` voxels wider on
  /// each side and cut at the input grid; nil where it does not meet the grid.
  func inputBox(of box: IndexBox, margin: Int) -> IndexBox? {
    var low = SIMD3<Double>(repeating: .infinity)
    var high = SIMD3<Double>(repeating: -.infinity)
    let last = box.upper &- SIMD3(repeating: 1)
    for z in [box.lower.z, last.z] {
      for y in [box.lower.y, last.y] {
        let (start, end) = ends(y: y, z: z)
        for x in [box.lower.x, last.x] {
          let index = Self.index(start, end, fraction(x))
          low = pointwiseMin(low, index)
          high = pointwiseMax(high, index)
        }
      }
    }
    var lower = SIMD3<Int>()
    var upper = SIMD3<Int>()
    for axis in 0..<3 {
      let size = Double(input.size[axis])
      let first = min(max(low[axis].rounded(.down) - Double(margin), 0), size)
      let beyond = min(max(high[axis].rounded(.up) + Double(margin) + 1, 0), size)
      guard beyond > first else { return nil }
      lower[axis] = Int(first)
      upper[axis] = Int(beyond)
    }
    return IndexBox(lower: lower, size: upper &- lower)
  }
}
