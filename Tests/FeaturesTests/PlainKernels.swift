import Features
import Imaging

/// The plain versions of the kernels: a voxel and a direction at a time, with bounds tests.
struct PlainKernels {
  let size: SIMD3<Int>
  let directions: [Offset]
  /// 0 outside the VOI.
  private var levels: [Int]

  /// - Parameter region: its mask's tight box is filled with `compact` or real levels.
  init(_ region: Region, distances: [Int] = [1], compact: Bool) throws {
    size = region.size
    directions = region.neighbourhood.directions(distances: distances, size: region.size)
    levels = [Int](repeating: 0, count: size.x * size.y * size.z)
    let grey = try region.levels()
    var next = 0
    for span in region.mask.spans {
      for i in 0..<Int(span.count) {
        let level = Int(grey.levels[next])
        let index = (Int(span.z) * size.y + Int(span.y)) * size.x + Int(span.x) + i
        levels[index] = compact ? Int(grey.compact[level]) : level
        next += 1
      }
    }
  }

  /// 0 outside the VOI and outside the box.
  func level(_ x: Int, _ y: Int, _ z: Int) -> Int {
    guard x >= 0, y >= 0, z >= 0, x < size.x, y < size.y, z < size.z else { return 0 }
    return levels[(z * size.y + y) * size.x + x]
  }

  func forEachVoxel(_ body: (Int, Int, Int, Int) -> Void) {
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x where level(x, y, z) > 0 { body(x, y, z, level(x, y, z)) }
      }
    }
  }

  func cooccurrence(_ d: Offset, levelCount n: Int) -> [Double] {
    var counts = [Double](repeating: 0, count: n * n)
    forEachVoxel { x, y, z, level in
      let other = self.level(x + d.x, y + d.y, z + d.z)
      if other > 0 { counts[(level - 1) * n + other - 1] += 1 }
    }
    return counts
  }

  /// [level][length] as a dictionary; empty where no line holds two VOI voxels.
  func runs(_ d: Offset) -> [SIMD2<Int>: Int] {
    var counts: [SIMD2<Int>: Int] = [:]
    var several = false
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x where !inside(x - d.x, y - d.y, z - d.z) {
          // The first voxel of a line.
          var (u, v, w) = (x, y, z)
          var (current, length, voxels) = (0, 0, 0)
          while inside(u, v, w) {
            let level = self.level(u, v, w)
            if level != current {
              if current > 0 { counts[SIMD2(current, length), default: 0] += 1 }
              (current, length) = (level, 0)
            }
            length += 1
            if level > 0 { voxels += 1 }
            (u, v, w) = (u + d.x, v + d.y, w + d.z)
          }
          if current > 0 { counts[SIMD2(current, length), default: 0] += 1 }
          several = several || voxels > 1
        }
      }
    }
    return several ? counts : [:]
  }

  private func inside(_ x: Int, _ y: Int, _ z: Int) -> Bool {
    x >= 0 && y >= 0 && z >= 0 && x < size.x && y < size.y && z < size.z
  }

  private var bothSenses: [Offset] {
    directions + directions.map { Offset(z: -$0.z, y: -$0.y, x: -$0.x) }
  }

  /// (level, size) of zones by flood fill, sorted.
  func zones() -> [SIMD2<Int>] {
    var seen = [Bool](repeating: false, count: levels.count)
    var zones: [SIMD2<Int>] = []
    let steps = bothSenses
    forEachVoxel { x, y, z, level in
      if seen[(z * size.y + y) * size.x + x] { return }
      seen[(z * size.y + y) * size.x + x] = true
      var stack = [SIMD3(x, y, z)]
      var count = 0
      while let p = stack.popLast() {
        count += 1
        for d in steps where self.level(p.x + d.x, p.y + d.y, p.z + d.z) == level {
          let index = ((p.z + d.z) * size.y + p.y + d.y) * size.x + p.x + d.x
          if !seen[index] {
            seen[index] = true
            stack.append(SIMD3(p.x + d.x, p.y + d.y, p.z + d.z))
          }
        }
      }
      zones.append(SIMD2(level, count))
    }
    return zones.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
  }

  /// Per level: voxels by number of dependent neighbours, and the sum of differences.
  func neighbours(alpha: Int, highest: Int) -> (dependence: [[Int]], difference: [Double]) {
    let steps = bothSenses
    var dependence = [[Int]](
      repeating: [Int](repeating: 0, count: steps.count + 1), count: highest + 1)
    var difference = [Double](repeating: 0, count: highest + 1)
    forEachVoxel { x, y, z, level in
      var (alike, count, sum) = (0, 0, 0)
      for d in steps {
        let other = self.level(x + d.x, y + d.y, z + d.z)
        if other == 0 { continue }
        count += 1
        sum += other
        if abs(other - level) <= alpha { alike += 1 }
      }
      dependence[level][alike] += 1
      if count > 0 { difference[level] += abs(Double(level) - Double(sum) / Double(count)) }
    }
    return (dependence, difference)
  }

  /// Largest distances between all vertices: slice, column, row, overall.
  func diameters(spacing: SIMD3<Double>) -> [Double] {
    var points: [SIMD3<Int>] = []
    for z in -1..<size.z {
      for y in -1..<size.y {
        for x in -1..<size.x {
          let here = level(x, y, z) > 0
          if here != (level(x + 1, y, z) > 0) { points.append(SIMD3(2 * x + 1, 2 * y, 2 * z)) }
          if here != (level(x, y + 1, z) > 0) { points.append(SIMD3(2 * x, 2 * y + 1, 2 * z)) }
          if here != (level(x, y, z + 1) > 0) { points.append(SIMD3(2 * x, 2 * y, 2 * z + 1)) }
        }
      }
    }
    var best = [0.0, 0.0, 0.0, 0.0]
    for (i, p) in points.enumerated() {
      for q in points[..<i] {
        let d = SIMD3<Double>(p &- q) * spacing / 2
        let length = (d.x * d.x + d.y * d.y + d.z * d.z).squareRoot()
        if p.z == q.z { best[0] = max(best[0], length) }
        if p.y == q.y { best[1] = max(best[1], length) }
        if p.x == q.x { best[2] = max(best[2], length) }
        best[3] = max(best[3], length)
      }
    }
    return best
  }
}
