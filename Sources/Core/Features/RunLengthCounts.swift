package import Imaging

/// Runs of equal grey level along one direction, counted by level and length in one sweep.
///
/// A voxel's run length so far is 1 plus that of its predecessor when their levels are equal. It
/// is kept in rows (two planes of them), so the sweep over a row has no branches and vectorises;
/// the second pass over the row counts the runs that end. Galloway 1975.
package struct RunLengthCounts {
  /// Longest run possible, plus 1.
  package let stride: Int
  /// `counts[position * stride + length]` for positions in `GreyLevels.present`.
  package private(set) var counts: [UInt32]

  /// - Parameters:
  ///   - volume: positions plus 1 (`Region.compactLevels`), margin >= 1.
  ///   - levelCount: number of positions.
  ///   - direction: components in -1...1, the first that is not 0 positive.
  ///   - dropsLoneVoxels: no runs where no line holds two VOI voxels, as PyRadiomics has it.
  package init(
    _ volume: LevelVolume, mask: MaskSpans, levelCount: Int, direction: Offset,
    dropsLoneVoxels: Bool = true
  ) {
    let moving = [
      direction.z != 0 ? mask.size.z : .max, direction.y != 0 ? mask.size.y : .max,
      direction.x != 0 ? mask.size.x : .max,
    ]
    stride = moving.min()! + 1
    // Row 0 takes the voxels where no run ends, spread over 16 cells.
    let lead = max(stride, 16)
    let table = levelCount * stride + lead
    // Two tables: consecutive increments of one cell need not wait for each other.
    counts = [UInt32](repeating: 0, count: 2 * table)
    let stride = stride
    counts.withUnsafeMutableBufferPointer { counts in
      let sweep = RunSweep(
        volume: volume, spans: mask.spans, stride: stride, lead: lead,
        isNarrow: table <= 65_536, even: counts.baseAddress!, odd: counts.baseAddress! + table)
      if direction.z == 0 && direction.y == 0 {
        sweep.alongRows()
      } else {
        sweep.across(direction)
      }
      for i in 0..<table { counts[i] &+= counts[i &+ table] }
    }
    counts.removeLast(table)
    counts.removeFirst(lead)
    if dropsLoneVoxels && !Self.anyLineHoldsTwo(volume, mask, direction) {
      for position in 0..<levelCount { counts[position * stride + 1] = 0 }
    }
  }

  /// PyRadiomics empties a direction in which no line holds more than one VOI voxel.
  private static func anyLineHoldsTwo(
    _ volume: LevelVolume, _ mask: MaskSpans, _ direction: Offset
  ) -> Bool {
    let step = volume.distance(direction)
    for span in mask.spans {
      let p = volume.base + volume.index(span)
      for x in 0..<Int(span.count) where p[x + step] != 0 { return true }
    }
    // No two neighbours: look for lines with gaps, by the voxel at which each line enters the box.
    var seen: Set<Int> = []
    let size = mask.size
    func back(_ position: Int, _ step: Int, _ length: Int) -> Int {
      step == 0 ? .max : step > 0 ? position : length - 1 - position
    }
    for span in mask.spans {
      for i in 0..<Int(span.count) {
        let (x, y, z) = (Int(span.x) + i, Int(span.y), Int(span.z))
        let steps = min(
          back(z, direction.z, size.z), back(y, direction.y, size.y), back(x, direction.x, size.x))
        let entry =
          ((z - steps * direction.z) * size.y + y - steps * direction.y) * size.x + x
          - steps * direction.x
        if !seen.insert(entry).inserted { return true }
      }
    }
    return false
  }
}

private struct RunSweep {
  let volume: LevelVolume
  let spans: [MaskSpan]
  let stride: Int
  let lead: Int
  /// Every cell's number fits 16 bits.
  let isNarrow: Bool
  let even: UnsafeMutablePointer<UInt32>
  let odd: UnsafeMutablePointer<UInt32>

  func alongRows() {
    for span in spans {
      let p = volume.base + volume.index(span)
      let end = Int(span.count)
      var x = 0
      while x < end {
        let level = p[x]
        var run = 1
        while x &+ run < end && p[x &+ run] == level { run &+= 1 }
        even[lead &+ (Int(level) &- 1) &* stride &+ run] &+= 1
        x &+= run
      }
    }
  }

  func across(_ direction: Offset) {
    let step = volume.distance(direction)
    let plane = volume.plane
    // Run lengths of the current plane and the one before, with the margins of the volume.
    let pad = volume.margin * (volume.row + 1)
    let runs = UnsafeMutablePointer<UInt16>.allocate(capacity: 2 * (plane + 2 * pad))
    runs.initialize(repeating: 0, count: 2 * (plane + 2 * pad))
    let keys = UnsafeMutablePointer<UInt16>.allocate(capacity: volume.size.x)
    let wideKeys = UnsafeMutablePointer<UInt32>.allocate(capacity: volume.size.x)
    keys.initialize(repeating: 0, count: volume.size.x)
    wideKeys.initialize(repeating: 0, count: volume.size.x)
    defer {
      runs.deallocate()
      keys.deallocate()
      wideKeys.deallocate()
    }
    let inPlane = direction.y * volume.row + direction.x
    for span in spans {
      let z = Int(span.z)
      let here = Int(span.y) &* volume.row &+ Int(span.x)
      let buffer = runs + ((z & 1) &* (plane &+ 2 &* pad) &+ pad)
      let before =
        direction.z == 0
        ? buffer : runs + (((z &- 1) & 1) &* (plane &+ 2 &* pad) &+ pad)
      let levels = volume.base + volume.index(span)
      let arrived = before + (here &- inPlane)
      if isNarrow {
        sweepRow(
          levels: levels, step: step, runs: buffer + here, before: arrived, keys: keys,
          length: Int(span.count))
      } else {
        sweepWideRow(
          levels: levels, step: step, runs: buffer + here, before: arrived, keys: wideKeys,
          length: Int(span.count))
      }
    }
  }

  /// Numbers of cells have the width of levels and lengths: eight voxels in 16 bytes.
  @inline(__always)
  private func sweepRow(
    levels: UnsafeMutablePointer<UInt16>, step: Int, runs: UnsafeMutablePointer<UInt16>,
    before: UnsafeMutablePointer<UInt16>, keys: UnsafeMutablePointer<UInt16>, length: Int
  ) {
    let (previous, next) = (levels - step, levels + step)
    let factor = UInt16(truncatingIfNeeded: stride)
    // Levels begin at 1.
    let base = UInt16(truncatingIfNeeded: lead &- stride)
    var x = 0
    while x < length {
      let level = levels[x]
      let same: UInt16 = previous[x] == level ? .max : 0
      let run = (before[x] & same) &+ 1
      runs[x] = run
      let key = base &+ level &* factor &+ run
      let goesOn: UInt16 = next[x] == level ? .max : 0
      keys[x] = (key & ~goesOn) | (UInt16(truncatingIfNeeded: x) & 15 & goesOn)
      x &+= 1
    }
    x = 0
    while x &+ 2 <= length {
      even[Int(keys[x])] &+= 1
      odd[Int(keys[x &+ 1])] &+= 1
      x &+= 2
    }
    if x < length { even[Int(keys[x])] &+= 1 }
  }

  /// As `sweepRow`, for tables of more than 65,536 cells.

  @inline(__always)
  private func sweepWideRow(
    levels: UnsafeMutablePointer<UInt16>, step: Int, runs: UnsafeMutablePointer<UInt16>,
    before: UnsafeMutablePointer<UInt16>, keys: UnsafeMutablePointer<UInt32>, length: Int
  ) {
    let (previous, next) = (levels - step, levels + step)
    let factor = UInt32(truncatingIfNeeded: stride)
    // Levels begin at 1.
    let base = UInt32(truncatingIfNeeded: lead &- stride)
    var x = 0
    while x < length {
      let level = levels[x]
      let arrived = before[x]
      let same: UInt16 = previous[x] == level ? .max : 0
      let run = (arrived & same) &+ 1
      runs[x] = run
      let key = base &+ UInt32(level) &* factor &+ UInt32(run)
      let goesOn: UInt32 = next[x] == level ? .max : 0
      keys[x] = (key & ~goesOn) | (UInt32(truncatingIfNeeded: x & 15) & goesOn)
      x &+= 1
    }
    x = 0
    while x &+ 2 <= length {
      even[Int(keys[x])] &+= 1
      odd[Int(keys[x &+ 1])] &+= 1
      x &+= 2
    }
    if x < length { even[Int(keys[x])] &+= 1 }
  }
}
