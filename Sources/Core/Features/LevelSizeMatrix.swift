internal import Foundation

/// A sparse matrix of counts by grey level and size (run length, zone size or dependence), and the
/// 16 statistics that GLRLM, GLSZM and GLDM share.
///
/// Letters are those of the three families' papers: p(i, j) is the count at level i and size j, N
/// the sum of counts. Equations: Galloway 1975; Chu 1990; Dasarathy & Holder 1991; Thibault 2009;
/// IBSI reference manual sections 3.7, 3.8 and 3.11.
struct LevelSizeMatrix {
  struct Entry {
    /// Position of the level in `levels`.
    var position: Int
    var size: Int
    var count: Double
  }

  struct Statistics {
    var total = 0.0
    /// Sum of count * size.
    var weighted = 0.0
    var small = 0.0
    var large = 0.0
    var low = 0.0
    var high = 0.0
    var smallLow = 0.0
    var smallHigh = 0.0
    var largeLow = 0.0
    var largeHigh = 0.0
    var levelNonUniformity = 0.0
    var levelNonUniformityNormalised = 0.0
    var sizeNonUniformity = 0.0
    var sizeNonUniformityNormalised = 0.0
    var levelVariance = 0.0
    var sizeVariance = 0.0
    var entropy = 0.0
  }

  /// Levels of the rows, ascending.
  let levels: [Int]
  private(set) var entries: [Entry] = []

  init(levels: [Int]) { self.levels = levels }

  mutating func reserve(_ count: Int) { entries.reserveCapacity(count) }

  /// Entries come in a fixed order; a (level, size) pair comes once.
  mutating func append(position: Int, size: Int, count: Double) {
    entries.append(Entry(position: position, size: size, count: count))
  }

  /// - Parameter eps: added inside the logarithms; 0 for entropies as IBSI writes them.
  /// - Returns: nil for an empty matrix.
  func statistics(eps: Double = LevelSizeMatrix.eps) -> Statistics? {
    var s = Statistics()
    for entry in entries { s.total += entry.count }
    if s.total == 0 { return nil }
    let n = s.total
    var byLevel = [Double](repeating: 0, count: levels.count)
    let largest = entries.reduce(0) { max($0, $1.size) }
    var bySize = [Double](repeating: 0, count: min(largest, Self.denseSizes) + 1)
    var huge: [(size: Int, count: Double)] = []
    // -p log2(p + eps) of whole counts, NaN where not yet needed.
    var memo = [Double](repeating: .nan, count: 256)
    for entry in entries {
      let count = entry.count
      byLevel[entry.position] += count
      if entry.size < bySize.count {
        bySize[entry.size] += count
      } else {
        huge.append((entry.size, count))
      }
      let i = Double(levels[entry.position])
      let j = Double(entry.size)
      let (i2, j2) = (i * i, j * j)
      s.smallLow += count / (i2 * j2)
      s.smallHigh += count * i2 / j2
      s.largeLow += count * j2 / i2
      s.largeHigh += count * (j2 * i2)
      let small = Int(min(count, 256))
      if small < 256 && Double(small) == count {
        if memo[small].isNaN { memo[small] = Self.information(count / n, eps: eps) }
        s.entropy += memo[small]
      } else {
        s.entropy += Self.information(count / n, eps: eps)
      }
    }
    huge.sort { $0.size < $1.size }
    addLevels(byLevel, to: &s)
    addSizes(bySize, huge, to: &s)
    s.smallLow /= n
    s.smallHigh /= n
    s.largeLow /= n
    s.largeHigh /= n
    return s
  }

  private static let denseSizes = 4095

  /// numpy.spacing(1), which PyRadiomics adds inside its logarithms.
  static let eps = 2.220446049250313e-16

  static func information(_ p: Double, eps: Double = LevelSizeMatrix.eps) -> Double {
    -(p * log2(p + eps))
  }

  private func addLevels(_ byLevel: [Double], to s: inout Statistics) {
    let n = s.total
    var (mean, squares) = (0.0, 0.0)
    for (position, count) in byLevel.enumerated() where count > 0 {
      let i = Double(levels[position])
      s.low += count / (i * i)
      s.high += count * (i * i)
      squares += count * count
      mean += count / n * i
    }
    for (position, count) in byLevel.enumerated() where count > 0 {
      let d = Double(levels[position]) - mean
      s.levelVariance += count / n * (d * d)
    }
    s.low /= n
    s.high /= n
    s.levelNonUniformity = squares / n
    s.levelNonUniformityNormalised = squares / (n * n)
  }

  private func addSizes(
    _ bySize: [Double], _ huge: [(size: Int, count: Double)], to s: inout Statistics
  ) {
    let n = s.total
    // Sizes ascending, equal large sizes merged.
    var sizes: [(size: Double, count: Double)] = []
    for (size, count) in bySize.enumerated() where count > 0 {
      sizes.append((Double(size), count))
    }
    for (size, count) in huge {
      if let last = sizes.last, last.size == Double(size) {
        sizes[sizes.count - 1].count += count
      } else {
        sizes.append((Double(size), count))
      }
    }
    var (mean, squares) = (0.0, 0.0)
    for (j, count) in sizes {
      s.small += count / (j * j)
      s.large += count * (j * j)
      s.weighted += count * j
      squares += count * count
      mean += count / n * j
    }
    for (j, count) in sizes {
      let d = j - mean
      s.sizeVariance += count / n * (d * d)
    }
    s.small /= n
    s.large /= n
    s.sizeNonUniformity = squares / n
    s.sizeNonUniformityNormalised = squares / (n * n)
  }
}
