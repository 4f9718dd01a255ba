internal import Glibc

/// A label image: every voxel belongs to one label, 0 being background. Labels up to 255 take one
/// byte per voxel, whatever the type in the file was.
package struct LabelVolume: Sendable {
  package enum Storage: Sendable, Equatable {
    case narrow([UInt8])
    case wide([UInt32])
  }

  package let grid: Grid
  package let storage: Storage

  /// - Precondition: one label for each voxel, x fastest.
  package init(grid: Grid, labels: [UInt8]) {
    precondition(labels.count == grid.voxelCount)
    self.grid = grid
    storage = .narrow(labels)
  }

  package init(grid: Grid, labels: [UInt32]) {
    precondition(labels.count == grid.voxelCount)
    self.grid = grid
    let isNarrow = labels.allSatisfy { $0 <= 255 }
    storage = isNarrow ? .narrow(labels.map { UInt8($0) }) : .wide(labels)
  }

  /// Regions of one grid as labels 1, 2, ...; where two overlap, the later one's.
  /// - Precondition: at most 255 regions.
  package init(grid: Grid, regions: [MaskRegion]) {
    precondition(regions.count <= 255, "labels of one byte")
    var labels = [UInt8](repeating: 0, count: grid.voxelCount)
    for (index, region) in regions.enumerated() {
      IndexBox(lower: .zero, size: grid.size).forEachRow(of: region.box) { target, source in
        for x in 0..<region.box.size.x where region.mask[source &+ x] == 1 {
          labels[target &+ x] = UInt8(index + 1)
        }
      }
    }
    self.init(grid: grid, labels: labels)
  }

  /// Labels from an image of any type, as `sitk.Cast` to UInt32 gives them: truncated toward 0,
  /// negative values wrapped.
  package init(_ volume: Volume) {
    switch volume.voxels {
    case .uint8(let values): self.init(grid: volume.grid, labels: values)
    case .int8(let values):
      self.init(grid: volume.grid, labels: values.map { UInt32(truncatingIfNeeded: $0) })
    case .uint16(let values):
      self.init(grid: volume.grid, labels: values.map { UInt32(truncatingIfNeeded: $0) })
    case .int16(let values):
      self.init(grid: volume.grid, labels: values.map { UInt32(truncatingIfNeeded: $0) })
    case .uint32(let values): self.init(grid: volume.grid, labels: values)
    case .int32(let values):
      self.init(grid: volume.grid, labels: values.map { UInt32(truncatingIfNeeded: $0) })
    case .uint64(let values):
      self.init(grid: volume.grid, labels: values.map { UInt32(truncatingIfNeeded: $0) })
    case .int64(let values):
      self.init(grid: volume.grid, labels: values.map { UInt32(truncatingIfNeeded: $0) })
    case .float32(let values):
      self.init(grid: volume.grid, labels: values.map { truncated(Double($0)) })
    case .float64(let values): self.init(grid: volume.grid, labels: values.map { truncated($0) })
    }
  }

  /// All labels in memory order.
  package var wideLabels: [UInt32] {
    switch storage {
    case .narrow(let labels): labels.map { UInt32($0) }
    case .wide(let labels): labels
    }
  }

  /// All labels but the background, ascending, with their voxel counts.
  package func counts() -> [(label: UInt32, count: Int)] {
    var found: [UInt32: Int] = [:]
    switch storage {
    case .narrow(let labels):
      var bins = [Int](repeating: 0, count: 256)
      for label in labels { bins[Int(label)] &+= 1 }
      for (label, count) in bins.enumerated() where count > 0 { found[UInt32(label)] = count }
    case .wide(let labels):
      for label in labels { found[label, default: 0] += 1 }
    }
    return found.filter { $0.key != 0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The voxels of one label in their bounding box; nil where there are none.
  package func region(of label: UInt32) -> MaskRegion? {
    let size = grid.size
    var lower = size
    var upper = SIMD3<Int>(repeating: -1)
    func note(_ first: Int, _ last: Int, _ y: Int, _ z: Int) {
      lower = pointwiseMin(lower, SIMD3(first, y, z))
      upper = pointwiseMax(upper, SIMD3(last, y, z))
    }
    switch storage {
    case .narrow(let labels):
      guard label <= 255 else { return nil }
      labels.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        for z in 0..<size.z {
          for y in 0..<size.y {
            let row = base + (z * size.y + y) * size.x
            guard let first = memchr(row, Int32(label), size.x) else { continue }
            var last = size.x - 1
            while row.load(fromByteOffset: last, as: UInt8.self) != UInt8(label) { last -= 1 }
            note(row.distance(to: first), last, y, z)
          }
        }
      }
    case .wide(let labels):
      for z in 0..<size.z {
        for y in 0..<size.y {
          let row = labels[((z * size.y + y) * size.x)..<((z * size.y + y + 1) * size.x)]
          guard let first = row.firstIndex(of: label), let last = row.lastIndex(of: label)
          else { continue }
          note(first - row.startIndex, last - row.startIndex, y, z)
        }
      }
    }
    guard upper.x >= 0 else { return nil }
    let box = IndexBox(lower: lower, size: upper &- lower &+ SIMD3(repeating: 1))
    return MaskRegion(box: box, mask: mask(of: label, in: box))
  }

  /// 1 where the label is, 0 elsewhere, x fastest.
  private func mask(of label: UInt32, in box: IndexBox) -> [UInt8] {
    var mask: [UInt8] = []
    mask.reserveCapacity(box.voxelCount)
    for z in box.lower.z..<box.upper.z {
      for y in box.lower.y..<box.upper.y {
        let start = (z * grid.size.y + y) * grid.size.x + box.lower.x
        switch storage {
        case .narrow(let labels):
          let wanted = UInt8(label)
          for value in labels[start..<(start + box.size.x)] { mask.append(value == wanted ? 1 : 0) }
        case .wide(let labels):
          for value in labels[start..<(start + box.size.x)] { mask.append(value == label ? 1 : 0) }
        }
      }
    }
    return mask
  }
}

@inline(__always)
private func truncated(_ value: Double) -> UInt32 {
  guard let whole = Int64(exactly: value.rounded(.towardZero)) else { return 0 }
  return UInt32(truncatingIfNeeded: whole)
}
