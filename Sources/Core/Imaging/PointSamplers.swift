/// The values of a box of an image as Double, for the samplers that need no coefficients.
struct SampledBox {
  let box: IndexBox
  let imageSize: SIMD3<Int>
  private let values: [Double]

  init(_ image: Volume, box: IndexBox) {
    self.box = box
    imageSize = image.grid.size
    let size = image.grid.size
    values = [Double](unsafeUninitializedCapacity: box.voxelCount) { buffer, count in
      if let base = buffer.baseAddress {
        var target = base
        for z in box.lower.z..<box.upper.z {
          for y in box.lower.y..<box.upper.y {
            let start = (z * size.y + y) * size.x + box.lower.x
            image.voxels.copy(from: start, count: box.size.x, to: target)
            target += box.size.x
          }
        }
      }
      count = box.voxelCount
    }
  }

  @inline(__always)
  private func value(_ x: Int, _ y: Int, _ z: Int) -> Double {
    values[
      ((z &- box.lower.z) &* box.size.y &+ (y &- box.lower.y)) &* box.size.x &+ (x &- box.lower.x)]
  }

  /// The voxel whose centre is nearest; halves go to the higher index.
  func nearest(_ index: SIMD3<Double>) -> Double {
    value(
      min(roundHalfUp(index.x), imageSize.x &- 1), min(roundHalfUp(index.y), imageSize.y &- 1),
      min(roundHalfUp(index.z), imageSize.z &- 1))
  }

  /// Trilinear interpolation along x, then y, then z, in the order of operations of ITK's
  /// `LinearInterpolateImageFunction`: v + (w - v) d along each axis whose distance d is positive
  /// and that has a next voxel; the other axes are left out.
  func linear(_ index: SIMD3<Double>) -> Double {
    var base = SIMD3<Int>()
    var distance = SIMD3<Double>()
    var step = SIMD3<Int>()
    for axis in 0..<3 {
      base[axis] = max(Int(index[axis].rounded(.down)), 0)
      distance[axis] = index[axis] - Double(base[axis])
      step[axis] = distance[axis] > 0 && base[axis] + 1 < imageSize[axis] ? 1 : 0
    }
    @inline(__always) func alongX(_ y: Int, _ z: Int) -> Double {
      let first = value(base.x, y, z)
      if step.x == 0 { return first }
      return first + (value(base.x + 1, y, z) - first) * distance.x
    }
    @inline(__always) func alongY(_ z: Int) -> Double {
      let first = alongX(base.y, z)
      if step.y == 0 { return first }
      return first + (alongX(base.y + 1, z) - first) * distance.y
    }
    let first = alongY(base.z)
    if step.z == 0 { return first }
    return first + (alongY(base.z + 1) - first) * distance.z
  }
}

/// The nearest whole number, halves upward, as ITK's `RoundHalfIntegerUp` does it.
@inline(__always)
func roundHalfUp(_ x: Double) -> Int {
  Int((x + 0.5).rounded(.down))
}
