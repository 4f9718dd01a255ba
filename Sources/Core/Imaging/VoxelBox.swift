/// A box of voxels around one volume of interest: what every feature family computes on.
///
/// `values` and `mask` have `size.x * size.y * size.z` elements, x fastest. `values` hold the exact
/// values of `pixelType` (a float32 image's values are float32 numbers held in Double).
package struct VoxelBox: Sendable {
  package var size: SIMD3<Int>
  /// mm, (x, y, z).
  package var spacing: SIMD3<Double>
  package var pixelType: PixelType
  package var values: [Double]
  /// 1 inside the VOI, 0 outside.
  package var mask: [UInt8]

  package init(
    size: SIMD3<Int>, spacing: SIMD3<Double>, pixelType: PixelType, values: [Double],
    mask: [UInt8]
  ) {
    precondition(values.count == size.x * size.y * size.z && mask.count == values.count)
    self.size = size
    self.spacing = spacing
    self.pixelType = pixelType
    self.values = values
    self.mask = mask
  }

  /// Values of the VOI in memory order.
  package var valuesInside: [Double] {
    zip(values, mask).compactMap { $1 == 0 ? nil : $0 }
  }
}
