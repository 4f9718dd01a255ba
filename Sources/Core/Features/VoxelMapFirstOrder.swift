internal import Foundation
internal import Imaging
internal import Numerics

/// First order in kernels: PyRadiomics keeps every kernel as a row in which voxels that do not
/// count are NaN, and adds rows with NaN replaced by 0, in numpy's pairwise order.
extension FirstOrder: VoxelMapFamily {
  func rows(of kernels: VoxelMapKernels, columns: [Int]) throws(FeatureError) -> VoxelMapRows {
    let levels = try kernels.levels(as: .float64)
    let intensities = kernels.intensities()
    var rows = VoxelMapRows(voxelCount: kernels.voxels.count, width: columns.count)
    let row = FirstOrderKernel(
      cellCount: kernels.steps.count, shift: parameters.voxelArrayShift,
      volume: kernels.box.spacing.x * kernels.box.spacing.y * kernels.box.spacing.z)
    intensities.withUnsafeBufferPointer { intensities in
      kernels.forEachKernel(levels) { number, positions in
        let centre = kernels.voxels[number].padded
        for (i, step) in kernels.steps.enumerated() { row.cells[i] = intensities[centre &+ step] }
        let values = row.values(positions)
        for (k, column) in columns.enumerated() {
          rows.values[number &* columns.count &+ k] = values[column]
        }
      }
    }
    return rows
  }
}

/// The statistics of one kernel at a time.
private final class FirstOrderKernel {
  /// Intensities of the cells, NaN where a cell does not count.
  let cells: UnsafeMutablePointer<Double>
  private let terms: UnsafeMutablePointer<Double>
  private let sorted: UnsafeMutablePointer<Double>
  private let levels: UnsafeMutablePointer<UInt16>
  private let cellCount: Int
  private let shift: Double
  private let volume: Double

  init(cellCount: Int, shift: Double, volume: Double) {
    self.cellCount = cellCount
    self.shift = shift
    self.volume = volume
    cells = .allocate(capacity: cellCount)
    terms = .allocate(capacity: cellCount)
    sorted = .allocate(capacity: cellCount)
    levels = .allocate(capacity: cellCount)
    cells.initialize(repeating: .nan, count: cellCount)
    terms.initialize(repeating: 0, count: cellCount)
    sorted.initialize(repeating: 0, count: cellCount)
    levels.initialize(repeating: 0, count: cellCount)
  }

  deinit {
    cells.deallocate()
    terms.deallocate()
    sorted.deallocate()
    levels.deallocate()
  }

  /// In the order of `FirstOrder.columns`.
  func values(_ positions: UnsafePointer<UInt16>) -> [Double] {
    let count = sortValues()
    let n = Double(count)
    let (p10, p90) = (percentile(10, count), percentile(90, count))
    let range75 = percentile(75, count) - percentile(25, count)
    let (low, high) = (sorted[0], sorted[count - 1])
    let middle = sorted[(count - 1) / 2]
    let median = count % 2 == 1 ? middle : (middle + sorted[count / 2]) / 2
    let mean = sum { $0 } / n
    let energy = sum { [shift] in ($0 + shift) * ($0 + shift) }
    let absolute = sum { abs($0 - mean) } / n
    let variance = sum { ($0 - mean) * ($0 - mean) } / n
    let third = sum { ($0 - mean) * ($0 - mean) * ($0 - mean) } / n
    let fourth =
      sum {
        let d = ($0 - mean) * ($0 - mean)
        return d * d
      } / n
    let robust = robustDeviation(p10, p90)
    let (entropy, uniformity) = histogram(positions, count)
    // A constant kernel has skewness and kurtosis 0.
    let m2 = variance == 0 ? 1 : variance
    let deviation = variance.squareRoot()
    return [
      p10, p90, energy, entropy, range75, fourth / (m2 * m2), high, absolute, mean, median, low,
      high - low, robust, (energy / n).squareRoot(), third / pow(m2, 1.5), deviation,
      energy * volume, uniformity, deviation * deviation,
    ]
  }

  /// Sorts the values of the cells that count; there is at least the centre.
  private func sortValues() -> Int {
    var count = 0
    var i = 0
    while i < cellCount {
      let value = cells[i]
      if !value.isNaN {
        sorted[count] = value
        count &+= 1
      }
      i &+= 1
    }
    if count > 64 {
      var all = UnsafeMutableBufferPointer(start: sorted, count: count)
      all.sort()
    } else {
      insertionSort(sorted, count)
    }
    return count
  }

  /// Linear interpolation between order statistics in numpy's arithmetic.
  private func percentile(_ percentage: Double, _ count: Int) -> Double {
    let position = percentage / 100 * Double(count - 1)
    let below = Int(position)
    let t = position - Double(below)
    let a = sorted[below]
    let b = sorted[min(below + 1, count - 1)]
    return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t
  }

  @inline(__always)
  private func sum(_ term: (Double) -> Double) -> Double {
    var i = 0
    while i < cellCount {
      let value = cells[i]
      terms[i] = value.isNaN ? 0 : term(value)
      i &+= 1
    }
    return PairwiseSum.sum(terms, cellCount)
  }

  /// Mean absolute deviation of the values in `low`...`high`; NaN where rounding leaves none.
  private func robustDeviation(_ low: Double, _ high: Double) -> Double {
    var kept = 0.0
    var i = 0
    while i < cellCount {
      let isKept = cells[i] - low >= 0 && cells[i] - high <= 0
      terms[i] = isKept ? cells[i] : 0
      kept += isKept ? 1 : 0
      i &+= 1
    }
    let mean = PairwiseSum.sum(terms, cellCount) / kept
    i = 0
    while i < cellCount {
      let isKept = cells[i] - low >= 0 && cells[i] - high <= 0
      terms[i] = isKept ? abs(cells[i] - mean) : 0
      i &+= 1
    }
    return PairwiseSum.sum(terms, cellCount) / kept
  }

  /// Entropy (bits) and uniformity of the grey levels.
  private func histogram(_ positions: UnsafePointer<UInt16>, _ count: Int) -> (Double, Double) {
    var used = 0
    var i = 0
    while i < cellCount {
      if positions[i] != 0 {
        levels[used] = positions[i]
        used &+= 1
      }
      i &+= 1
    }
    if used > 64 {
      var all = UnsafeMutableBufferPointer(start: levels, count: used)
      all.sort()
    } else {
      insertionSort(levels, used)
    }
    var (entropy, uniformity) = (0.0, 0.0)
    var first = 0
    while first < used {
      var last = first
      while last < used && levels[last] == levels[first] { last &+= 1 }
      let p = Double(last &- first) / Double(used)
      entropy += LevelSizeMatrix.information(p)
      uniformity += p * p
      first = last
    }
    return (entropy, uniformity)
  }
}

/// Sorts a few values in place.
@inline(__always)
func insertionSort<Value: Comparable>(_ values: UnsafeMutablePointer<Value>, _ count: Int) {
  var i = 1
  while i < count {
    let value = values[i]
    var k = i
    while k > 0 && values[k &- 1] > value {
      values[k] = values[k &- 1]
      k &-= 1
    }
    values[k] = value
    i &+= 1
  }
}
