internal import Foundation
internal import Numerics

/// The co-occurrence matrix of one kernel and its features, in memory that all kernels share.
///
/// Rows and columns are the levels of the kernel, ascending: those that it does not have add
/// nothing. Sums run over cells in row-major order, as numpy's over the middle axes of PyRadiomics'
/// arrays, so that differences of entropies that cancel (Imc1, Imc2) cancel as there.
final class VoxelMapCooccurrence {
  /// Number of levels in the kernel.
  private(set) var order = 0
  /// `order` squared: counts, then probabilities.
  let p: UnsafeMutablePointer<Double>
  let px: UnsafeMutablePointer<Double>
  let py: UnsafeMutablePointer<Double>
  /// Position of each level of the kernel among those of the VOI, ascending.
  let positions: UnsafeMutablePointer<UInt16>
  /// In the order of `GLCM.columns`; MCC is left out.
  let features: UnsafeMutablePointer<Double>

  private let levels: [Int]
  private let symmetrical: Bool
  private let cellCount: Int
  /// Row of each cell's level, -1 where the cell does not count.
  private let ranks: UnsafeMutablePointer<Int>
  private let level: UnsafeMutablePointer<Double>
  /// Probability of i + j and of |i - j|.
  private let sums: UnsafeMutablePointer<Double>
  private let differences: UnsafeMutablePointer<Double>

  private static let eps = LevelSizeMatrix.eps
  static let featureCount = GLCM.columns.count

  init(levels: [Int], cellCount: Int, symmetrical: Bool) {
    self.levels = levels
    self.cellCount = cellCount
    self.symmetrical = symmetrical
    let most = min(levels.count, cellCount)
    let highest = levels.last ?? 0
    func zeros(_ count: Int) -> UnsafeMutablePointer<Double> {
      let memory = UnsafeMutablePointer<Double>.allocate(capacity: count)
      memory.initialize(repeating: 0, count: count)
      return memory
    }
    p = zeros(most * most)
    px = zeros(most)
    py = zeros(most)
    level = zeros(most)
    sums = zeros(2 * highest + 1)
    differences = zeros(highest + 1)
    features = zeros(Self.featureCount)
    positions = .allocate(capacity: cellCount)
    positions.initialize(repeating: 0, count: cellCount)
    ranks = .allocate(capacity: cellCount)
    ranks.initialize(repeating: -1, count: cellCount)
  }

  deinit {
    for memory in [p, px, py, level, sums, differences, features] { memory.deallocate() }
    positions.deallocate()
    ranks.deallocate()
  }

  /// Takes the levels of a kernel.
  /// - Parameter cells: position plus 1 of each cell; 0 where it does not count.
  func begin(_ cells: UnsafePointer<UInt16>) {
    var count = 0
    var i = 0
    while i < cellCount {
      let position = cells[i]
      if position != 0 {
        // The levels so far are sorted; most kernels have few.
        var k = count
        while k > 0 && positions[k &- 1] > position &- 1 { k &-= 1 }
        if k == 0 || positions[k &- 1] != position &- 1 {
          var move = count
          while move > k {
            positions[move] = positions[move &- 1]
            move &-= 1
          }
          positions[k] = position &- 1
          count &+= 1
        }
      }
      i &+= 1
    }
    order = count
    for k in 0..<count { level[k] = Double(levels[Int(positions[k])]) }
    i = 0
    while i < cellCount {
      var rank = -1
      if cells[i] != 0 {
        var (low, high) = (0, count &- 1)
        while low < high {
          let middle = (low &+ high) / 2
          if positions[middle] < cells[i] &- 1 { low = middle &+ 1 } else { high = middle }
        }
        rank = low
      }
      ranks[i] = rank
      i &+= 1
    }
  }

  func clear() { p.update(repeating: 0, count: order * order) }

  /// Adds the pairs of one direction.
  func count(_ pairs: [Int], _ cells: UnsafePointer<UInt16>, weight: Double) {
    let n = order
    pairs.withUnsafeBufferPointer { pairs in
      var k = 0
      while k < pairs.count {
        let (i, j) = (ranks[pairs[k]], ranks[pairs[k &+ 1]])
        if i >= 0 && j >= 0 {
          p[i &* n &+ j] += weight
          if symmetrical { p[j &* n &+ i] += weight }
        }
        k &+= 2
      }
    }
  }

  /// Divides by the sum of all counts.
  /// - Returns: false where there are none.
  func normalise() -> Bool {
    let n = order
    let total = PairwiseSum.sum(p, n * n)
    if total == 0 { return false }
    px.update(repeating: 0, count: n)
    py.update(repeating: 0, count: n)
    var i = 0
    while i < n {
      let row = p + i &* n
      var sum = 0.0
      var j = 0
      while j < n {
        if row[j] != 0 {
          row[j] /= total
          sum += row[j]
          py[j] += row[j]
        }
        j &+= 1
      }
      px[i] = sum
      i &+= 1
    }
    return true
  }

  func computeFeatures() {
    let n = order
    var (ux, uy) = (0.0, 0.0)
    for i in 0..<n {
      for j in 0..<n where p[i &* n &+ j] != 0 {
        ux += level[i] * p[i &* n &+ j]
        uy += level[j] * p[i &* n &+ j]
      }
    }
    let (first, last) = (Int(level[0]), Int(level[n - 1]))
    (sums + 2 * first).update(repeating: 0, count: 2 * (last - first) + 1)
    differences.update(repeating: 0, count: last - first + 1)
    let c = cells(ux, uy)
    let s = sumFeatures(2 * first, 2 * last)
    let d = differenceFeatures(last - first)
    let e = entropies(c.joint)
    let sigma = c.varianceX.squareRoot() * c.varianceY.squareRoot()
    let correlation = sigma == 0 ? 1 : c.covariance / (sigma + Self.eps)
    let values: [24 of Double] = [
      c.autocorrelation, c.prominence, c.shade, c.tendency, c.contrast, correlation, d.average,
      d.entropy, d.variance, d.id, d.idm, d.idmn, d.idn, e.imc1(c.cross), e.imc2, d.inverseVariance,
      ux, c.energy, c.joint, .nan, c.maximum, s.average, s.entropy, c.varianceX,
    ]
    for k in 0..<24 { features[k] = values[k] }
  }

  private struct CellSums {
    var autocorrelation = 0.0
    var prominence = 0.0
    var shade = 0.0
    var tendency = 0.0
    var contrast = 0.0
    var covariance = 0.0
    var varianceX = 0.0
    var varianceY = 0.0
    var energy = 0.0
    var maximum = 0.0
    var joint = 0.0
    /// -sum p log2(px py + eps).
    var cross = 0.0
  }

  /// One sweep over the cells of the matrix; fills `sums` and `differences`.
  private func cells(_ ux: Double, _ uy: Double) -> CellSums {
    let n = order
    var c = CellSums()
    for i in 0..<n {
      let (row, x) = (p + i &* n, level[i])
      var j = 0
      while j < n {
        let q = row[j]
        if q != 0 {
          let y = level[j]
          let d = x + y - ux - uy
          let d2 = d * d
          c.autocorrelation += q * (x * y)
          c.tendency += q * d2
          c.shade += q * (d2 * d)
          c.prominence += q * (d2 * d2)
          c.contrast += q * ((x - y) * (x - y))
          c.covariance += q * (x - ux) * (y - uy)
          c.varianceX += q * ((x - ux) * (x - ux))
          c.varianceY += q * ((y - uy) * (y - uy))
          c.energy += q * q
          c.maximum = max(c.maximum, q)
          c.joint -= q * log2(q + Self.eps)
          c.cross -= q * log2(px[i] * py[j] + Self.eps)
          sums[Int(x + y)] += q
          differences[Int(abs(x - y))] += q
        }
        j &+= 1
      }
    }
    return c
  }

  private func sumFeatures(_ first: Int, _ last: Int) -> (average: Double, entropy: Double) {
    var (average, entropy) = (0.0, 0.0)
    var k = first
    while k <= last {
      if sums[k] > 0 {
        average += Double(k) * sums[k]
        entropy += LevelSizeMatrix.information(sums[k])
      }
      k &+= 1
    }
    return (average, entropy)
  }

  private struct DifferenceSums {
    var average = 0.0
    var entropy = 0.0
    var variance = 0.0
    var id = 0.0
    var idm = 0.0
    var idn = 0.0
    var idmn = 0.0
    var inverseVariance = 0.0
  }

  private func differenceFeatures(_ largest: Int) -> DifferenceSums {
    let ng = Double(levels.last ?? 1)
    var m = DifferenceSums()
    for k in 0...largest where differences[k] > 0 {
      let q = differences[k]
      let d = Double(k)
      let d2 = d * d
      m.average += d * q
      m.entropy += LevelSizeMatrix.information(q)
      m.id += q / (1 + d)
      m.idm += q / (1 + d2)
      m.idn += q / (1 + d / ng)
      m.idmn += q / (1 + d2 / (ng * ng))
      if k > 0 { m.inverseVariance += q / d2 }
    }
    for k in 0...largest where differences[k] > 0 {
      let d = Double(k) - m.average
      m.variance += differences[k] * (d * d)
    }
    return m
  }

  private struct Entropies {
    var joint = 0.0
    var x = 0.0
    var y = 0.0
    var independent = 0.0

    func imc1(_ cross: Double) -> Double {
      let largest = max(x, y)
      return largest == 0 ? 0 : (joint - cross) / largest
    }

    var imc2: Double {
      independent == joint ? 0 : (1 - exp(-2 * (independent - joint))).squareRoot()
    }
  }

  private func entropies(_ joint: Double) -> Entropies {
    var e = Entropies(joint: joint)
    for i in 0..<order {
      e.x += LevelSizeMatrix.information(px[i])
      e.y += LevelSizeMatrix.information(py[i])
      for j in 0..<order where px[i] > 0 && py[j] > 0 {
        let q = px[i] * py[j]
        e.independent -= q * log2(q + Self.eps)
      }
    }
    return e
  }
}
