/// A box of voxel indices: `lower ..< lower + size` along (x, y, z).
package struct IndexBox: Hashable, Sendable {
  package var lower: SIMD3<Int>
  package var size: SIMD3<Int>

  package init(lower: SIMD3<Int>, size: SIMD3<Int>) {
    self.lower = lower
    self.size = size
  }

  /// First index after the box.
  package var upper: SIMD3<Int> { lower &+ size }
  package var voxelCount: Int { size.x * size.y * size.z }

  package func contains(_ other: IndexBox) -> Bool {
    all(lower .<= other.lower) && all(upper .>= other.upper)
  }

  /// The smallest box that holds both.
  package func union(_ other: IndexBox) -> IndexBox {
    let low = pointwiseMin(lower, other.lower)
    return IndexBox(lower: low, size: pointwiseMax(upper, other.upper) &- low)
  }

  /// The box with `margin` more voxels on all sides, cut at a grid of `size`.
  package func padded(by margin: Int, within size: SIMD3<Int>) -> IndexBox {
    let low = pointwiseMax(lower &- SIMD3(repeating: margin), .zero)
    let high = pointwiseMin(upper &+ SIMD3(repeating: margin), size)
    return IndexBox(lower: low, size: high &- low)
  }

  /// Calls `body` for each row (y, z) of a box inside this one, with the offsets of the row's
  /// first voxel in arrays over this box and over `inner`.
  package func forEachRow(of inner: IndexBox, _ body: (_ outer: Int, _ inner: Int) -> Void) {
    precondition(contains(inner), "the inner box lies in the outer")
    let shift = inner.lower &- lower
    var offset = 0
    for z in 0..<inner.size.z {
      for y in 0..<inner.size.y {
        body(((z + shift.z) * size.y + y + shift.y) * size.x + shift.x, offset)
        offset += inner.size.x
      }
    }
  }
}
