internal import Imaging

/// Grey tone differences within kernels: a voxel's neighbours are those in the kernel.
extension NGTDM: VoxelMapFamily {
  func rows(of kernels: VoxelMapKernels, columns: [Int]) throws(FeatureError) -> VoxelMapRows {
    let neighbours = kernels.shape.neighbours(try kernels.directions(parameters.distances))
    let levels = try kernels.levels(as: kernels.box.pixelType)
    let grey = [0] + levels.present.map { Double($0) }
    var rows = VoxelMapRows(voxelCount: kernels.voxels.count, width: columns.count)
    var tone = ToneDifferences()
    kernels.forEachKernel(levels) { number, cells in
      tone.removeAll()
      for (cell, near) in neighbours.enumerated() where cells[cell] != 0 {
        var (sum, count) = (0.0, 0.0)
        for other in near where cells[other] != 0 {
          sum += grey[Int(cells[other])]
          count += 1
        }
        let level = grey[Int(cells[cell])]
        tone.add(level, difference: count == 0 ? 0 : abs(level - sum / count))
      }
      let row = tone.features()
      for (k, column) in columns.enumerated() {
        rows.values[number * columns.count + k] = row[column]
      }
    }
    return rows
  }
}

/// The matrix of one kernel: per level i, number of voxels n and sum of differences s.
private struct ToneDifferences {
  private var i: [Double] = []
  private var n: [Double] = []
  private var s: [Double] = []
  private var total = 0.0

  mutating func removeAll() {
    i.removeAll(keepingCapacity: true)
    n.removeAll(keepingCapacity: true)
    s.removeAll(keepingCapacity: true)
    total = 0
  }

  mutating func add(_ level: Double, difference: Double) {
    total += 1
    var k = i.count
    while k > 0 && i[k - 1] > level { k -= 1 }
    if k > 0 && i[k - 1] == level {
      n[k - 1] += 1
      s[k - 1] += difference
    } else {
      i.insert(level, at: k)
      n.insert(1, at: k)
      s.insert(difference, at: k)
    }
  }

  /// In the order of `NGTDM.columns`; Amadasun & King 1989, with sums over ordered pairs of levels.
  func features() -> [Double] {
    var (product, sum) = (0.0, 0.0)
    var (busyness, complexity, contrast, strength) = (0.0, 0.0, 0.0, 0.0)
    for a in i.indices {
      let p = n[a] / total
      product += p * s[a]
      sum += s[a]
      for b in (a + 1)..<max(i.count, a + 1) {
        let q = n[b] / total
        let d = i[b] - i[a]
        busyness += 2 * abs(i[a] * p - i[b] * q)
        complexity += 2 * d * (p * s[a] + q * s[b]) / (p + q)
        contrast += 2 * p * q * (d * d)
        strength += 2 * (p + q) * (d * d)
      }
    }
    let pairs = Double(i.count * (i.count - 1))
    return [
      busyness == 0 ? 0 : product / busyness, product == 0 ? 1e6 : 1 / product, complexity / total,
      pairs == 0 ? 0 : contrast * (sum / total) / pairs, sum == 0 ? 0 : strength / sum,
    ]
  }
}
