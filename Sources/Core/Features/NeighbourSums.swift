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

  private func sweep(
    _ center: UnsafeMutablePointer<UInt16>, _ length: Int,
    _ equal: UnsafeMutablePointer<UInt16>, _ count: UnsafeMutablePointer<UInt16>,
    _ sum: UnsafeMutablePointer<UInt16>
  ) {
    equal.update(repeating: 0, count: length)
    count.update(repeating: 0, count: length)
    sum.update(repeating: 0, count: length)
    let (a, span) = (UInt16(alpha), UInt16(2 * alpha))
    for step in steps {
      let (ahead, behind) = (center + step, center - step)
      var x = 0
      if alpha == 0 {
        while x < length {
          let (l, u, v) = (center[x], ahead[x], behind[x])
          equal[x] &+= (u == l ? 1 : 0) &+ (v == l ? 1 : 0)
          count[x] &+= (u != 0 ? 1 : 0) &+ (v != 0 ? 1 : 0)
          sum[x] &+= u &+ v
          x &+= 1
        }
      } else {
        while x < length {
          let (l, u, v) = (center[x], ahead[x], behind[x])
          let nearU: UInt16 = (u &- l &+ a) <= span ? 1 : 0
          let nearV: UInt16 = (v &- l &+ a) <= span ? 1 : 0
          let inU: UInt16 = u != 0 ? 1 : 0
          let inV: UInt16 = v != 0 ? 1 : 0
          equal[x] &+= (nearU & inU) &+ (nearV & inV)
          count[x] &+= inU &+ inV
          sum[x] &+= u &+ v
          x &+= 1
        }
      }
    }
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
