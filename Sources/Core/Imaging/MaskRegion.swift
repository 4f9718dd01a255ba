/// The voxels of one VOI in their bounding box on some grid.
package struct MaskRegion: Sendable {
  /// Bounding box on the grid; each of its six faces holds a voxel of the VOI.
  package let box: IndexBox
  /// `box.voxelCount` values, x fastest: 1 inside the VOI, 0 outside.
  package let mask: [UInt8]
  /// Number of voxels of the VOI.
  package let count: Int

  package init(box: IndexBox, mask: [UInt8]) {
    precondition(mask.count == box.voxelCount)
    self.box = box
    self.mask = mask
    var count = 0
    for value in mask { count &+= Int(value) }
    self.count = count
  }

  /// The region in its own bounding box; nil where `mask` has no voxel.
  package init?(shrinking mask: [UInt8], in box: IndexBox) {
    precondition(mask.count == box.voxelCount)
    var lower = box.size
    var upper = SIMD3<Int>(repeating: -1)
    var offset = 0
    for z in 0..<box.size.z {
      for y in 0..<box.size.y {
        let row = mask[offset..<(offset + box.size.x)]
        offset += box.size.x
        guard let first = row.firstIndex(of: 1), let last = row.lastIndex(of: 1) else { continue }
        lower = pointwiseMin(lower, SIMD3(first - row.startIndex, y, z))
        upper = pointwiseMax(upper, SIMD3(last - row.startIndex, y, z))
      }
    }
    guard upper.x >= 0 else { return nil }
    let tight = IndexBox(
      lower: box.lower &+ lower, size: upper &- lower &+ SIMD3(repeating: 1))
    self.init(box: tight, mask: crop(mask, from: box, to: tight))
  }

  /// The VOI at the nearest voxel of another grid, as ITK's nearest-neighbour resampling gives it;
  /// nil where no voxel centre of `target` falls into it.
  package func resampled(from grid: Grid, onto target: Grid) -> MaskRegion? {
    let map = ScanlineMap(output: target, input: grid)
    // A voxel reaches half its diagonal beyond its centre.
    let reach = (3.0.squareRoot() / 2 * grid.spacing.max() / target.spacing.min()).rounded(.up)
    let back = ScanlineMap(output: grid, input: target)
    guard let candidates = back.inputBox(of: box, margin: Int(min(reach, 1e6)) + 1) else {
      return nil
    }
    var result = [UInt8](repeating: 0, count: candidates.voxelCount)
    let size = grid.size
    var columns = [Int](repeating: -1, count: candidates.size.x)
    var columnEnds = SIMD2<Double>(.nan, .nan)
    mask.withUnsafeBufferPointer { mask in
      var offset = 0
      for z in candidates.lower.z..<candidates.upper.z {
        for y in candidates.lower.y..<candidates.upper.y {
          let (start, end) = map.ends(y: y, z: z)
          defer { offset &+= candidates.size.x }
          if start.y == end.y && start.z == end.z {
            // Rows along the mask's own rows: one source row, and columns that stay the same.
            let index = SIMD3(0, start.y, start.z)
            guard ScanlineMap.isInside(index, size) else { continue }
            let j = nearest(start.y, size.y) &- box.lower.y
            let k = nearest(start.z, size.z) &- box.lower.z
            guard j >= 0, k >= 0, j < box.size.y, k < box.size.z else { continue }
            if columnEnds != SIMD2(start.x, end.x) {
              columnEnds = SIMD2(start.x, end.x)
              for x in columns.indices {
                let position = ScanlineMap.index(
                  start, end, map.fraction(candidates.lower.x &+ x))
                let isInside = ScanlineMap.isInside(SIMD3(position.x, 0, 0), size)
                let i = isInside ? nearest(position.x, size.x) &- box.lower.x : -1
                columns[x] = i < box.size.x ? i : -1
              }
            }
            let row = (k &* box.size.y &+ j) &* box.size.x
            for x in columns.indices where columns[x] >= 0 {
              result[offset &+ x] = mask[row &+ columns[x]]
            }
            continue
          }
          for x in 0..<candidates.size.x {
            let index = ScanlineMap.index(
              start, end, map.fraction(candidates.lower.x &+ x))
            guard ScanlineMap.isInside(index, size) else { continue }
            let i = nearest(index.x, size.x) &- box.lower.x
            let j = nearest(index.y, size.y) &- box.lower.y
            let k = nearest(index.z, size.z) &- box.lower.z
            guard i >= 0, j >= 0, k >= 0, i < box.size.x, j < box.size.y, k < box.size.z
            else { continue }
            result[offset &+ x] = mask[(k &* box.size.y &+ j) &* box.size.x &+ i]
          }
        }
      }
    }
    return MaskRegion(shrinking: result, in: candidates)
  }
}

extension MaskRegion {
  /// All voxels of two regions on one grid.
  package func union(_ other: MaskRegion) -> MaskRegion {
    let hull = box.union(other.box)
    var whole = [UInt8](repeating: 0, count: hull.voxelCount)
    for region in [self, other] {
      hull.forEachRow(of: region.box) { target, source in
        for x in 0..<region.box.size.x { whole[target &+ x] |= region.mask[source &+ x] }
      }
    }
    return MaskRegion(box: hull, mask: whole)
  }
}

/// The voxel nearest to an index inside the image.
@inline(__always)
private func nearest(_ index: Double, _ size: Int) -> Int { min(roundHalfUp(index), size &- 1) }

/// The part `inner` of an array that lies on the box `outer`.
package func crop<Value>(_ values: [Value], from outer: IndexBox, to inner: IndexBox) -> [Value] {
  precondition(outer.contains(inner) && values.count == outer.voxelCount)
  if outer == inner { return values }
  var result: [Value] = []
  result.reserveCapacity(inner.voxelCount)
  outer.forEachRow(of: inner) { start, _ in
    result.append(contentsOf: values[start..<(start + inner.size.x)])
  }
  return result
}
