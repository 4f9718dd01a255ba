package import Imaging

/// A run of VOI voxels along x, in the tight box: first voxel (x, y, z) and length.
package struct MaskSpan: Hashable, Sendable {
  package var x: Int32
  package var y: Int32
  package var z: Int32
  package var count: Int32
}

/// The tight box around the VOI of a voxel box, and the VOI as runs along x.
package struct MaskSpans: Hashable, Sendable {
  /// First voxel of the tight box in the given box, (x, y, z).
  package let lower: SIMD3<Int>
  /// Size of the tight box, (x, y, z); 0 for an empty VOI.
  package let size: SIMD3<Int>
  /// In memory order; coordinates count from `lower`.
  package let spans: [MaskSpan]
  package let voxelCount: Int

  package init(_ box: VoxelBox) {
    let size = box.size
    var spans: [MaskSpan] = []
    var (low, high) = (SIMD3<Int>(repeating: .max), SIMD3<Int>(repeating: -1))
    var total = 0
    box.mask.withUnsafeBufferPointer { mask in
      var row = 0
      for z in 0..<size.z {
        for y in 0..<size.y {
          var x = 0
          while x < size.x {
            while x < size.x && mask[row &+ x] == 0 { x &+= 1 }
            if x == size.x { break }
            let first = x
            while x < size.x && mask[row &+ x] != 0 { x &+= 1 }
            spans.append(
              MaskSpan(
                x: Int32(first), y: Int32(y), z: Int32(z), count: Int32(x &- first)))
            total &+= x &- first
            low = SIMD3(min(low.x, first), min(low.y, y), min(low.z, z))
            high = SIMD3(max(high.x, x &- 1), max(high.y, y), max(high.z, z))
          }
          row &+= size.x
        }
      }
    }
    lower = total > 0 ? low : .zero
    self.size = total > 0 ? high &- low &+ 1 : .zero
    voxelCount = total
    for i in spans.indices {
      spans[i].x -= Int32(lower.x)
      spans[i].y -= Int32(lower.y)
      spans[i].z -= Int32(lower.z)
    }
    self.spans = spans
  }
}
