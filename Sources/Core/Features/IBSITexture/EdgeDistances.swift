/// The distance of every voxel of a mask to the edge of the mask: 1 on the edge, otherwise the
/// smallest number of voxel faces that a way out of the mask crosses (6-connected; 4-connected
/// within slices). Outside the box is outside the mask. IBSI manual section 3.9.
///
/// The Manhattan norm is a sum over axes, so one pass forth and one back along each axis is exact.
struct EdgeDistances {
  private let size: SIMD3<Int>
  /// Rows and planes of the box with one voxel more on each side.
  private let row: Int
  private let plane: Int
  private var distances: [UInt16]

  /// - Parameter inSlices: ways that stay in the slice (constant z).
  init(_ mask: MaskSpans, inSlices: Bool) {
    size = mask.size
    row = mask.size.x + 2
    plane = row * (mask.size.y + 2)
    distances = [UInt16](repeating: 0, count: plane * (mask.size.z + 2))
    let (row, plane) = (row, plane)
    let rows = mask.size.y + 2
    distances.withUnsafeMutableBufferPointer { distances in
      let base = distances.baseAddress!
      for span in mask.spans {
        let start = (Int(span.z) + 1) * plane + (Int(span.y) + 1) * row + Int(span.x) + 1
        (base + start).update(repeating: Self.far, count: Int(span.count))
      }
      for z in 1...mask.size.z {
        Self.passes(base + z * plane, step: 1, steps: row, width: 1, lines: rows, line: row)
        Self.passes(base + z * plane, step: row, steps: rows, width: row, lines: 1, line: 0)
      }
      if !inSlices {
        Self.passes(base, step: plane, steps: mask.size.z + 2, width: plane, lines: 1, line: 0)
      }
    }
  }

  /// Farther than any box that fits in memory, with room for one step.
  private static let far: UInt16 = 32_767

  /// - Parameters:
  ///   - step, steps: distance in memory along the axis, and length of the axis.
  ///   - width: neighbouring elements that are treated together.
  ///   - lines, line: how many such groups there are, and their distance in memory.
  private static func passes(
    _ base: UnsafeMutablePointer<UInt16>, step: Int, steps: Int, width: Int, lines: Int, line: Int
  ) {
    for l in 0..<lines {
      let start = base + l * line
      var s = 1
      while s < steps {
        relax(start + s &* step, towards: start + (s &- 1) &* step, width)
        s &+= 1
      }
      s = steps &- 2
      while s >= 0 {
        relax(start + s &* step, towards: start + (s &+ 1) &* step, width)
        s &-= 1
      }
    }
  }

  @inline(__always)
  private static func relax(
    _ here: UnsafeMutablePointer<UInt16>, towards there: UnsafeMutablePointer<UInt16>, _ width: Int
  ) {
    var x = 0
    while x < width {
      here[x] = min(here[x], there[x] &+ 1)
      x &+= 1
    }
  }

  /// The distance at a voxel of the mask's tight box; 1 for a voxel outside the mask, as if it lay
  /// on the edge.
  func distance(x: Int, y: Int, z: Int) -> Int {
    guard x >= 0, y >= 0, z >= 0, x < size.x, y < size.y, z < size.z else { return 1 }
    return max(1, Int(distances[(z + 1) * plane + (y + 1) * row + x + 1]))
  }
}
