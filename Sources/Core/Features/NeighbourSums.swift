package import Imaging

/// What GLDM and NGTDM need of every voxel's neighbourhood, in one sweep.
///
/// Neighbours of a voxel are the VOI voxels at the given distances (infinity norm), in both senses
/// of every direction. Rows of 16-bit counters are updated by one pass per pair of opposite
/// directions, which the compiler vectorises; there are no bounds tests (see `LevelVolume`).
package struct NeighbourSums {
  package let distances: [Int]
  package let alpha: Int
  /// Number of neighbours a voxel can have.
  package let neighbourCount: Int
  /// `dependence[position * (neighbourCount + 1) + d]`: voxels of the level at `position` in
  /// `GreyLevels.present` with d neighbours whose level differs by at most alpha.
  package let dependence: [Int]
  /// Per position: sum of |level - mean level of the neighbours| (0 without neighbours).
  package let difference: [Double]
  /// Per position: voxels without neighbours.
  package let isolated: [Int]

  /// - Throws: where the region is too small for a neighbour at `distances`.
  package init(_ region: Region, distances: [Int], alpha: Int) throws(FeatureError) {
    let offsets = region.neighbourhood.directions(distances: distances, size: region.size)
    if offsets.isEmpty { throw noNeighbours(region, distances) }
    self.init(
      try region.volume(margin: distances.max() ?? 1), mask: region.mask,
      grey: try region.levels(), distances: distances, offsets: offsets, alpha: alpha)
  }

  /// - Parameters:
  ///   - volume: levels, margin not less than any distance.
  ///   - mask: the voxels to sum over; their neighbours are all of `volume`.
  ///   - offsets: half of the neighbourhood, at the distances; at most 32,767.
  package init(
    _ volume: LevelVolume, mask: MaskSpans, grey: GreyLevels, distances: [Int],
    offsets: [Offset], alpha: Int
  ) {
    self.distances = distances
    self.alpha = alpha
    neighbourCount = offsets.count * 2
    let sweep = NeighbourSweep(
      volume: volume, steps: offsets.map { volume.distance($0) }, alpha: alpha,
      positions: grey.compact, levelCount: grey.present.count,
      wide: (grey.maximum + alpha) * (neighbourCount + 1) > 65_535)
    (dependence, difference, isolated) = sweep.run(mask.spans)
  }
}

/// The error of a region in which no voxel can have a neighbour at the distances asked for.
func noNeighbours(_ region: Region, _ distances: [Int]) -> FeatureError {
  let size = region.size
  let list = distances.map(String.init).joined(separator: ", ")
  return FeatureError(
    "no neighbours at distance \(list) in a region of \(size.x) x \(size.y) x \(size.z) voxels")
}

private struct NeighbourSweep {
  let volume: LevelVolume
  let steps: [Int]
  let alpha: Int
  let positions: [UInt16]
  let levelCount: Int
  /// 16 bits cannot hold a sum of levels.
  let wide: Bool

  func run(_ spans: [MaskSpan]) -> ([Int], [Double], [Int]) {
    let columns = steps.count * 2 + 1
    var dependence = [Int](repeating: 0, count: levelCount * columns)
    var difference = [Double](repeating: 0, count: levelCount)
    var isolated = [Int](repeating: 0, count: levelCount)
    let width = volume.size.x
    let rows = UnsafeMutablePointer<UInt16>.allocate(capacity: width * 3)
    let wideRow = UnsafeMutablePointer<UInt32>.allocate(capacity: width)
    rows.initialize(repeating: 0, count: width * 3)
    wideRow.initialize(repeating: 0, count: width)
    defer {
      rows.deallocate()
      wideRow.deallocate()
    }
    let (equal, count, sum) = (rows, rows + width, rows + 2 * width)
    var first = 0
    while first < spans.count {
      // The runs of one row are treated together: from the first to the last VOI voxel.
      var last = first
      while last &+ 1 < spans.count && spans[last &+ 1].y == spans[first].y
        && spans[last &+ 1].z == spans[first].z
      {
        last &+= 1
      }
      let start = Int(spans[first].x)
      let length = Int(spans[last].x &+ spans[last].count) &- start
      let center = volume.base + volume.index(spans[first])
      if wide {
        sweepWide(center, length, equal, count, wideRow)
      } else {
        sweep(center, length, equal, count, sum)
      }
      dependence.withUnsafeMutableBufferPointer { dependence in
        difference.withUnsafeMutableBufferPointer { difference in
          positions.withUnsafeBufferPointer { positions in
            let d = dependence.baseAddress!
            for s in first...last {
              var x = Int(spans[s].x) &- start
              let end = x &+ Int(spans[s].count)
              while x < end {
                let level = center[x]
                let position = Int(positions[Int(level)]) &- 1
                d[position &* columns &+ Int(equal[x])] &+= 1
                let n = Double(count[x])
                let total = wide ? Double(wideRow[x]) : Double(sum[x])
                if n > 0 {
                  difference[position] += abs(Double(level) - total / n)
                } else {
                  isolated[position] &+= 1
                }
                x &+= 1
              }
            }
          }
        }
      }
      first = last &+ 1
    }
    return (dependence, difference, isolated)
  }

  /// Per voxel of a row: neighbours within alpha, neighbours, and the sum of their levels.
  private func sweep(
    _ center: UnsafeMutablePointer<UInt16>, _ length: Int,
    _ equal: UnsafeMutablePointer<UInt16>, _ count: UnsafeMutablePointer<UInt16>,
    _ sum: UnsafeMutablePointer<UInt16>
  ) {
    typealias Lanes = SIMD8<UInt16>
    @inline(__always) func store(_ lanes: Lanes, _ target: UnsafeMutablePointer<UInt16>, _ x: Int) {
      UnsafeMutableRawPointer(target + x).storeBytes(of: lanes, as: Lanes.self)
    }
    guard length >= 8 else {
      for x in 0..<length { (equal[x], count[x], sum[x]) = sums(around: center + x) }
      return
    }
    steps.withUnsafeBufferPointer { steps in
      var x = 0
      while true {
        let sums =
          alpha == 0 ? equalSums(center + x, steps) : nearSums(center + x, steps)
        store(sums.near, equal, x)
        store(sums.count, count, x)
        store(sums.total, sum, x)
        if x &+ 8 == length { break }
        // The last eight overlap those before them.
        x = min(x &+ 8, length &- 8)
      }
    }
  }

  private typealias LaneSums = (near: SIMD8<UInt16>, count: SIMD8<UInt16>, total: SIMD8<UInt16>)

  @inline(__always)
  private func load(_ source: UnsafeMutablePointer<UInt16>) -> SIMD8<UInt16> {
    UnsafeRawPointer(source).loadUnaligned(as: SIMD8<UInt16>.self)
  }

  /// Eight voxels side by side, alpha 0.
  @inline(__always)
  private func equalSums(
    _ center: UnsafeMutablePointer<UInt16>, _ steps: UnsafeBufferPointer<Int>
  ) -> LaneSums {
    let (zero, one) = (SIMD8<UInt16>.zero, SIMD8<UInt16>(repeating: 1))
    let level = load(center)
    var (near, count, total) = (zero, zero, zero)
    var k = 0
    while k < steps.count {
      let (u, v) = (load(center + steps[k]), load(center - steps[k]))
      near &+= zero.replacing(with: one, where: u .== level)
      near &+= zero.replacing(with: one, where: v .== level)
      count &+= zero.replacing(with: one, where: u .!= zero)
      count &+= zero.replacing(with: one, where: v .!= zero)
      total &+= u &+ v
      k &+= 1
    }
    return (near, count, total)
  }

  /// Eight voxels side by side, any alpha.
  @inline(__always)
  private func nearSums(
    _ center: UnsafeMutablePointer<UInt16>, _ steps: UnsafeBufferPointer<Int>
  ) -> LaneSums {
    let (zero, one) = (SIMD8<UInt16>.zero, SIMD8<UInt16>(repeating: 1))
    let span = SIMD8<UInt16>(repeating: UInt16(2 * alpha))
    let lowest = load(center) &- SIMD8<UInt16>(repeating: UInt16(alpha))
    var (near, count, total) = (zero, zero, zero)
    var k = 0
    while k < steps.count {
      let (u, v) = (load(center + steps[k]), load(center - steps[k]))
      let (inU, inV) = (u .!= zero, v .!= zero)
      near &+= zero.replacing(with: one, where: (u &- lowest) .<= span .& inU)
      near &+= zero.replacing(with: one, where: (v &- lowest) .<= span .& inV)
      count &+= zero.replacing(with: one, where: inU)
      count &+= zero.replacing(with: one, where: inV)
      total &+= u &+ v
      k &+= 1
    }
    return (near, count, total)
  }

  /// One voxel.
  private func sums(around center: UnsafeMutablePointer<UInt16>) -> (UInt16, UInt16, UInt16) {
    var (near, count, total): (UInt16, UInt16, UInt16) = (0, 0, 0)
    func add(_ neighbour: UInt16) {
      guard neighbour != 0 else { return }
      if abs(Int(neighbour) - Int(center[0])) <= alpha { near &+= 1 }
      count &+= 1
      total &+= neighbour
    }
    for step in steps {
      add(center[step])
      add(center[-step])
    }
    return (near, count, total)
  }

  /// As `sweep`, for levels whose sums need 32 bits.
  private func sweepWide(
    _ center: UnsafeMutablePointer<UInt16>, _ length: Int,
    _ equal: UnsafeMutablePointer<UInt16>, _ count: UnsafeMutablePointer<UInt16>,
    _ sum: UnsafeMutablePointer<UInt32>
  ) {
    equal.update(repeating: 0, count: length)
    count.update(repeating: 0, count: length)
    sum.update(repeating: 0, count: length)
    let a = Int32(alpha)
    for step in steps {
      let (ahead, behind) = (center + step, center - step)
      var x = 0
      while x < length {
        let (l, u, v) = (Int32(center[x]), Int32(ahead[x]), Int32(behind[x]))
        let inU: UInt16 = u != 0 ? 1 : 0
        let inV: UInt16 = v != 0 ? 1 : 0
        equal[x] &+= (abs(u &- l) <= a ? inU : 0) &+ (abs(v &- l) <= a ? inV : 0)
        count[x] &+= inU &+ inV
        sum[x] &+= UInt32(truncatingIfNeeded: u &+ v)
        x &+= 1
      }
    }
  }
}
