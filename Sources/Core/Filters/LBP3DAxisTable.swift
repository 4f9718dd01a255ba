/// Cubic B-spline weights of a sphere's points along one axis, for every voxel of the VOI's box:
/// they depend on the voxel in the last bits, because index + offset is rounded.
final class AxisTable {
  /// Distinct offsets, voxels.
  let offsets: [Double]
  let offsetOfPoint: [Int]
  /// First of the four voxels that an offset reads, from the voxel itself.
  let start: [Int]
  /// No point of any voxel lies outside the image.
  let allInside: Bool
  /// From one weight of an offset to its next.
  let stride: Int

  private let lower: Int
  private let length: Int
  private let values: UnsafeMutablePointer<Double>

  /// - Parameters:
  ///   - components: offset of each point along the axis.
  ///   - lower: index in the image of the box's first voxel.
  ///   - count: voxels of the box.
  ///   - length: voxels of the image.
  init(_ components: [Double], lower: Int, count: Int, length: Int, slack: Int) {
    var offsets: [Double] = []
    var offsetOfPoint: [Int] = []
    for component in components {
      if let index = offsets.firstIndex(of: component) {
        offsetOfPoint.append(index)
      } else {
        offsetOfPoint.append(offsets.count)
        offsets.append(component)
      }
    }
    let stride = count + slack
    let values = UnsafeMutablePointer<Double>.allocate(capacity: offsets.count * 4 * stride)
    values.initialize(repeating: 0, count: offsets.count * 4 * stride)
    var allInside = true
    for (index, offset) in offsets.enumerated() {
      let floor = offset.rounded(.down)
      for i in 0..<count {
        let coordinate = Double(lower + i) + offset
        if coordinate < 0 || coordinate > Double(length - 1) { allInside = false }
        let weights = Self.weights(coordinate - (Double(lower + i) + floor))
        for k in 0..<4 { values[(index * 4 + k) * stride + i] = weights[k] }
      }
    }
    self.offsets = offsets
    self.offsetOfPoint = offsetOfPoint
    self.start = offsets.map { Int($0.rounded(.down)) - 1 }
    self.allInside = allInside
    self.stride = stride
    self.lower = lower
    self.length = length
    self.values = values
  }

  deinit { values.deallocate() }

  /// The four weights of an offset at voxel `i` of the box.
  func weights(of offset: Int, at i: Int) -> SIMD4<Double> {
    let w = rowWeights(of: offset, from: i)
    return SIMD4(w[0], w[stride], w[2 * stride], w[3 * stride])
  }

  /// The first weights of an offset for voxels i, i + 1, ...; the others follow at `stride`.
  func rowWeights(of offset: Int, from i: Int) -> UnsafePointer<Double> {
    UnsafePointer(values + offset * 4 * stride + i)
  }

  func isInside(_ offset: Int, _ i: Int) -> Bool {
    let coordinate = Double(lower + i) + offsets[offset]
    return coordinate >= 0 && coordinate <= Double(length - 1)
  }

  /// First voxel, from voxel `i`, and weights exactly as SciPy takes them.
  func exact(_ offset: Int, _ i: Int) -> (start: Int, weights: SIMD4<Double>) {
    let coordinate = Double(lower + i) + offsets[offset]
    let floor = coordinate.rounded(.down)
    return (Int(floor) - 1 - (lower + i), Self.weights(coordinate - floor))
  }

  /// Weights of the four nearest voxels for a point `y` after the second of them (Unser 1999, eq.
  /// 1); the last is what the others leave of 1.
  private static func weights(_ y: Double) -> SIMD4<Double> {
    let z = 1 - y
    let w1 = (y * y * (y - 2) * 3 + 4) / 6
    let w2 = (z * z * (z - 2) * 3 + 4) / 6
    let w0 = z * z * z / 6
    return SIMD4(w0, w1, w2, 1 - w0 - w1 - w2)
  }
}
