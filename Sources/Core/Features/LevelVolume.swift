package import Imaging

/// Grey levels of the tight box with a margin of zeros, so that kernels need no bounds tests.
///
/// Voxel (x, y, z) of the tight box is `base[origin + z * plane + y * row + x]`; 0 is outside the
/// VOI. The margin on one side of a row or plane is also the margin of the next.
package final class LevelVolume {
  package let size: SIMD3<Int>
  package let margin: Int
  package let row: Int
  package let plane: Int
  package let origin: Int
  package let count: Int
  package let base: UnsafeMutablePointer<UInt16>

  /// - Parameter levels: one per VOI voxel in the order of the spans, each >= 1.
  package init(_ mask: MaskSpans, levels: [UInt16], margin: Int) {
    precondition(levels.count == mask.voxelCount && margin >= 1)
    size = mask.size
    self.margin = margin
    row = mask.size.x + margin
    plane = (mask.size.y + margin) * row
    origin = margin * (plane + row + 1)
    count = origin + (mask.size.z + margin) * plane + margin * (row + 1)
    base = .allocate(capacity: count)
    base.initialize(repeating: 0, count: count)
    levels.withUnsafeBufferPointer { levels in
      var next = 0
      for span in mask.spans {
        let length = Int(span.count)
        (base + index(span)).update(from: levels.baseAddress! + next, count: length)
        next += length
      }
    }
  }

  deinit { base.deallocate() }

  package func index(_ span: MaskSpan) -> Int {
    origin &+ Int(span.z) &* plane &+ Int(span.y) &* row &+ Int(span.x)
  }

  /// Distance in memory of a step between voxels.
  package func distance(_ offset: Offset) -> Int {
    offset.z * plane + offset.y * row + offset.x
  }
}
