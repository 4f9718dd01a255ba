package import Numerics

/// The convex hull of the vertices of the mesh around a VOI.
///
/// Coordinates are half voxels with the first voxel of the tight box at 0. A mesh vertex is the
/// middle of the edge between a voxel inside and one outside; the middle between two voxels inside
/// is never a corner. So the hull is that of the six points half a voxel from the centre of every
/// voxel, and it has a volume for every VOI, also one of a single voxel, line or slice.
package struct MorphologyHull {
  package let hull: ConvexHull
  /// Half a voxel, mm, (x, y, z).
  package let half: SIMD3<Double>

  /// - Parameter spacing: (x, y, z), mm.
  package init(_ mask: MaskSpans, spacing: SIMD3<Double>) {
    half = spacing / 2
    guard let hull = ConvexHull(HullCandidates(mask).points) else {
      preconditionFailure("the six points around a voxel do not lie in one plane")
    }
    self.hull = hull
  }

  /// mm3
  package var volume: Double { Double(hull.sixfoldVolume) / 6 * (half.x * half.y * half.z) }
  /// mm2
  package var area: Double { hull.area(scale: half) }
}

/// Points among which all corners of the hull are: of every line along x the ends, as far as they
/// are on the hull of their z plane and of their y plane.
private struct HullCandidates {
  /// Lowest and highest x of each line (half-voxel z, y, both counted from -1); low > high where
  /// there is none.
  private var ends: [(low: Int32, high: Int32)]
  private var marks: [UInt8]
  private let height: Int
  private let depth: Int

  init(_ mask: MaskSpans) {
    height = 2 * mask.size.y + 1
    depth = 2 * mask.size.z + 1
    ends = Array(repeating: (.max, .min), count: height * depth)
    marks = Array(repeating: 0, count: height * depth)
    for span in mask.spans {
      let (first, last) = (2 * span.x, 2 * (span.x + span.count - 1))
      let center = (2 * Int(span.z) + 1) * height + 2 * Int(span.y) + 1
      widen(center, first - 1, last + 1)
      for line in [center - 1, center + 1, center - height, center + height] {
        widen(line, first, last)
      }
    }
    for z in 0..<depth { markChains(from: z * height, step: 1, count: height, bits: (1, 2)) }
    for y in 0..<height { markChains(from: y, step: height, count: depth, bits: (4, 8)) }
  }

  private mutating func widen(_ line: Int, _ low: Int32, _ high: Int32) {
    ends[line] = (min(ends[line].low, low), max(ends[line].high, high))
  }

  /// Marks the lines whose ends are corners of the hull of one plane (Andrew's monotone chain).
  private mutating func markChains(
    from start: Int, step: Int, count: Int, bits: (low: UInt8, high: UInt8)
  ) {
    var low: [(line: Int, x: Int)] = []
    var high: [(line: Int, x: Int)] = []
    func extend(_ chain: inout [(line: Int, x: Int)], _ p: (line: Int, x: Int), _ sign: Int) {
      while chain.count >= 2 {
        let (a, b) = (chain[chain.count - 2], chain[chain.count - 1])
        let turn = (b.line - a.line) * (p.x - a.x) - (b.x - a.x) * (p.line - a.line)
        if turn * sign > 0 { break }
        chain.removeLast()
      }
      chain.append(p)
    }
    for line in 0..<count {
      let end = ends[start + line * step]
      if end.low > end.high { continue }
      extend(&low, (line, Int(end.low)), 1)
      extend(&high, (line, Int(end.high)), -1)
    }
    for corner in low { marks[start + corner.line * step] |= bits.low }
    for corner in high { marks[start + corner.line * step] |= bits.high }
  }

  var points: [SIMD3<Int>] {
    var points: [SIMD3<Int>] = []
    for z in 0..<depth {
      for y in 0..<height {
        let (mark, end) = (marks[z * height + y], ends[z * height + y])
        if mark & 5 == 5 { points.append(SIMD3(Int(end.low), y - 1, z - 1)) }
        if mark & 10 == 10 { points.append(SIMD3(Int(end.high), y - 1, z - 1)) }
      }
    }
    return points
  }
}
