internal import Imaging

/// Counts of (grey level, size) pairs of one kernel, merged and sorted.
struct VoxelMapSizeCounts {
  private var keys: [UInt64] = []
  private var weights: [Double] = []

  mutating func removeAll() {
    keys.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
  }

  var isEmpty: Bool { keys.isEmpty }

  /// - Parameter position: of the level among those that occur in the VOI, plus 1.
  mutating func append(position: UInt16, size: Int, weight: Double = 1) {
    let key = UInt64(position - 1) << 32 | UInt64(size)
    // Kept sorted from the back; equal keys are one entry.
    var i = keys.count
    while i > 0 && keys[i - 1] > key { i -= 1 }
    if i > 0 && keys[i - 1] == key {
      weights[i - 1] += weight
    } else {
      keys.insert(key, at: i)
      weights.insert(weight, at: i)
    }
  }

  /// - Returns: nil where nothing was counted.
  func statistics(levels: [Int]) -> LevelSizeMatrix.Statistics? {
    var matrix = LevelSizeMatrix(levels: levels)
    matrix.reserve(keys.count)
    for (key, weight) in zip(keys, weights) {
      matrix.append(position: Int(key >> 32), size: Int(key & 0xffff_ffff), count: weight)
    }
    return matrix.statistics()
  }
}

/// Runs within kernels. A direction in which no line of the kernel holds two voxels does not count,
/// as in PyRadiomics.
extension GLRLM: VoxelMapFamily {
  func rows(of kernels: VoxelMapKernels, columns: [Int]) throws(FeatureError) -> VoxelMapRows {
    let directions = try kernels.directions([1])
    let levels = try kernels.levels(as: kernels.box.pixelType)
    let lines = directions.map { kernels.shape.lines($0) }
    let norm = parameters.weightingNorm
    let weights = directions.map {
      norm == .none ? 1 : norm.length($0, spacing: kernels.box.spacing)
    }
    var rows = VoxelMapRows(voxelCount: kernels.voxels.count, width: columns.count)
    var counts = VoxelMapSizeCounts()
    var hasRuns = false
    kernels.forEachKernel(levels) { number, cells in
      var features: [[Double]] = []
      counts.removeAll()
      func use() {
        guard let s = counts.statistics(levels: levels.present) else { return }
        hasRuns = true
        features.append(Self.row(s))
      }
      for (lines, weight) in zip(lines, weights) {
        Self.count(lines, cells, weight, into: &counts)
        if norm == .none {
          use()
          counts.removeAll()
        }
      }
      if norm != .none { use() }
      for (k, column) in columns.enumerated() where !features.isEmpty {
        let sum = features.reduce(0) { $0 + $1[column] }
        rows.values[number * columns.count + k] = sum / Double(features.count)
      }
    }
    if !hasRuns && (directions.count == 1 || norm != .none) {
      // One matrix without runs: PyRadiomics sums these two over no run lengths at all.
      for (k, column) in columns.enumerated()
      where ["RunEntropy", "RunVariance"].contains(Self.columns[column].name) {
        for number in kernels.voxels.indices { rows.values[number * columns.count + k] = 0 }
      }
    }
    return rows
  }

  private static func count(
    _ lines: [[Int]], _ cells: UnsafePointer<UInt16>, _ weight: Double,
    into counts: inout VoxelMapSizeCounts
  ) {
    guard lines.contains(where: { line in line.count { cells[$0] != 0 } > 1 }) else { return }
    for line in lines {
      var (level, length) = (UInt16(0), 0)
      for cell in line {
        if cells[cell] == level {
          length += 1
          continue
        }
        if level != 0 { counts.append(position: level, size: length, weight: weight) }
        (level, length) = (cells[cell], 1)
      }
      if level != 0 { counts.append(position: level, size: length, weight: weight) }
    }
  }

  /// In the order of `columns`.
  private static func row(_ s: LevelSizeMatrix.Statistics) -> [Double] {
    [
      s.levelNonUniformity, s.levelNonUniformityNormalised, s.levelVariance, s.high, s.large,
      s.largeHigh, s.largeLow, s.low, s.entropy, s.sizeNonUniformity,
      s.sizeNonUniformityNormalised, s.total / s.weighted, s.sizeVariance, s.small, s.smallHigh,
      s.smallLow,
    ]
  }
}

/// Zones within kernels.
extension GLSZM: VoxelMapFamily {
  func rows(of kernels: VoxelMapKernels, columns: [Int]) throws(FeatureError) -> VoxelMapRows {
    let neighbours = kernels.shape.neighbours(try kernels.directions([1]))
    let levels = try kernels.levels(as: kernels.box.pixelType)
    var rows = VoxelMapRows(voxelCount: kernels.voxels.count, width: columns.count)
    var counts = VoxelMapSizeCounts()
    var waiting: [Int] = []
    var isDone = [Bool](repeating: false, count: neighbours.count)
    kernels.forEachKernel(levels) { number, cells in
      counts.removeAll()
      for i in isDone.indices { isDone[i] = cells[i] == 0 }
      for first in isDone.indices where !isDone[first] {
        waiting.append(first)
        isDone[first] = true
        var size = 0
        while let cell = waiting.popLast() {
          size += 1
          for other in neighbours[cell] where !isDone[other] && cells[other] == cells[first] {
            isDone[other] = true
            waiting.append(other)
          }
        }
        counts.append(position: cells[first], size: size)
      }
      if let s = counts.statistics(levels: levels.present) {
        let row = Self.row(s)
        for (k, column) in columns.enumerated() {
          rows.values[number * columns.count + k] = row[column]
        }
      }
    }
    return rows
  }

  /// In the order of `columns`.
  private static func row(_ s: LevelSizeMatrix.Statistics) -> [Double] {
    [
      s.levelNonUniformity, s.levelNonUniformityNormalised, s.levelVariance, s.high, s.large,
      s.largeHigh, s.largeLow, s.low, s.sizeNonUniformity, s.sizeNonUniformityNormalised, s.small,
      s.smallHigh, s.smallLow, s.entropy, s.total / s.weighted, s.sizeVariance,
    ]
  }
}

/// Dependence within kernels: neighbours outside the kernel do not count.
extension GLDM: VoxelMapFamily {
  func rows(of kernels: VoxelMapKernels, columns: [Int]) throws(FeatureError) -> VoxelMapRows {
    let neighbours = kernels.shape.neighbours(try kernels.directions(parameters.distances))
    let levels = try kernels.levels(as: kernels.box.pixelType)
    let grey = [0] + levels.present
    let alpha = parameters.alpha
    var rows = VoxelMapRows(voxelCount: kernels.voxels.count, width: columns.count)
    var counts = VoxelMapSizeCounts()
    kernels.forEachKernel(levels) { number, cells in
      counts.removeAll()
      for (cell, near) in neighbours.enumerated() where cells[cell] != 0 {
        let level = grey[Int(cells[cell])]
        // The voxel itself counts.
        var size = 1
        for other in near where cells[other] != 0 && abs(grey[Int(cells[other])] - level) <= alpha {
          size += 1
        }
        counts.append(position: cells[cell], size: size)
      }
      if let s = counts.statistics(levels: levels.present) {
        let row = Self.row(s)
        for (k, column) in columns.enumerated() {
          rows.values[number * columns.count + k] = row[column]
        }
      }
    }
    return rows
  }

  /// In the order of `columns`.
  private static func row(_ s: LevelSizeMatrix.Statistics) -> [Double] {
    [
      s.entropy, s.sizeNonUniformity, s.sizeNonUniformityNormalised, s.sizeVariance,
      s.levelNonUniformity, s.levelVariance, s.high, s.large, s.largeHigh, s.largeLow, s.low,
      s.small, s.smallHigh, s.smallLow,
    ]
  }
}
